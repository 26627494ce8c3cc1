"""The objects that differ from a state about which everything is known, and what else they may affect.

Texts are searched for names and labels: what they do not mention they do not depend on.
"""

import json
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.state.glance import Unread, mentioning
from kplan.state.glances import free
from kplan.state.store import Store

Kinds = Sequence[tuple[str, str]]
MADE_BY_OTHERS: Final = frozenset(
    {("", "Pod"), ("", "Event"), ("", "Endpoints"), ("discovery.k8s.io", "EndpointSlice")}
)
"""Kinds that come and go with other objects: they own no workload, and no reference leads to them."""
_WORTH: Final = 4
"""How many times an object may be searched before it is cheaper to look at all of them."""


def name_word(name: str) -> str:
    """A reference to a name as it is written in the text of an object."""
    return json.dumps(name, ensure_ascii=False)


class Touched:
    """The objects that differ between stores, each of which came from the previous one."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self.stores: Final = stores
        self.keys: Final = tuple(dict.fromkeys(key for store in stores for key in store.written()))

    @property
    def few(self) -> bool:
        """Whether so few objects have changed that following them is less work than looking at everything."""
        searched = sum(key.kind != "Event" for key in self.keys)  # nobody searches for the name of one
        return searched * _WORTH < len(self.stores[-1])

    def of(self, *kinds: tuple[str, str]) -> Iterator[ObjectKey]:
        """The changed objects of some kinds."""
        return (key for key in self.keys if key[:2] in kinds)

    def states(self, key: ObjectKey) -> Iterator[Json]:
        """The versions of an object in the stores that have it."""
        return (value for store in self.stores if (value := store.get(key)) is not None)

    def differs(self, key: ObjectKey, read: Callable[[Json], Hashable]) -> bool:
        """Whether a property of an object differs between the stores; it is None in those without the object."""
        values = (store.get(key) for store in self.stores)
        return len({None if value is None else read(value) for value in values}) > 1

    @cached_property
    def upwards(self) -> frozenset[ObjectKey]:
        """The changed objects, their controllers, and what changed Events are about with the controllers of that."""
        found: dict[ObjectKey, None] = {}
        waiting = list(self.keys)
        while waiting:
            key = waiting.pop()
            if key not in found:
                found[key] = None
                waiting += [up for value in self.states(key) for up in _above(key, value)]
        return frozenset(found)

    def mentioning(
        self, kinds: Kinds, words: Mapping[str, Collection[str]], *, free_only: bool = False
    ) -> frozenset[ObjectKey]:
        """Objects of some kinds whose text may contain one of the words given for their
        namespace, and the changed ones.

        The namespace "" stands for all; what is controlled by others may be left out if ``free_only``. However many the
        words are, to search a text for them is less work than to look at the object that it holds.
        """
        last = self.stores[-1]
        searches = (
            (last.members(*kind, namespace), wanted)
            for namespace, wanted in words.items()
            for kind in kinds
            if wanted
        )
        found = {
            key for one, wanted in searches for key, _ in mentioning(free(one) if free_only else one, wanted)
        }
        return frozenset(found).union(self.of(*kinds))


def may_mention(value: Json | Unread, words: Collection[str]) -> bool:
    """Whether one of these words may occur in an object; always true for one that has been parsed."""
    return not isinstance(value, Unread) or any(map(value.mentions, words))


def _above(key: ObjectKey, value: Json) -> Iterable[ObjectKey]:
    owner = controller_of(value)
    if owner is not None:
        yield owner_key(owner, key.namespace)
    if key.kind == "Event":
        about = value.get("involvedObject") or value.get("regarding") or {}
        yield owner_key(about, about.get("namespace") or "")
