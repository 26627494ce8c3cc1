"""Events as recorders keep them: what is said again is counted, and much of one kind is told as one.

The simulation has an Event each time something is said, so that every moment of a timeline has its own. Recorders of a cluster
look up what they said before, and a cluster holds fewer Events.

Upstream: staging/src/k8s.io/client-go/tools/record/events_cache.go (EventCorrelator),
staging/src/k8s.io/client-go/tools/events/event_broadcaster.go (recordToSink)
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from kplan.api.object import Json
from kplan.simulation.clock import SECOND, Instant, parse_instant

_MOST: Final = 10
"""From so many texts on, all of one reason about one object are told as one."""
_PAUSE: Final[Instant] = 600 * SECOND
"""After such a pause they are told one by one again."""
_COMBINED: Final = "(combined from similar events): "
_SCHEDULER: Final = "default-scheduler"
"""Records through events.k8s.io: of one reason, a series about an object as it was, whatever it says of it."""
_INSTANCE: Final = "default-scheduler-control-plane"
_ACTIONS: Final = {"Scheduled": "Binding", "Preempted": "Preempting"}
_SERIES: Final = 2
"""How often a series is told of in its first half hour, however long it is."""
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
    """The instant that a recorder put behind the name of what it is about; empty if that is not so."""
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
    """Whether an Event is one that the simulation recorded; those of a cluster are counted already."""
    return event.get("count") == 1 and not event.get("series") and bool(event.get("lastTimestamp"))


def _kind(event: Json) -> Iterator[str]:
    """What Events have in common that may be told as one."""
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
