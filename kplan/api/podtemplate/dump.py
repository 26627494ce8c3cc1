"""Prints a pod template the way Go's spew prints the struct, which is what the real controllers hash.

A printer is compiled once for each type and release; a field that is not set costs one dictionary lookup.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/dump/dump.go, vendor/github.com/davecgh/go-spew/spew/format.go
"""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from kplan.api.podtemplate.layout import StructField, structs
from kplan.api.quantity import Quantity

Printer = Callable[[Any], str]

_SCALARS = {"string": "", "bool": "false", "int32": "0", "int64": "0"}
_WORD = 64
_UNIX_TO_INTERNAL = 62135596800
_LOCATION = (
    "(*time.Location){name:(string)UTC zone:([]time.zone)<nil> tx:([]time.zoneTrans)<nil> extend:(string) "
    "cacheStart:(int64)0 cacheEnd:(int64)0 cacheZone:(*time.zone)<nil>}"
)
"""A controller manager that runs in UTC, as its image does."""


def dump(template: Any, version: tuple[int, int]) -> str:
    """The text that upstream feeds to the hash for a PodTemplateSpec."""
    return "(v1.PodTemplateSpec)" + _printer("PodTemplateSpec", version)(template)


@cache
def _printer(kind: str, version: tuple[int, int]) -> Printer:
    """What prints a value of a Go type, without its type in front."""
    if kind.startswith("*"):
        return _printer(kind[1:], version)
    if kind.startswith("[]"):
        return _slice(_printer(kind[2:], version))
    if kind in _SPECIAL:
        return _SPECIAL[kind]
    fields = structs(version).get(kind)
    if fields is not None:
        return _struct(fields, version)
    return _scalar(_SCALARS.get(kind, ""))


def _struct(fields: tuple[StructField, ...], version: tuple[int, int]) -> Printer:
    members = [_member(field, version) for field in fields]

    def show(value: Any) -> str:
        value = value or {}
        # Most fields are not set, so that what they print is looked up here and not by a call each.
        return "{" + " ".join([
            head + printer(value if inlined else value[name])
            if inlined or (name in value and value[name] is not None)
            else empty
            for name, inlined, head, printer, empty in members
        ]) + "}"  # fmt: skip

    return show


def _member(field: StructField, version: tuple[int, int]) -> tuple[str, bool, str, Printer, str]:
    """A field of a struct: its name, whether its fields are the owner's, its head, its printer,
    and what it prints if it is not set.
    """
    head = f"{field.go}:({_go_type(field.type)})"
    printer = _printer(field.type, version)
    if not field.json:
        return "", True, head, printer, ""
    empty = head + ("<nil>" if field.type.startswith("*") else printer(None))
    return field.json, False, head, printer, empty


def _go_type(kind: str) -> str:
    prefix = kind[: len(kind) - len(kind.lstrip("*[]"))]
    base = kind[len(prefix) :]
    return f"{prefix}v1.{base}" if base[0].isupper() else kind


def _slice(item: Printer) -> Printer:
    return lambda value: "[" + " ".join([item(element) for element in value]) + "]" if value else "<nil>"


def _scalar(zero: str) -> Printer:
    def show(value: Any) -> str:
        if value is None:
            return zero
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    return show


def _map(value: Any) -> str:
    if not value:
        return "<nil>"
    return "map[" + " ".join(f"{key}:{value[key]}" for key in sorted(value, key=str.encode)) + "]"


def _resources(value: Any) -> str:
    if not value:
        return "<nil>"
    return "map[" + " ".join(f"{key}:{_quantity(value[key])}" for key in sorted(value, key=str.encode)) + "]"


def _quantity(value: Any) -> str:
    """A quantity after the trip through the API's storage: its canonical text, read again."""
    quantity = Quantity.parse(Quantity.parse(str(value or "0")).canonical())
    if not quantity.big:
        return _quantity_fields(quantity.unscaled, quantity.exponent, "<nil>", quantity.text, quantity.format)
    return _quantity_fields(0, 0, _big_decimal(quantity), quantity.text, quantity.format)


def _quantity_fields(value: int, scale: int, decimal: str, text: str, form: str) -> str:
    return (
        f"{{i:(resource.int64Amount){{value:(int64){value} scale:(resource.Scale){scale}}} "
        f"d:(resource.infDecAmount){{Dec:(*inf.Dec){decimal}}} s:(string){text} Format:(resource.Format){form}}}"
    )


def _big_decimal(quantity: Quantity) -> str:
    size, words = abs(quantity.unscaled), []
    while size:
        words.append(str(size & ((1 << _WORD) - 1)))
        size >>= _WORD
    digits = f"[{' '.join(words)}]" if words else "<nil>"
    negative = "true" if quantity.unscaled < 0 else "false"
    return f"{{unscaled:(big.Int){{neg:(bool){negative} abs:(big.nat){digits}}} scale:(inf.Scale){-quantity.exponent}}}"


def _int_or_string(value: Any) -> str:
    if isinstance(value, str):
        return f"{{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string){value}}}"
    return f"{{Type:(intstr.Type)0 IntVal:(int32){value or 0} StrVal:(string)}}"


def _time(value: Any) -> str:
    if value is None:
        return "{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}"
    seconds = int(datetime.fromisoformat(str(value)).timestamp()) + _UNIX_TO_INTERNAL
    return f"{{Time:(time.Time){{wall:(uint64)0 ext:(int64){seconds} loc:{_LOCATION}}}}}"


def _fields_v1(value: Any) -> str:
    raw = json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
    return "{Raw:([]uint8)[" + " ".join(str(byte) for byte in raw) + "]}"


_SPECIAL: dict[str, Printer] = {
    "map[string]string": _map,
    "ResourceList": _resources,
    "resource.Quantity": _quantity,
    "intstr.IntOrString": _int_or_string,
    "Time": _time,
    "FieldsV1": _fields_v1,
}
