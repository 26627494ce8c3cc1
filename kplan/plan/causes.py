"""Which change each happening goes back to: the timeline, divided among the objects the user wrote."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.simulation.timeline import Timeline, TimelineEvent


def by_cause(
    timeline: Timeline, written: Iterable[ObjectKey]
) -> Mapping[ObjectKey | None, Sequence[TimelineEvent]]:
    """The happenings of each written object's chain; those no written object caused are under None.

    A happening without a cause of its own (an actor looking around, a timer) goes where its object's owner went.
    """
    wanted = set(written)
    roots: list[ObjectKey | None] = []
    last: dict[ObjectKey, ObjectKey | None] = {}
    shares: defaultdict[ObjectKey | None, list[TimelineEvent]] = defaultdict(list)
    for entry in timeline:
        root = roots[entry.cause] if entry.cause is not None else None
        if root is None:
            root = entry.object if entry.object in wanted else last.get(entry.object)
        roots.append(root)
        last[entry.object] = root if root is not None else last.get(entry.object)
        shares[root].append(entry)
    return shares
