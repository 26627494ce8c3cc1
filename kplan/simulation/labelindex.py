"""Indexes by label over one kind in one namespace: what a selector selects, and whose selectors select an object.

Both give candidates, still to be tested, in the order in which the objects became members.

Upstream: none; it lists the namespace and tests every object, which differs in nothing but the time it takes.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

_Term = tuple[str, str]
"""A label's key and value."""

_ANY: _Term = ("", "")
"""The term of what demands no label with one value; no label has an empty key."""

_ANSWERS = 65_536
"""How many answers are kept at most."""

SelectorOf = Callable[[Json], Selector | None]
"""What an object selects; None where it selects nothing."""


class _Members:
    """Members by term, numbered in the order in which they came."""

    def __init__(self) -> None:
        self._numbers: dict[ObjectKey, int] = {}
        self._terms: dict[ObjectKey, Collection[_Term]] = {}
        self._buckets: dict[_Term, dict[ObjectKey, None]] = {}
        self._next = 0

    def size(self, term: _Term) -> int:
        """How many members have the term."""
        return len(self._buckets.get(term, ()))

    def having(self, term: _Term) -> Collection[ObjectKey]:
        """The members that have the term."""
        return self._buckets.get(term, {}).keys()

    def put(self, key: ObjectKey, terms: Collection[_Term]) -> None:
        """Add a member, or give it other terms; it keeps its number."""
        self._remove(key)
        if key not in self._numbers:
            self._numbers[key] = self._next
            self._next += 1
        self._terms[key] = terms
        for term in terms:
            self._buckets.setdefault(term, {})[key] = None

    def discard(self, key: ObjectKey) -> None:
        """Remove a member."""
        self._remove(key)
        self._numbers.pop(key, None)

    def in_order(self, keys: Iterable[ObjectKey]) -> Sequence[ObjectKey]:
        """Members in the order in which they came."""
        return sorted(keys, key=self._numbers.__getitem__)

    def _remove(self, key: ObjectKey) -> None:
        for term in self._terms.pop(key, ()):
            bucket = self._buckets[term]
            del bucket[key]
            if not bucket:
                del self._buckets[term]


class LabelIndex:
    """Objects by their labels: all, or only the ``orphans`` that no controller owns."""

    def __init__(self, *, orphans: bool) -> None:
        self._orphans = orphans
        self._members = _Members()

    def put(self, key: ObjectKey, value: Json, previous: Json | None = None) -> None:
        """Follow a write."""
        before = previous is not None and self._belongs(previous)
        if not self._belongs(value):
            if before:
                self._members.discard(key)
            return
        labels = labels_of(value)
        if not before or previous is None or labels_of(previous) != labels:
            self._members.put(key, labels.items())

    def discard(self, key: ObjectKey) -> None:
        """Follow a deletion."""
        self._members.discard(key)

    def candidates(self, terms: Sequence[_Term]) -> Sequence[ObjectKey]:
        """The members that carry one of these labels, the rarest; there must be one."""
        return self._members.in_order(self._members.having(min(terms, key=self._members.size)))

    def _belongs(self, value: Json) -> bool:
        if not self._orphans:
            return True
        return not any(
            reference.get("controller") for reference in value["metadata"].get("ownerReferences") or ()
        )


class SelectorIndex:
    """Objects by a label that they demand of what they select."""

    def __init__(self, selector_of: SelectorOf) -> None:
        self.selector_of = selector_of
        self._members = _Members()
        self._answers: dict[int, tuple[Mapping[str, str], Sequence[ObjectKey]]] = {}

    def put(self, key: ObjectKey, value: Json, previous: Json | None = None) -> None:
        """Follow a write."""
        if previous is not None and previous.get("spec") is value.get("spec"):
            return
        self._answers.clear()
        try:
            selector = self.selector_of(value)
        except SelectorError:
            self._members.put(key, (_ANY,))  # whoever tests it meets the error
            return
        terms = () if selector is None else (min(selector.exact, key=self._members.size, default=_ANY),)
        self._members.put(key, terms)

    def discard(self, key: ObjectKey) -> None:
        """Follow a deletion."""
        self._answers.clear()
        self._members.discard(key)

    def answer(self, labels: Mapping[str, str]) -> Sequence[ObjectKey] | None:
        """What was found to select these very labels, where nothing has changed since: most writes of an object keep them."""
        known = self._answers.get(id(labels))
        return known[1] if known is not None and known[0] is labels else None

    def remember(self, labels: Mapping[str, str], found: Sequence[ObjectKey]) -> None:
        """Keep what selects these labels."""
        if len(self._answers) >= _ANSWERS:
            self._answers.clear()
        self._answers[id(labels)] = (labels, found)

    def candidates(self, sides: Iterable[Mapping[str, str]]) -> Sequence[ObjectKey]:
        """The members that demand a label which one of the sides has, and those that demand none."""
        found = dict.fromkeys(self._members.having(_ANY))
        for labels in sides:
            for term in labels.items():
                found.update(dict.fromkeys(self._members.having(term)))
        return self._members.in_order(found)
