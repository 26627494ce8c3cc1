"""What every typed view shares: snake_case over the camelCase of JSON, read when asked, for reading only.

A view wraps an object whose shape is known to be right, such as one the API server stored. A field is looked up where
code asks for it, so that two fields of a pod cost two look-ups and not a check of the whole pod. What is missing or
null reads as Go's zero value, or as None where upstream has a pointer; ``raw`` is the JSON, with the fields a view does
not know. Nothing is checked: JSON that may be anything is read through ``kplan.api.walk``.

Decided: views are for reading; writers change the JSON, so that nothing a user wrote is lost in a model's defaults.
"""

from collections.abc import Callable, Mapping
from types import UnionType
from typing import Any, ClassVar, Final, TypeVar, get_args, get_origin

from kplan.namedtuples import NamedTuple

Item = TypeVar("Item")

Items = tuple[Item, ...]
"""A list; the server prints a required one that is missing as null."""

Time = str
"""An RFC 3339 instant in UTC; empty if the server prints null."""

_ACRONYMS: Final = {
    "ip": "IP", "ips": "IPs", "ipc": "IPC", "pid": "PID", "cidr": "CIDR", "cidrs": "CIDRs", "id": "ID",
    "uuid": "UUID", "url": "URL", "urls": "URLs", "uri": "URI", "api": "API", "fqdn": "FQDN", "io": "IO",
    "wwns": "WWNs",
}  # fmt: skip
_EMPTY: Final[Mapping[str, Any]] = {}


def json_name(attribute: str) -> str:
    """The API's spelling of a Python attribute: ``cluster_ip`` is ``clusterIP``."""
    first, *rest = attribute.split("_")
    return first + "".join(_ACRONYMS.get(word, word.capitalize()) for word in rest)


class Field(NamedTuple):
    """One field of a view: its name in JSON, and the type it is annotated with."""

    name: str
    annotation: Any


class View:
    """A typed, read-only view of a JSON object; a subclass annotates its fields and gets them as properties."""

    fields: ClassVar[Mapping[str, Field]] = {}
    """Every field by its attribute."""

    raw: dict[str, Any]
    """The JSON, which nobody changes."""

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    def __init_subclass__(cls, names: Mapping[str, str] = _EMPTY) -> None:
        """Turn annotations into properties; ``names`` spells attributes that the API spells in its own way."""
        own = {
            attribute: Field(names.get(attribute) or json_name(attribute), annotation)
            for attribute, annotation in cls.__annotations__.items()
        }
        cls.fields = {**cls.fields, **own}
        for attribute, field in own.items():
            setattr(cls, attribute, property(_reader(field)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, View) and type(self) is type(other) and self.raw == other.raw

    __hash__ = None  # type: ignore[assignment]  # JSON has no hash

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.raw!r})"


Reader = Callable[[View], Any]


def _reader(field: Field) -> Reader:
    """How to read a field of its type."""
    kind, name = field.annotation, field.name
    if get_origin(kind) is tuple:
        return _items(name, get_args(kind)[0])
    if get_origin(kind) is Mapping:
        return lambda view: view.raw.get(name) or _EMPTY
    options = get_args(kind) if isinstance(kind, UnionType) else (kind,)
    optional, first = type(None) in options, options[0]
    if isinstance(first, type) and issubclass(first, View):
        return _optional(name, first) if optional else lambda view: first(view.raw.get(name) or {})
    if optional or first is Any:
        return lambda view: view.raw.get(name)
    return _scalar(name, first())


def _scalar(name: str, zero: object) -> Reader:
    def read(view: View) -> Any:
        found = view.raw.get(name)
        return zero if found is None else found

    return read


def _optional(name: str, model: type[View]) -> Reader:
    def read(view: View) -> View | None:
        found = view.raw.get(name)
        return None if found is None else model(found)

    return read


def _items(name: str, kind: Any) -> Reader:
    if isinstance(kind, type) and issubclass(kind, View):
        return lambda view: tuple(map(kind, view.raw.get(name) or ()))
    return lambda view: tuple(view.raw.get(name) or ())
