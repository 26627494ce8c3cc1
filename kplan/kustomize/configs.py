"""The settings of a built-in plug-in as kustomize repeats them where it cannot use them.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/target/kusttarget_configplugin.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.manifest.writer import to_yaml

_STRUCTS: Final = ("target", "options")
"""Fields that are repeated where they are given at all, also without anything in them."""


def repeated(kind: str, settings: Mapping[str, Any]) -> str:
    """The settings of a transformer or generator of a kind, as YAML."""
    if kind == "ReplacementTransformer":
        return to_yaml({"Replacements": settings.get("replacements")})
    given = {name: _filled(value) if name in _STRUCTS else value for name, value in settings.items()}
    kept = {name: value for name, value in given.items() if value or (name in _STRUCTS and value is not None)}
    return to_yaml(kept)


def refusal(kind: str, settings: Mapping[str, Any], error: Exception) -> str:
    """What is said of settings that a plug-in of a kind cannot use."""
    return f"trouble configuring builtin {kind} with config: `\n{repeated(kind, settings)}`: {error}"


def _filled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {name: item for name, item in value.items() if item}
