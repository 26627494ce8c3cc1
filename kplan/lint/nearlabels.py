"""Pods whose labels a selector has but for one letter of one value, found without comparing it with all of them.

Two texts that differ by one letter have a text in common when one letter of each is left out, or none:
pods are looked up by these.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kplan.lint.world import Subject, World
from kplan.naming import is_misspelt
from kplan.selectors.labels import Selector

_Pairs = Sequence[tuple[str, str]]
_Values = Mapping[str, Sequence[Mapping[str, str]]]
_NO_LABELS: Final[_Values] = {}


class NearLabels:
    """The labels of the pods of a namespace."""

    def __init__(self, pods: Iterable[Subject]) -> None:
        alike = {frozenset(labels.items()): labels for one in pods for labels in one.label_sets}
        self._by_key: dict[str, dict[str, list[Mapping[str, str]]]] = defaultdict(lambda: defaultdict(list))
        for labels in alike.values():
            for key, value in labels.items():
                self._by_key[key][value].append(labels)
        self._shortened: dict[str, Mapping[str, set[str]]] = {}

    def have_nearly(self, pairs: _Pairs) -> bool:
        """Whether pods have all of these labels, but for one letter of one of them."""
        return any(
            _is_but_for_a_letter(pairs, labels)
            for key, value in pairs
            for other in self._near(key, value)
            for labels in self._by_key[key][other]
        )

    def _near(self, key: str, value: str) -> Iterator[str]:
        """The values of a label that a value may be meant to be."""
        if key not in self._shortened:
            self._shortened[key] = _by_shortened(self._by_key.get(key, _NO_LABELS))
        known = self._shortened[key]
        found = {other for short in _shortened(value) for other in known.get(short, ())}
        return (other for other in found if is_misspelt(value, other))


def is_misspelt_selector(selector: Selector, subject: Subject) -> bool:
    """Whether a selector is that of pods of its namespace but for one letter:
    such pods are meant, whatever programs make.
    """
    if len(selector.exact) != len(selector.requirements):
        return False
    known: dict[str, NearLabels] = subject.world.remember("labels by letters", _none)
    if subject.namespace not in known:
        known[subject.namespace] = NearLabels(subject.world.pods.get(subject.namespace, ()))
    return known[subject.namespace].have_nearly(selector.exact)


def _none(_: World) -> dict[str, NearLabels]:
    return {}


def _is_but_for_a_letter(pairs: _Pairs, labels: Mapping[str, str]) -> bool:
    other = [(value, labels.get(key, "")) for key, value in pairs if labels.get(key) != value]
    return len(other) == 1 and is_misspelt(*other[0])


def _by_shortened(values: Iterable[str]) -> Mapping[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for value in values:
        for short in _shortened(value):
            found[short].add(value)
    return found


def _shortened(value: str) -> Iterator[str]:
    """The text, and what is left of it without one of its letters."""
    yield value
    for at in range(len(value)):
        yield value[:at] + value[at + 1 :]
