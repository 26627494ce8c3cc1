"""How values are put: Go's text of lists, maps and numbers, times, selectors, quantities.

Upstream: fmt, time, staging/src/k8s.io/apimachinery/pkg/{labels,apis/meta/v1,api/resource}
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from kplan.api.meta import LabelSelector
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.quantity import Quantity
from kplan.apiserver.patch.go_values import sprint
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

NONE: Final = "<none>"
UNSET: Final = "<unset>"
UNKNOWN: Final = "<unknown>"

_INT64: Final = 1 << 63
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def go(value: Any) -> str:
    """A value as Go's ``%v`` prints it; whole numbers too large for Go have become floating ones."""
    return sprint(value if not isinstance(value, int) or -_INT64 <= value < _INT64 else float(value))


def capitalized(value: object) -> str:
    """True or False."""
    return "True" if value else "False"


def capitalized_or_unset(value: object) -> str:
    """True, False, or that it is not said."""
    return UNSET if value is None else capitalized(value)


def moment(stamp: object) -> str:
    """``Mon, 02 Jan 2006 15:04:05 +0000``; Go's zero time if there is none."""
    when = datetime.fromisoformat(str(stamp)).astimezone(UTC) if stamp else datetime(1, 1, 1, tzinfo=UTC)
    day, month = _DAYS[when.weekday()], _MONTHS[when.month - 1]
    return f"{day}, {when.day:02d} {month} {when.year:04d} {when:%H:%M:%S} +0000"


def seconds_between(start: object, end: object) -> float:
    """The time from one stamp to another."""
    return (datetime.fromisoformat(str(end)) - datetime.fromisoformat(str(start))).total_seconds()


def quantity(value: object) -> str:
    """A quantity as Go prints it; 0 if there is none."""
    return "0" if value is None else Quantity.parse(str(value)).canonical()


def label_list(labels: Mapping[str, str] | None) -> str:
    """Labels in one line."""
    return ",".join(sorted(f"{key}={text}" for key, text in labels.items())) if labels else NONE


def selector(value: LabelSelector | None) -> str:
    """A label selector in one line, if none and an empty one look alike."""
    try:
        return str(chosen(value)) or NONE
    except SelectorError:
        return "<error>"


def chosen(value: LabelSelector | None) -> Selector:
    """What a label selector selects."""
    return Selector.from_label_selector(value.raw if value else None)


def or_unset(value: object, unit: str = "") -> str:
    """A value, or that it is not said."""
    return UNSET if value is None else f"{value}{unit}"


def joined(items: Iterable[object], separator: str = ",", default: str = "") -> str:
    """Items in one line."""
    return separator.join(map(str, items)) or default


def host_port(host: str, port: object) -> str:
    """``host:port``, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def controller(value: Json) -> str:
    """The owner reference of the controller as ``Kind/name``, or nothing."""
    reference = controller_of(value)
    return f"{reference['kind']}/{reference['name']}" if reference else ""
