"""JSON values by Go's rules: strict types, strict equality and ``%v``.

Patches compare 1 with 1.0 and with true and print values into errors; Python is more lenient than Go in both.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/mergepatch/util.go
"""

import math
from typing import Any, Final

from kplan.api.object import copied
from kplan.apiserver.field import go_json, go_quote

KINDS: Final = {
    dict: "map",
    list: "slice",
    str: "string",
    bool: "bool",
    int: "int64",
    float: "float64",
    type(None): "invalid",
}

_SCALARS: Final = frozenset({str, bool, int, float, type(None)})

TYPE_NAMES: Final = {
    dict: "map[string]interface {}", list: "[]interface {}", str: "string", bool: "bool", int: "int64", float: "float64",
    type(None): "%!s(<nil>)",
}  # fmt: skip


copy: Final = copied
"""Copies a JSON value."""


def sorted_keys(value: Any) -> Any:
    """Copy a JSON value with the keys of every map in order, as Go's encoder writes maps."""
    if isinstance(value, dict):
        return {
            key: item if (item := value[key]).__class__ in _SCALARS else sorted_keys(item)
            for key in sorted(value)
        }
    if isinstance(value, list):
        return [item if item.__class__ in _SCALARS else sorted_keys(item) for item in value]
    return value


def compact(value: Any) -> str:
    """One line of JSON as Go's encoder writes it: keys sorted, HTML characters escaped, newline at the end."""
    return go_json(sorted_keys(value)) + "\n"


def same(left: Any, right: Any) -> bool:
    """Compare two JSON values without mixing integers, floats and booleans."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def as_text(value: Any) -> str:
    """Print as Go's ``%s``, which texts alone are made for."""
    return "%!s(<nil>)" if value is None else _part_as_text(value)


def _part_as_text(value: Any) -> str:
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{_part_as_text(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(_part_as_text, value)) + "]"
    return (
        sprint(value)
        if value is None or isinstance(value, str)
        else f"%!s({KINDS[type(value)]}={sprint(value)})"
    )


def sprint(value: Any) -> str:
    """Print as Go's ``%v``."""
    if value is None:
        return "<nil>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return float_text(value)
    if isinstance(value, dict):
        return "map[" + " ".join(f"{key}:{sprint(value[key])}" for key in sorted(value)) + "]"
    if isinstance(value, list):
        return "[" + " ".join(map(sprint, value)) + "]"
    return str(value)


def go_syntax(value: Any) -> str:
    """Print as Go's ``%#v``."""
    if isinstance(value, dict):
        items = ", ".join(f"{go_quote(key)}:{_held(value[key])}" for key in sorted(value))
        return f"map[string]interface {{}}{{{items}}}"
    if isinstance(value, list):
        return f"[]interface {{}}{{{', '.join(map(_held, value))}}}"
    if isinstance(value, bytes):
        return f"[]uint8{{{', '.join(map(hex, value))}}}"
    return go_quote(value) if isinstance(value, str) else sprint(value)


def _held(value: Any) -> str:
    """What a map or list holds: there nil has a type."""
    return "interface {}(nil)" if value is None else go_syntax(value)


def float_text(value: float) -> str:
    """``%v`` of a float: the shortest text that reads the same, with an exponent below 1e-4 and from 1e6 on."""
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    from decimal import Decimal  # noqa: PLC0415 - few values are fractions

    exact = Decimal(repr(value)).normalize()
    power = exact.adjusted()
    if value and not -5 < power < 6:
        return f"{exact.scaleb(-power):f}e{power:+03d}"
    return f"{exact:f}"
