"""Events as recorders aggregate them: repeated ones are counted, and many similar ones are combined.

The simulation has an Event each time something is said, so that every moment of a timeline has its own. Recorders of a
cluster look up what they said before, and a cluster holds fewer Events.

Upstream: staging/src/k8s.io/client-go/tools/record/events_cache.go (EventCorrelator),
staging/src/k8s.io/client-go/tools/events/event_broadcaster.go (recordToSink)
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant

_MOST: Final = 10
"""From this many different messages for one reason and object, they are combined into one Event."""
_PAUSE: Final[Instant] = 600 * SECOND
"""After such a pause, messages are recorded one by one again."""
_COMBINED: Final = "(combined from similar events): "
_SCHEDULER: Final = "default-scheduler"
"""Records through events.k8s.io: one series for each reason and object, whatever the message."""
_INSTANCE: Final = "default-scheduler-control-plane"
_ACTIONS: Final = {"Scheduled": "Binding", "Preempted": "Preempting"}
_SERIES: Final = 2
"""How often a series is updated in its first half hour, however long it is."""
_ABOUT: Final = ("kind", "namespace", "name", "uid", "apiVersion", "fieldPath")
_Key = tuple[str, ...]


def correlated(events: Iterable[Json]) -> list[Json]:
    """The Events that a cluster holds when these were recorded one after the other."""
    told: dict[_Key, Json] = {}
    texts: dict[_Key, tuple[set[str], Instant]] = {}
    for number, event in enumerate(events):
        if not _is_told_once(event):
            told[str(number),] = event
            continue
        kind, message = tuple(_kind(event)), str(event.get("message"))
        if _component(event) == _SCHEDULER:
            series = (*kind, str(event["involvedObject"].get("resourceVersion")))
            told[series] = _in_series(told[series], event) if series in told else event
            continue
        combines = _are_many(texts, kind, message, event)
        key = (*kind, "") if combines else (*kind, message)
        text = f"{_COMBINED}{message}" if combines else message
        told[key] = _again(told[key], event, text) if key in told else {**event, "message": text}
    return [_as_kept(one) for one in told.values()]


def _as_kept(event: Json) -> Json:
    """An Event as its recorder writes it: the scheduler's have a time of their own, and say what was done."""
    if _component(event) != _SCHEDULER or not event.get("firstTimestamp"):
        return event
    seen, count = event["lastTimestamp"], event["count"]
    series = {"series": {"count": count, "lastObservedTime": _micro(seen)}} if count > 1 else {}
    kept = {name: value for name, value in event.items() if name != "count"}
    return {
        **kept, **series, "eventTime": _time_in_name(event) or _micro(event["firstTimestamp"]), "source": {},
        "action": _ACTIONS.get(str(event.get("reason")), "Scheduling"), "firstTimestamp": None, "lastTimestamp": None,
        "reportingInstance": _INSTANCE,
    }  # fmt: skip


def _time_in_name(event: Json) -> str:
    """The time that a recorder appended to an Event's name; empty if the name has none."""
    number = str(event["metadata"].get("name")).rpartition(".")[2]
    try:
        instant = datetime.fromtimestamp(int(number, 16) // 1000 / 1_000_000, UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    text = instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return text if text.startswith(str(event["firstTimestamp"]).removesuffix("Z")) else ""


def _micro(stamp: str) -> str:
    return stamp if "." in stamp else f"{stamp.removesuffix('Z')}.000000Z"


def _is_told_once(event: Json) -> bool:
    """Whether the simulation recorded an Event; those of a cluster are counted already."""
    return event.get("count") == 1 and not event.get("series") and bool(event.get("lastTimestamp"))


def _kind(event: Json) -> Iterator[str]:
    """What Events that may be combined have in common."""
    about, source = event.get("involvedObject") or {}, event.get("source") or {}
    yield from (str(about.get(name)) for name in _ABOUT)
    yield from (str(source.get("component")), str(source.get("host")))
    yield from (str(event.get("type")), str(event.get("reason")))


def _component(event: Json) -> str:
    return str((event.get("source") or {}).get("component"))


def _are_many(texts: dict[_Key, tuple[set[str], Instant]], kind: _Key, message: str, event: Json) -> bool:
    now = parse_instant(event["lastTimestamp"])
    seen, last = texts.get(kind, (set(), now))
    if now - last > _PAUSE:
        seen = set()
    seen.add(message)
    texts[kind] = seen, now
    if len(seen) < _MOST:
        return False
    seen.pop()
    return True


def _in_series(first: Json, event: Json) -> Json:
    return first if first["count"] == _SERIES else _again(first, event, first["message"])


def _again(before: Json, event: Json, message: str) -> Json:
    return {
        **before,
        "message": message,
        "count": before["count"] + 1,
        "lastTimestamp": event["lastTimestamp"],
    }
