"""Indexes by label over one kind in one namespace: what a selector selects, and whose selectors select an object.

Both give objects in the order in which they became members.

Upstream: none; it lists the namespace and tests every object, which differs in nothing but the time it takes.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from itertools import count
from typing import Protocol

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError
from kplan.state.glance import Unread
from kplan.state.texts import label_word

_Term = tuple[str, str]
"""A label's key and value."""

_Terms = tuple[_Term, ...]
"""Labels that are demanded together."""

_ANY: _Term = ("", "")
"""The term of what demands no label with one value; no label has an empty key."""

_SEARCHES = 6
"""How often labels are searched for before all are arranged."""
_DEMANDS_SEARCHED = 24
"""How many labels are searched for in texts that demand them before all texts are read."""
_ANSWERS = 65_536
"""How many answers are kept at most."""
_ANSWERS_A_TERM = 64
"""How many of those are kept at most that selectors have which demand the same term."""

SelectorOf = Callable[[Json], Selector | None]
"""What an object selects; None if it selects nothing."""


class _Members:
    """Members by term, numbered in the order in which they came."""

    def __init__(self, keys: Iterable[ObjectKey] = ()) -> None:
        """Begin with some whose terms are not known."""
        self._numbers: dict[ObjectKey, int] = dict(zip(keys, count()))
        self._terms: dict[ObjectKey, Collection[Hashable]] = {}
        self._buckets: dict[Hashable, dict[ObjectKey, None]] = {}
        self._answers: dict[Hashable, dict[int, tuple[Selector, Sequence[ObjectKey]]]] = {}
        self._next = len(self._numbers)

    def size(self, term: Hashable) -> int:
        """How many members have the term."""
        return len(self._buckets.get(term, ()))

    def having(self, term: Hashable) -> Collection[ObjectKey]:
        """The members that have the term."""
        return self._buckets.get(term, {}).keys()

    def answer(self, term: Hashable, selector: Selector) -> Sequence[ObjectKey] | None:
        """What a selector was found to select that demands the term, if no member that has it has changed since."""
        known = self._answers[term].get(id(selector)) if term in self._answers else None
        return known[1] if known is not None and known[0] is selector else None

    def remember(self, term: Hashable, selector: Selector, found: Sequence[ObjectKey]) -> None:
        """Keep what a selector selects that demands the term."""
        answers = self._answers.setdefault(term, {})
        if len(answers) >= _ANSWERS_A_TERM:
            answers.clear()
        answers[id(selector)] = (selector, found)

    def all(self) -> Iterable[ObjectKey]:
        """The members in the order in which they came."""
        return self._numbers

    def number(self, key: ObjectKey) -> None:
        """Add a member whose terms are not known."""
        if key not in self._numbers:
            self._numbers[key] = self._next
            self._next += 1

    def put(self, key: ObjectKey, terms: Collection[Hashable]) -> None:
        """Add a member, or give it other terms; it keeps its number."""
        self._remove(key)
        self.number(key)
        self.add(key, terms)

    def add(self, key: ObjectKey, terms: Collection[Hashable]) -> None:
        """Give a member more terms."""
        self._terms[key] = (*self._terms.get(key, ()), *terms)
        for term in terms:
            self._buckets.setdefault(term, {})[key] = None
            self._answers.pop(term, None)

    def discard(self, key: ObjectKey) -> None:
        """Remove a member."""
        self._remove(key)
        self._numbers.pop(key, None)

    def in_order(self, keys: Iterable[ObjectKey]) -> Sequence[ObjectKey]:
        """Members in the order in which they came."""
        return sorted(keys, key=self._numbers.__getitem__)

    def _remove(self, key: ObjectKey) -> None:
        for term in self._terms.pop(key, ()):
            self._answers.pop(term, None)
            bucket = self._buckets[term]
            del bucket[key]
            if not bucket:
                del self._buckets[term]


class Labelled(Protocol):
    """The objects of a cluster, as an index by label asks for them."""

    def labelled(self, keys: Iterable[ObjectKey], terms: Sequence[_Term]) -> Iterable[ObjectKey]:
        """Those that may have some labels."""

    def labels(self, key: ObjectKey) -> Mapping[str, str]:
        """All labels of one."""

    def labels_read(self, key: ObjectKey) -> Mapping[str, str]:
        """All labels of an object that was found by some of them and is likely to be read next."""


