"""What ``get --watch`` prints after its first table: every change until the cluster is at rest, a row each.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go (watch)
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from kplan.api.object import Json
from kplan.kubectl.choosing import Item, Wanted, matches
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource


class Happening(NamedTuple):
    """A change of one object, and when it is."""

    when: datetime
    value: Json


Future = Callable[[], Sequence[Happening]]
"""Everything that happens until the cluster is at rest, in order."""


def following(
    future: Future, resources: Sequence[Resource], names: Sequence[str], wanted: Wanted
) -> Iterator[tuple[datetime, Item]]:
    """The changes of the objects that are watched: all of a kind that match, or some by name."""
    kinds = {(one.group, one.kind): one for one in resources}
    for one in future():
        group = str(one.value.get("apiVersion", "")).rpartition("/")[0]
        resource = kinds.get((group, one.value["kind"]))
        metadata = one.value["metadata"]
        if resource is None or (names and metadata["name"] not in names):
            continue
        inside = wanted.all_namespaces or not resource.namespaced
        if (inside or metadata.get("namespace") == wanted.namespace) and matches(resource, one.value, wanted):
            yield one.when, Item(resource, one.value)


def event_order(event: Json) -> tuple[str, str]:
    """Where an Event comes among others: by the time it was seen last, and by its name, which ends with its time."""
    series = event.get("series") or {}
    seen = series.get("lastObservedTime") or event.get("lastTimestamp") or event.get("eventTime") or ""
    return str(seen), str(event["metadata"]["name"]).rpartition(".")[2]
