"""Built-in transformers and generators as files; all other plug-ins are refused.

Upstream: vendor/sigs.k8s.io/kustomize/api/internal/plugins/loader/loader.go
"""

from collections.abc import Iterable
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.files import Loader
from kplan.kustomize.generating import GENERATORS
from kplan.kustomize.resource import Resource
from kplan.kustomize.transformers.model import Step
from kplan.kustomize.transformers.roster import TRANSFORMERS

_BOTH = ("PrefixTransformer", "SuffixTransformer")
_NAMES = {
    "fieldspecs": "fieldSpecs", "imagetag": "imageTag", "jsonop": "jsonOp", "unsetonly": "unsetOnly",
    "setrolebindingsubjects": "setRoleBindingSubjects",
}  # fmt: skip


def steps(configs: Iterable[Resource], loader: Loader) -> list[Step]:
    """What the transformers in files do."""
    roster = {transformer.kind: transformer for transformer in TRANSFORMERS}
    result = []
    for config in configs:
        _require_builtin(config)
        kind = config.gvk.kind
        if kind == "PrefixSuffixTransformer":
            result += [roster[name].configure(_settings(config.value), loader) for name in _BOTH]
            continue
        if kind not in roster:
            raise KustomizeError(f"unable to load builtin {config.gvk}")
        try:
            result.append(roster[kind].configure(_settings(config.value), loader))
        except KustomizeError as error:
            raise KustomizeError(f"plugin {config.id} fails configuration: {error}") from None
    return result


def generated(configs: Iterable[Resource], loader: Loader) -> list[Resource]:
    """What the generators in files make."""
    result = []
    for config in configs:
        try:
            _require_builtin(config)
        except KustomizeError as error:
            raise KustomizeError(f"loading generator plugins: failed to load generator: {error}") from None
        if config.gvk.kind not in GENERATORS:
            raise KustomizeError(
                f"loading generator plugins: failed to load generator: unable to load builtin {config.gvk}"
            )
        settings = {
            **config.value,
            **{key: value for key, value in config.metadata.items() if key in ("name", "namespace")},
        }
        result.append(GENERATORS[config.gvk.kind](settings, loader))
    return result


def _settings(value: dict[str, Any]) -> dict[str, Any]:
    return {_NAMES.get(name.lower(), name): item for name, item in value.items()}


def _require_builtin(config: Resource) -> None:
    if config.value.get("apiVersion") != "builtin":
        raise KustomizeError(f"external plugins disabled; unable to load external plugin '{config.gvk.kind}'")
