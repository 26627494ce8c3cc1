"""How many pods of what kind run where: the question behind spreading and inter-pod affinity.

A ``Matcher`` says how much a pod counts; a count is kept per value of a node label. ``WalkingCounts`` asks every pod
anew, as upstream does. ``TallyBook`` keeps the sums and corrects them with every binding, so that an answer costs the
same however many pods run. Both must agree; tests hold them to it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kplan.scheduler.columns import Column, NodeColumns
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import AffinityTerm, PodClass, PodInfo, WeightedTerm
from kplan.selectors.labels import Selector

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Namespaces = Callable[[str], Mapping[str, str] | None]
"""The labels of a namespace; None where there is no such namespace."""


class Matcher(Protocol):
    """How much one pod counts; equal matchers share their sums."""

    counts_terminating: bool

    def weight(self, cls: PodClass, namespaces: Namespaces) -> int:
        """0 for pods that do not count."""


@dataclass(frozen=True)
class Selected:
    """Pods of a namespace that a selector matches, unless they are on their way out; an empty selector counts none."""

    namespace: str
    selector: Selector
    counts_terminating = False

    def weight(self, cls: PodClass, namespaces: Namespaces) -> int:
        """1 for a selected pod."""
        del namespaces
        return int(
            cls.namespace == self.namespace and not self.selector.empty and self.selector.matches(cls.labels)
        )


@dataclass(frozen=True)
class MatchedByAll:
    """Pods that match every one of a pod's own affinity terms."""

    terms: tuple[AffinityTerm, ...]
    counts_terminating = True

    def weight(self, cls: PodClass, namespaces: Namespaces) -> int:
        """1 for a pod that all terms match."""
        return int(bool(self.terms) and all(chooses(term, cls, namespaces) for term in self.terms))


@dataclass(frozen=True)
class Owning:
    """Pods that carry a term themselves: how often, or with what weight."""

    kind: str
    term: AffinityTerm
    counts_terminating = True

    def weight(self, cls: PodClass, namespaces: Namespaces) -> int:
        """The sum of the weights of equal terms; a required term weighs 1."""
        del namespaces
        return sum(weight for term, weight in terms_of(cls, self.kind) if term == self.term)


REQUIRED_AFFINITY = "required affinity"
REQUIRED_ANTI_AFFINITY = "required anti-affinity"
PREFERRED_AFFINITY = "preferred affinity"
PREFERRED_ANTI_AFFINITY = "preferred anti-affinity"
KINDS = (REQUIRED_AFFINITY, REQUIRED_ANTI_AFFINITY, PREFERRED_AFFINITY, PREFERRED_ANTI_AFFINITY)


def terms_of(cls: PodClass, kind: str) -> Iterator[WeightedTerm]:
    """A pod's own terms of one kind with their weights."""
    if kind == REQUIRED_AFFINITY:
        yield from ((term, 1) for term in cls.required_affinity)
    elif kind == REQUIRED_ANTI_AFFINITY:
        yield from ((term, 1) for term in cls.required_anti_affinity)
    elif kind == PREFERRED_AFFINITY:
        yield from cls.preferred_affinity
    else:
        yield from cls.preferred_anti_affinity


def chooses(term: AffinityTerm, other: PodClass, namespaces: Namespaces) -> bool:
    """Whether a pod's own term matches another pod; only namespaces that exist can be chosen by label."""
    if other.namespace not in term.namespaces and not term.namespace_selector.empty:
        labels = namespaces(other.namespace)
        if labels is None or not term.namespace_selector.matches(labels):
            return False
    return term.selector.matches(other.labels)


def chosen_by(term: AffinityTerm, cls: PodClass, namespaces: Namespaces) -> bool:
    """Whether the term of a pod that already runs matches the incoming one."""
    if cls.namespace in term.namespaces or term.namespace_selector.matches(namespaces(cls.namespace) or {}):
        return term.selector.matches(cls.labels)
    return False


class PodCounts(Protocol):
    """The questions plug-ins ask; an answer maps values of the label to sums and leaves out zeros."""

    def by_label(self, matcher: Matcher, key: str, eligible: Bools | None = None) -> dict[str, int]:
        """Sums per value of a node label, over eligible nodes that carry it."""

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""

    def terms(self, kind: str, cls: PodClass) -> Sequence[AffinityTerm]:
        """Distinct terms of running pods that match the incoming pod."""

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""

    def chosen(self, term: AffinityTerm, cls: PodClass) -> bool:
        """Whether a term of another pod matches the incoming pod."""


class WalkingCounts:
    """Counts by walking over every pod of every node."""

    def __init__(self, nodes: Sequence[NodeInfo], namespaces: Namespaces) -> None:
        self.nodes = nodes
        self.namespaces = namespaces

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""
        if pod.terminating and not matcher.counts_terminating:
            return 0
        return matcher.weight(pod.cls, self.namespaces)

    def chosen(self, term: AffinityTerm, cls: PodClass) -> bool:
        """Whether a term of another pod matches the incoming pod."""
        return chosen_by(term, cls, self.namespaces)

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""
        return sum(self.weight(matcher, pod) for pod in node.pods)

    def by_label(self, matcher: Matcher, key: str, eligible: Bools | None = None) -> dict[str, int]:
        """Sums per value of a node label."""
        sums: dict[str, int] = {}
        for node in self.nodes:
            value = node.labels.get(key)
            if value is None or (eligible is not None and not eligible[node.index]):
                continue
            sums[value] = sums.get(value, 0) + self.on_node(matcher, node)
        return {value: amount for value, amount in sums.items() if amount}

    def terms(self, kind: str, cls: PodClass) -> Sequence[AffinityTerm]:
        """Distinct terms of running pods that match the incoming pod."""
        seen: dict[AffinityTerm, None] = {}
        for node in self.nodes:
            for pod in node.pods:
                for term, _ in terms_of(pod.cls, kind):
                    seen.setdefault(term)
        return [term for term in seen if chosen_by(term, cls, self.namespaces)]


