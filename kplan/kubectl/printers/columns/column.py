"""What a kind's columns are made of: a heading, whether only ``-o wide`` shows it, and how to read the cell.

Upstream: pkg/printers/internalversion/printers.go
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from kplan.api.meta import LabelSelector, Resource
from kplan.api.object import Json

NONE: Final = "<none>"
UNSET: Final = "<unset>"
UNKNOWN: Final = "<unknown>"


@dataclass(frozen=True, slots=True)
class Moment:
    """When the table is printed, for ages; and whether wide."""

    now: datetime
    wide: bool = False


Cell = Callable[[Json, Moment], Any]
Model = TypeVar("Model", bound=Resource)


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    heading: str
    cell: Cell
    wide: bool = False


Columns = tuple[Column, ...]
Roster = Mapping[tuple[str, str], Columns]
"""Columns by (group, kind)."""


def at(*path: str, default: Any = "") -> Cell:
    """Read one field."""
    return lambda value, _: dig(value, *path, default=default)


def dig(value: Any, *path: str, default: Any = None) -> Any:
    """A field below a mapping, or the default if it is missing."""
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return default if value is None else value


def of(model: type[Model], read: Callable[[Model], Any]) -> Cell:
    """Read a cell from the typed view of the object."""
    return lambda value, _: read(model(value))


def yes_or_no(*path: str, default: bool = False) -> Cell:
    """A boolean field as Go prints it."""
    return lambda value, _: str(bool(dig(value, *path, default=default))).lower()


def age(value: Json, moment: Moment) -> str:
    """How long ago the object was created."""
    return since(dig(value, "metadata", "creationTimestamp"), moment)


def since(stamp: Any, moment: Moment) -> str:
    """How long ago an instant was."""
    if not stamp:
        return UNKNOWN
    return human((moment.now - datetime.fromisoformat(str(stamp))).total_seconds())


def human(duration: float) -> str:
    """A duration as kubectl shortens it: 90s, 5m10s, 3h, 2d4h, 3y20d."""
    seconds = int(duration)
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < -1:
        return "<invalid>"
    if seconds < 120:
        return f"{max(seconds, 0)}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 730:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 2920 else f"{days // 365}y"


def _two(large: int, unit: str, small: int, rest: str) -> str:
    return f"{large}{unit}{small}{rest}" if small else f"{large}{unit}"


def labels_text(labels: Mapping[str, str]) -> str:
    """Labels as ``a=b,c=d``."""
    return ",".join(sorted(f"{key}={text}" for key, text in labels.items())) or NONE


def selector_text(selector: LabelSelector | None) -> str:
    """A label selector as ``a=b,c in (d,e)``."""
    if selector is None:
        return "<error>"
    parts = [(key, f"{key}={text}") for key, text in sorted(selector.match_labels.items())]
    for term in selector.match_expressions:
        if term.operator in ("In", "NotIn"):
            text = f"{term.key} {term.operator.lower()} ({','.join(sorted(term.values))})"
        else:
            text = term.key if term.operator == "Exists" else f"!{term.key}"
        parts.append((term.key, text))
    return ",".join(text for _, text in sorted(parts, key=lambda part: part[0])) or NONE


def containers_of(*path: str) -> tuple[Column, Column]:
    """The wide columns CONTAINERS and IMAGES of a pod spec."""

    def listing(field: str) -> Cell:
        return lambda value, _: ",".join(
            str(item.get(field, "")) for item in dig(value, *path, "containers", default=())
        )

    return Column("CONTAINERS", listing("name"), wide=True), Column("IMAGES", listing("image"), wide=True)


def at_most(items: Sequence[str], limit: int, total: int | None = None) -> str:
    """The first items, and how many more there are."""
    count = len(items) if total is None else total
    text = ",".join(items[:limit])
    return f"{text} + {count - limit} more..." if count > limit else text


NAME: Final = Column("NAME", at("metadata", "name"))
AGE: Final = Column("AGE", age)
PLAIN: Final = (NAME, AGE)
CREATED_AT: Final = (NAME, Column("CREATED AT", at("metadata", "creationTimestamp")))
