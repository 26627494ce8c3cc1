"""Which change each entry_type goes back to: the timeline, divided among the objects the user wrote.

What a written object owns is its own doing, however it came about; everything else follows its cause.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import TimelineEvent

Shares = Mapping[ObjectKey | None, Sequence[TimelineEvent]]


def by_cause(outcome: Outcome, written: Iterable[ObjectKey]) -> Shares:
    """The happenings of each written object; those that no written object brought about are under None."""
    wanted = set(written)
    owners = _Owners(outcome)
    roots: list[ObjectKey | None] = []
    shares: defaultdict[ObjectKey | None, list[TimelineEvent]] = defaultdict(list)
    for entry in outcome.timeline:
        root = next((key for key in owners.line(entry.object) if key in wanted), None)
        if root is None and entry.cause is not None:
            root = roots[entry.cause]
        roots.append(root)
        shares[root].append(entry)
    return shares


class _Owners:
    """Who owns whom, over the whole time."""

    def __init__(self, outcome: Outcome) -> None:
        self._owner: dict[ObjectKey, ObjectKey | None] = {}
        self._stores = (outcome.prior, outcome.final)
        for entry in outcome.timeline:
            if entry.value is not None:
                self._note(entry.object, entry.value)

    def line(self, key: ObjectKey) -> Iterable[ObjectKey]:
        """The object, its controller, that one's controller, and so on."""
        seen: set[ObjectKey] = set()
        current: ObjectKey | None = key
        while current is not None and current not in seen:
            seen.add(current)
            yield current
            current = self._owner_of(current)

    def _owner_of(self, key: ObjectKey) -> ObjectKey | None:
        """The last controller that the object had; what nothing happened to is looked up when it is asked for."""
        if key not in self._owner:
            self._owner[key] = None
            for store in self._stores:
                value = store.get(key)
                if value is not None:
                    self._note(key, value)
        return self._owner[key]

    def _note(self, key: ObjectKey, value: Json) -> None:
        reference = controller_of(value)
        if reference is not None:
            self._owner[key] = owner_key(reference, key.namespace)
