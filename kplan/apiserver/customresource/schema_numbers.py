"""Numbers against a schema: formats, bounds and multiples.

Upstream: vendor/k8s.io/kube-openapi/pkg/validation/validate/{validator,values}.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.apiserver import field
from kplan.apiserver.customresource.schema_result import Reporter, Result

_MOST_EXACT: Final = 2**53 - 1
_NEAR: Final = 1e-9
_BOUNDED: Final = {"integer": ("int32", "int64"), "number": ("float", "double")}
"""Formats that bound a number, by its type."""


def is_whole(value: float) -> bool:
    """Whether a double counts as an integer: it is one that JavaScript represents exactly, or next to one."""
    if not abs(value) <= _MOST_EXACT:
        return False
    nearest = round(value)
    return value == nearest or abs(value - nearest) < _NEAR * abs(nearest)


def check_number(
    report: Reporter,
    result: Result,
    value: float,
    schema: Mapping[str, Any],
    types: Sequence[str],
    form: str,
    name: str,
) -> None:
    """What is wrong with a number: it does not fit its format, or its bounds."""
    kind = types[0] if len(types) == 1 and types[0] in {"integer", "number"} else ""
    _range(report, result, value, kind, form, "Checked", name)
    factor, low, high = schema.get("multipleOf"), schema.get("minimum"), schema.get("maximum")
    if factor is not None:
        native = _range(report, result, factor, kind, form, "MultipleOf", name)
        _multiple(report, result, value, factor, name, native=native)
    if low is not None:
        native = _range(report, result, low, kind, form, "Minimum boundary", name)
        _bound(
            report,
            result,
            (value, low),
            "greater",
            name,
            strict=bool(schema.get("exclusiveMinimum")),
            native=native,
        )
    if high is not None:
        native = _range(report, result, high, kind, form, "Maximum boundary", name)
        _bound(
            report,
            result,
            (value, high),
            "less",
            name,
            strict=bool(schema.get("exclusiveMaximum")),
            native=native,
        )
    result.matches += 1


def _range(
    report: Reporter, result: Result, value: float, kind: str, form: str, prefix: str, name: str
) -> bool:
    limit = 2**31 if form == "int32" else 2**63
    if kind == "integer":
        fits = float(value).is_integer() and -limit <= value < limit
    else:
        fits = form != "float" or abs(value) <= 3.4028234663852886e38
    if not fits:
        suffix = f"with format {form}" if form in _BOUNDED.get(kind, ()) else "(default format)"
        report.plain(result, f"{prefix} value must be of type {kind} {suffix} in {name}")
    return fits


def _multiple(
    report: Reporter, result: Result, value: float, factor: float, name: str, *, native: bool
) -> None:
    integers = native and isinstance(value, int)
    used = int(factor) if integers else factor
    if used <= 0:
        text = str(used) if integers else field.go_float(used)
        report.error(result, name, f"factor MultipleOf declared for {name} must be positive: {text}", used)
        return
    whole = value % used == 0 if integers else is_whole(1 / used * value if used < 1 else value / used)
    if not whole:
        text = str(used) if integers else field.go_float(used)
        shown = value if integers else float(value)
        report.error(result, name, f"{name} in body should be a multiple of {text}", shown)


def _bound(
    report: Reporter,
    result: Result,
    pair: tuple[float, float],
    word: str,
    name: str,
    *,
    strict: bool,
    native: bool,
) -> None:
    value, limit = pair
    integers = native and isinstance(value, int)
    used: float = int(limit) if integers else limit
    beyond = value > used if word == "less" else value < used
    if beyond or (strict and value == used):
        text = str(used) if integers else field.go_float(used)
        relation = f"{word} than" + ("" if strict else " or equal to")
        shown = value if integers else float(value)
        report.error(result, name, f"{name} in body should be {relation} {text}", shown)
