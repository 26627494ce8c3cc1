"""Prints a value as Go prints the server's internal type for it, for bad values in error texts.

Internal types carry no JSON tags, so the server shows Go's field names, every field, in declaration order.

Upstream: pkg/apis/*/types.go
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.empty_fields import sent, shallow
from kplan.apiserver.field import GoStruct, Verbatim, go_json
from kplan.schema import layouts
from kplan.schema.layouts import Field, element

_PREFIXES: Final = (
    "k8s.io/kubernetes/pkg/apis/", "k8s.io/apiextensions-apiserver/pkg/apis/", "k8s.io/kube-aggregator/pkg/apis/",
    "k8s.io/apimachinery/pkg/apis/",
)  # fmt: skip
_VERSIONS: Final = ("v2", "v1", "v1beta1", "v1alpha1", "v1alpha3", "v1beta2", "v1alpha2")
_LEAVES: Final[Mapping[str, Any]] = {
    "api/resource.Quantity": "0", "util/intstr.IntOrString": 0, "meta/v1.Time": None, "meta/v1.MicroTime": None,
    "meta/v1.FieldsV1": None, "runtime.RawExtension": None, "apiextensions.JSON": None,
}  # fmt: skip
_MOVED: Final[Mapping[tuple[str, str], str]] = {
    ("core.PodSecurityContext", "HostNetwork"): "hostNetwork",
    ("core.PodSecurityContext", "HostPID"): "hostPID",
    ("core.PodSecurityContext", "HostIPC"): "hostIPC",
    ("core.PodSecurityContext", "ShareProcessNamespace"): "shareProcessNamespace",
    ("core.PodSecurityContext", "HostUsers"): "hostUsers",
}
"""Fields of internal types that stand elsewhere in the public ones."""


def go_struct(type_name: str, value: Any) -> Verbatim:
    """Print a value as the internal type: ``go_struct("core.PodSpec", spec)``."""
    return GoStruct.of(type_name, value, go_json(go_value(type_name, value)))


def go_value(type_name: str, value: Any) -> Any:
    """The same as JSON, in Go's order and under Go's names."""
    for prefix in _PREFIXES:
        type_name = type_name.replace(prefix, "")
    return _shown(type_name, value)


def _shown(expression: str, value: Any) -> Any:
    pointer = expression.startswith("*")
    expression = expression.removeprefix("*")
    if expression in _LEAVES:
        return value if value is not None or pointer else _LEAVES[expression]
    fields = layouts.bundled().fields(expression)
    if fields is not None:
        if value is None and pointer:
            return None
        return _struct(expression, fields, value)
    expression = layouts.bundled().underlying(expression)
    if expression.startswith("[]") and expression != "[]uint8":
        return None if value is None else [_shown(element(expression), item) for item in value]
    if expression.startswith("map["):
        inner = element(expression)
        return None if value is None else {name: _shown(inner, value[name]) for name in sorted(value)}
    return value if value is not None or pointer else _empty(expression)


def _empty(expression: str) -> Any:
    if expression in {"string", "bool"}:
        return "" if expression == "string" else False
    return None if expression in {"any", "[]uint8"} else 0


def _struct(expression: str, fields: tuple[Field, ...], value: Any) -> Json:
    names = json_names(expression)
    shown: Json = {}
    for field in fields:
        if field.inline:
            shown.update(_shown(field.type, _embedded(field, value or {})))
            continue
        item = _shown(field.type, source(expression, field, names, value))
        if not (field.omitempty and _is_empty(field, item)):
            shown[field.json] = item
    return shown


def _embedded(field: Field, value: Json) -> Any:
    return value.get("metadata") or {} if field.type == "meta/v1.ObjectMeta" else value


def source(expression: str, field: Field, names: Mapping[str, str], value: Any) -> Any:
    """What an object in its public form has for a field of an internal type."""
    if expression.rpartition(".")[2].startswith("JSONSchemaPropsOr"):
        return _alternative(field, value)
    value = value or {}
    if expression == "core.PodSpec" and field.go == "SecurityContext":
        context = shallow(value.get("securityContext") or {})
        context.update({name: value[name] for name in _MOVED.values() if name in value})
        return context
    if expression == "admissionregistration.NamedRuleWithOperations" and field.go == "RuleWithOperations":
        return value
    return sent(value, _MOVED.get((expression, field.go)) or names.get(field.go) or field.json)


def _alternative(field: Field, value: Any) -> Any:
    """What a schema that may be given as something else has for a field:
    internally it has one for each way to give it.
    """
    if field.go == "Allows":
        return value is True or isinstance(value, dict)
    return value if isinstance(value, dict if field.go == "Schema" else list) else None


def _is_empty(field: Field, item: Any) -> bool:
    if item is None or field.type.startswith("*"):
        return item is None and (
            field.omitzero or not field.type.endswith("Time") or field.type.startswith("*")
        )
    return not item and layouts.bundled().fields(field.type) is None


@cache
def json_names(expression: str) -> Mapping[str, str]:
    """Go name -> JSON name, as the public type of the same name has them."""
    package, _, name = expression.rpartition(".")
    if "/" in package:
        return {}
    types = layouts.bundled()
    for version in _VERSIONS:
        fields = types.fields(f"{package}/{version}.{name}")
        if fields is not None:
            return dict(_flat(fields))
    return {}


def _flat(fields: tuple[Field, ...]) -> list[tuple[str, str]]:
    found = []
    for field in fields:
        if field.inline:
            found += _flat(layouts.bundled().fields(field.type.lstrip("*")) or ())
        else:
            found.append((field.go, field.json))
    return found