class LabelIndex:
    """Objects by their labels: all, or only the ``orphans`` that no controller owns.

    For the first few labels that are asked for they are searched one by one, which takes less
    than to arrange them by all.
    """

    def __init__(self, objects: Labelled, keys: Iterable[ObjectKey], *, orphans: bool) -> None:
        self._objects = objects
        self._orphans = orphans
        self._members = _Members(keys)
        self._searched: set[_Terms] | None = set()
        """The labels that were searched for together; None if all are arranged."""

    def put(self, key: ObjectKey, value: Json, previous: Json | None = None) -> None:
        """Follow a write."""
        before = previous is not None and self._belongs(previous)
        if not self._belongs(value):
            if before:
                self._members.discard(key)
            return
        labels = labels_of(value)
        if not before or previous is None or labels_of(previous) != labels:
            self._members.put(key, labels.items() if self._searched is None else self._answered(labels))

    def discard(self, key: ObjectKey) -> None:
        """Follow a deletion."""
        self._members.discard(key)

    def selected(self, selector: Selector) -> Sequence[ObjectKey]:
        """The members that a selector selects which demands a label."""
        terms = selector.exact
        if self._searched is not None and terms not in self._searched:
            self._search(terms)
        term: Hashable = terms
        if self._searched is None:
            term = terms[0] if len(terms) == 1 else min(terms, key=self._members.size)
        found = self._members.answer(term, selector)
        if found is None:
            candidates = self._members.in_order(self._members.having(term))
            found = [key for key in candidates if selector.matches(self._objects.labels_read(key))]
            self._members.remember(term, selector, found)
        return found

    def _search(self, terms: _Terms) -> None:
        if self._searched is None or len(self._searched) >= _SEARCHES:
            self._arrange()
            return
        self._searched.add(terms)
        for key in self._objects.labelled(self._members.all(), terms):
            self._members.add(key, (terms,))

    def _answered(self, labels: Mapping[str, str]) -> Sequence[_Terms]:
        """The searches that would find an object with these labels."""
        return [
            terms for terms in self._searched or () if all(labels.get(name) == value for name, value in terms)
        ]

    def _arrange(self) -> None:
        self._searched = None
        for key in tuple(self._members.all()):
            self._members.put(key, self._objects.labels(key).items())

    def _belongs(self, value: Json) -> bool:
        if not self._orphans:
            return True
        return not any(
            reference.get("controller") for reference in value["metadata"].get("ownerReferences") or ()
        )


class SelectorIndex:
    """Objects by a label that their selector requires.

    Those that select by nothing but whole labels may come as texts: for the first few labels that are asked for, texts
    are searched, and those are read in which one stands.
    """

    def __init__(self, selector_of: SelectorOf) -> None:
        self.selector_of = selector_of
        self._members = _Members()
        self._texts: dict[ObjectKey, Unread] = {}
        """What nobody has read here: none of the labels stands in it that were searched for."""
        self._searched: set[_Term] = set()
        self._answers: dict[int, tuple[Mapping[str, str], Sequence[ObjectKey]]] = {}

    def put(self, key: ObjectKey, value: Json, previous: Json | None = None) -> None:
        """Follow a write."""
        if previous is not None and previous.get("spec") is value.get("spec"):
            return
        self._texts.pop(key, None)
        self._answers.clear()
        try:
            selector = self.selector_of(value)
        except SelectorError:
            self._members.put(key, (_ANY,))  # whoever tests it meets the error
            return
        terms = () if selector is None else (min(selector.exact, key=self._members.size, default=_ANY),)
        self._members.put(key, terms)

    def put_text(self, key: ObjectKey, text: Unread) -> None:
        """Add an unparsed object, to be parsed if its text may contain a label it requires;
        its selector must be equality-based.
        """
        self._members.number(key)
        self._texts[key] = text

    def discard(self, key: ObjectKey) -> None:
        """Follow a deletion."""
        self._texts.pop(key, None)
        self._answers.clear()
        self._members.discard(key)

    def answer(self, labels: Mapping[str, str]) -> Sequence[ObjectKey] | None:
        """What was found to select these very labels, if nothing has changed since:
        most writes of an object keep them.
        """
        known = self._answers.get(id(labels))
        return known[1] if known is not None and known[0] is labels else None

    def remember(self, labels: Mapping[str, str], found: Sequence[ObjectKey]) -> None:
        """Keep what selects these labels."""
        if len(self._answers) >= _ANSWERS:
            self._answers.clear()
        self._answers[id(labels)] = (labels, found)

    def candidates(self, sides: Sequence[Mapping[str, str]]) -> Sequence[ObjectKey]:
        """The members whose selector requires a label of one of the sides, and those that require none."""
        if self._texts:
            self._search({term for labels in sides for term in labels.items()} - self._searched)
        found = dict.fromkeys(self._members.having(_ANY))
        for labels in sides:
            for term in labels.items():
                found.update(dict.fromkeys(self._members.having(term)))
        return self._members.in_order(found)

    def _search(self, terms: Collection[_Term]) -> None:
        """Read the texts in which one of some labels may stand; all of them, if many labels are asked for."""
        self._searched.update(terms)
        if len(self._searched) > _DEMANDS_SEARCHED:
            found = self._texts
        else:
            words = [label_word(*term) for term in terms]
            found = {key: text for key, text in self._texts.items() if any(map(text.mentions, words))}
        for key, text in tuple(found.items()):
            self.put(key, text.read())