class Tally:
    """Sums of one matcher per value of one node label, kept up to date."""

    __slots__ = ("codes", "eligible", "matcher", "missing", "totals", "values")

    def __init__(
        self, matcher: Matcher, columns: NodeColumns, key: str | None, eligible: Bools | None
    ) -> None:
        self.matcher = matcher
        self.eligible = eligible
        if key is None:
            column = Column(columns.every, tuple(node.name for node in columns.nodes))
        else:
            column = columns.label(key)
        self.codes, self.missing, self.values = column.codes, column.missing, column.values
        self.totals: Ints = np.zeros(self.missing + 1, dtype=np.int64)

    def add(self, index: int, amount: int) -> None:
        """Count on one node."""
        code = self.codes[index]
        if code != self.missing and (self.eligible is None or self.eligible[index]):
            self.totals[code] += amount

    def per_node(self) -> Ints:
        """For every node, the sum of the value it carries; 0 where it carries none."""
        return self.totals[self.codes]


_Mark = tuple[str, str, str]
"""A namespace and one label that all pods a matcher counts have."""


def _mark(matcher: Matcher) -> _Mark | None:
    if isinstance(matcher, Selected) and matcher.selector.exact:
        return (matcher.namespace, *matcher.selector.exact[0])
    return None


class TallyBook:
    """Counts kept up to date with every pod that comes or goes."""

    def __init__(self, columns: NodeColumns, nodes: Sequence[NodeInfo], namespaces: Namespaces) -> None:
        self.columns = columns
        self.namespaces = namespaces
        self.where: dict[tuple[PodClass, bool], Counter[int]] = {}
        self._tallies: dict[tuple[Matcher, str | None, bytes], Tally] = {}
        self._by_class: dict[tuple[PodClass, bool], list[tuple[Tally, int]]] = {}
        self._labelled: dict[_Mark, list[tuple[PodClass, bool]]] = {}
        self._asking: dict[_Mark | None, list[Tally]] = {}
        self._terms: dict[str, dict[AffinityTerm, None]] = {kind: {} for kind in KINDS}
        self._matched: dict[tuple[str, PodClass], tuple[int, list[AffinityTerm]]] = {}
        for node in nodes:
            for pod in node.pods:
                self.count(pod, node.index, 1)

    def count(self, pod: PodInfo, index: int, sign: int) -> None:
        """A pod came to a node, or went."""
        kind = (pod.cls, pod.terminating)
        known = self.where.get(kind)
        if known is None:
            known = self.where[kind] = Counter()
            self._learn(kind)
        known[index] += sign
        for tally, weight in self._by_class[kind]:
            tally.add(index, sign * weight)

    def _learn(self, kind: tuple[PodClass, bool]) -> None:
        """Note the terms of a class seen for the first time, and which tallies it counts in."""
        cls = kind[0]
        if cls.has_affinity:
            for name in KINDS:
                for term, _ in terms_of(cls, name):
                    self._terms[name].setdefault(term)
        marks = [(cls.namespace, *label) for label in cls.labels.items()]
        for mark in marks:
            self._labelled.setdefault(mark, []).append(kind)
        asking = (tally for mark in (None, *marks) for tally in self._asking.get(mark, ()))
        weights = ((tally, self._weight(tally.matcher, kind)) for tally in asking)
        self._by_class[kind] = [(tally, weight) for tally, weight in weights if weight]

    def _weight(self, matcher: Matcher, kind: tuple[PodClass, bool]) -> int:
        cls, terminating = kind
        return 0 if terminating and not matcher.counts_terminating else matcher.weight(cls, self.namespaces)

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""
        return self._weight(matcher, (pod.cls, pod.terminating))

    def tally(self, matcher: Matcher, key: str | None, eligible: Bools | None = None) -> Tally:
        """The sums per value of a label; without a label, per node."""
        name = (matcher, key, b"" if eligible is None else eligible.tobytes())
        known = self._tallies.get(name)
        if known is None:
            known = self._tallies[name] = Tally(matcher, self.columns, key, eligible)
            mark = _mark(matcher)
            self._asking.setdefault(mark, []).append(known)
            for kind in self.where if mark is None else self._labelled.get(mark, ()):
                weight = self._weight(matcher, kind)
                if weight:
                    self._by_class[kind].append((known, weight))
                    for index, number in self.where[kind].items():
                        known.add(index, weight * number)
        return known

    def by_label(self, matcher: Matcher, key: str, eligible: Bools | None = None) -> dict[str, int]:
        """Sums per value of a node label."""
        tally = self.tally(matcher, key, eligible)
        return {tally.values[code]: int(tally.totals[code]) for code in np.flatnonzero(tally.totals[:-1])}

    def chosen(self, term: AffinityTerm, cls: PodClass) -> bool:
        """Whether a term of another pod matches the incoming pod."""
        return chosen_by(term, cls, self.namespaces)

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""
        return sum(self.weight(matcher, pod) for pod in node.pods)

    def terms(self, kind: str, cls: PodClass) -> Sequence[AffinityTerm]:
        """Distinct terms of pods seen so far that match the incoming pod."""
        every = self._terms[kind]
        start, matched = self._matched.get((kind, cls), (0, []))
        if start < len(every):
            fresh = list(every)[start:]
            matched = [*matched, *(term for term in fresh if chosen_by(term, cls, self.namespaces))]
            self._matched[kind, cls] = (len(every), matched)
        return matched
