"""When a state was captured: a simulation that continues from it begins then, not before the events it records.

Upstream: none; a real cluster's clock goes on by itself.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from kplan.api import conditions
from kplan.api.containers import state_of
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import container_statuses_of, init_container_statuses_of
from kplan.simulation.clock import START, Instant, from_datetime


def latest(objects: Iterable[Json]) -> Instant:
    """The latest time that objects name for what has happened to them; no earlier than simulations begin."""
    newest = max((text for value in objects for text in _times(value)), default="")
    return max(START, _instant(newest))


def _times(value: Json) -> Iterator[str]:
    """Times in RFC 3339, which sort as texts."""
    yield value["metadata"].get("creationTimestamp") or ""
    for condition in conditions.listed(status_of(value)):
        known = condition.get("lastTransitionTime") if isinstance(condition, dict) else None
        yield known if isinstance(known, str) else ""
    if value["kind"] == "Pod":
        for status in (*container_statuses_of(value), *init_container_statuses_of(value)):
            for state in state_of(status).values():
                yield (state or {}).get("finishedAt") or (state or {}).get("startedAt") or ""


def _instant(text: str) -> Instant:
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return START
    return from_datetime(when) if when.tzinfo else START
