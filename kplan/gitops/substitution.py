"""``postBuild`` of a Flux Kustomization: ``${NAME}``, with the defaults and cuts that envsubst knows.

Upstream: github.com/fluxcd/pkg envsubst, kustomize/kustomize_varsub.go
"""

import re
from collections.abc import Mapping
from typing import Any

from kplan.api.object import Json, Object
from kplan.gitops.looking import Looking, listing, mapping, text

_DISABLED = "kustomize.toolkit.fluxcd.io/substitute"
_PLACE = re.compile(r"\$\$\{?|\$\{([A-Za-z_]\w*)(?:(:?[-=])([^}]*)|:(\d+)(?::(\d+))?|([#%/]{1,2})([^}]*))?\}")


def variables_of(one: Object, spec: Mapping[str, Any], looking: Looking) -> Mapping[str, str] | None:
    """The variables to substitute; None if nothing is substituted.

    Values in objects that are not known keep their default.
    """
    options = spec.get("postBuild")
    if not isinstance(options, dict):
        return None
    found: dict[str, str] = {}
    for each in listing(options.get("substituteFrom")):
        named = mapping(each)
        held = looking.find("", text(named.get("kind")), one.namespace, text(named.get("name")))
        if held is not None and held.gvk.kind == "ConfigMap":
            found |= {key: str(value) for key, value in mapping(held.value.get("data")).items()}
    plain = mapping(options.get("substitute"))
    return {**found, **{key: _scalar(value) for key, value in plain.items()}}


def substituted(value: Json, variables: Mapping[str, str]) -> Json:
    """An object with its variables replaced, unless an annotation opts out."""
    metadata = mapping(value.get("metadata"))
    for names in (mapping(metadata.get("labels")), mapping(metadata.get("annotations"))):
        if names.get(_DISABLED) == "disabled":
            return value
    return {key: _replaced(item, variables) for key, item in value.items()}


def _replaced(value: Any, variables: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {_key(key, variables): _replaced(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, variables) for item in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    made = _text(value, variables)
    return made if made == value else _typed(made)


def _key(key: str, variables: Mapping[str, str]) -> str:
    return _text(key, variables) if "$" in key else key


def _text(given: str, variables: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda found: _value(found, variables), given)


def _value(found: re.Match[str], variables: Mapping[str, str]) -> str:
    name, operator, default, start, length, cut, pattern = found.groups()
    if name is None:
        return found[0][1:]
    value = variables.get(name, "")
    if operator and (name not in variables or (operator[0] == ":" and not value)):
        return default or ""
    if start is not None:
        return value[int(start) :][: int(length)] if length else value[int(start) :]
    if cut:
        return _cut(value, cut, pattern or "")
    return value


def _cut(value: str, sign: str, pattern: str) -> str:
    """``${NAME#prefix}``, ``${NAME%suffix}`` and ``${NAME/old/new}``, for plain texts."""
    if sign[0] == "#":
        return value.removeprefix(pattern)
    if sign[0] == "%":
        return value.removesuffix(pattern)
    old, _, new = pattern.partition("/")
    return value.replace(old, new, -1 if sign == "//" else 1) if old else value


def _typed(made: str) -> Any:
    """The text as YAML reads it, since the controller substitutes in a printed object: a number becomes one."""
    if made in {"true", "false"}:
        return made == "true"
    digits = made.removeprefix("-")
    return (
        int(made) if digits.isascii() and digits.isdecimal() and (digits == "0" or digits[0] != "0") else made
    )


def _scalar(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
