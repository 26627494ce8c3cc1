"""How many pods of what kind run where, kept up to date with every pod that comes or goes.

An answer costs the same however many pods run. It must be that of ``ScanningCounts``; tests hold both to it.

Upstream: none; a real scheduler counts anew for every pod.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.columns import Column, NodeColumns
from kplan.scheduler.counting import may_count, with_terms
from kplan.scheduler.matchers import (
    TERM_KINDS,
    CarriesTerm,
    Label,
    Matcher,
    Namespaces,
    TermKind,
    existing_term_matches,
    label_of,
    terms_of,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import AffinityTerm, PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.unseen import Unseen

_Alike = tuple[PodTemplate, bool]
"""A template, and whether the pod is terminating."""


class DomainCounts:
    """Sums of one matcher per value of one node label, kept up to date."""

    __slots__ = ("_occupied", "codes", "eligible", "matcher", "missing", "totals", "values")

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
        self._occupied: Bools | None = None

    def add(self, index: int, amount: int) -> None:
        """Count on one node."""
        code = self.codes[index]
        if code == self.missing or not (self.eligible is None or self.eligible[index]):
            return
        before = self.totals[code]
        after = self.totals[code] = before + amount
        if self._occupied is not None and (before > 0) != (after > 0):
            self._occupied[self.codes == code] = after > 0

    def occupied(self) -> Bools:
        """Whether anything counts in the domain of each node; kept up to date after the first call."""
        if self._occupied is None:
            self._occupied = self.per_node() > 0
        return self._occupied

    def per_node(self) -> Ints:
        """The sum for each node's value of the label; 0 if the node lacks the label."""
        return self.totals[self.codes]


class IncrementalCounts:
    """Counts kept up to date with every pod that comes or goes.

    Nodes that nobody has looked at are looked at when a matcher may count their pods; they tell of the pods themselves.
    """

    def __init__(
        self,
        columns: NodeColumns,
        nodes: Sequence[NodeInfo],
        namespaces: Namespaces,
        unseen: Unseen | None = None,
    ) -> None:
        self.columns = columns
        self._unseen = unseen
        self._nodes = {node.name: node for node in nodes} if unseen else {}
        self.namespaces = namespaces
        # Pods of one template, terminating or not, all count alike: they are counted by number and node.
        self.where: dict[_Alike, Counter[int]] = {}
        self._domains: dict[tuple[Matcher, str | None, bytes], DomainCounts] = {}
        self._by_template: dict[_Alike, list[tuple[DomainCounts, int]]] = {}
        # A template and a matcher meet only over a label both have, which spares most pairs the question.
        self._templates_by_label: dict[Label, list[_Alike]] = {}
        self._by_label: dict[Label | None, list[DomainCounts]] = {}
        # Terms are only ever added: those whose pods are gone count nothing, and positions in the list stay true.
        self._terms: dict[str, dict[AffinityTerm, None]] = {kind: {} for kind in TERM_KINDS}
        self.terms_seen = 0
        """How many distinct terms pods have had so far."""
        self._matched: dict[tuple[str, PodTemplate], tuple[int, list[AffinityTerm]]] = {}
        left = self._without_terms()
        for node in nodes:
            for pod in node.pods if node.name not in left else ():
                self.count(pod, node.index, 1)

    def _without_terms(self) -> Collection[str]:
        """The unseen nodes none of whose pods carries a term, so that they need no looking at."""
        if not self._unseen:
            return ()
        return {name for name, _ in self._unseen.items()}.difference(with_terms(self._unseen))

    def _see(self, matcher: Matcher) -> None:
        """Look at the nodes with pods that a matcher may count; those with terms of their own are known."""
        if not self._unseen or isinstance(matcher, CarriesTerm):
            return
        for name in may_count(self._unseen, matcher):
            if name in self._nodes:
                self._nodes[name].see()

    def count(self, pod: PodInfo, index: int, sign: int) -> None:
        """Count a pod that was added to a node, or removed from it."""
        alike = (pod.template, pod.terminating)
        known = self.where.get(alike)
        if known is None:
            known = self.where[alike] = Counter()
            self._add_template(alike)
        known[index] += sign
        for domains, weight in self._by_template[alike]:
            domains.add(index, sign * weight)

    def _add_template(self, alike: _Alike) -> None:
        """Note the terms of a template seen for the first time, and which sums its pods count in."""
        template = alike[0]
        if template.has_affinity:
            for name in TERM_KINDS:
                for term, _ in terms_of(template, name):
                    self._terms[name].setdefault(term)
            self.terms_seen = sum(map(len, self._terms.values()))
        labels = [(template.namespace, *label) for label in template.labels.items()]
        for label in labels:
            self._templates_by_label.setdefault(label, []).append(alike)
        concerned = (domains for label in (None, *labels) for domains in self._by_label.get(label, ()))
        weights = ((domains, self._weight(domains.matcher, alike)) for domains in concerned)
        self._by_template[alike] = [(domains, weight) for domains, weight in weights if weight]

    def _weight(self, matcher: Matcher, alike: _Alike) -> int:
        template, terminating = alike
        return (
            0 if terminating and not matcher.counts_terminating else matcher.weight(template, self.namespaces)
        )

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""
        return self._weight(matcher, (pod.template, pod.terminating))

    def domains(self, matcher: Matcher, key: str | None, eligible: Bools | None = None) -> DomainCounts:
        """The sums per value of a label; without a label, per node."""
        name = (matcher, key, b"" if eligible is None else eligible.tobytes())
        known = self._domains.get(name)
        if known is None:
            known = self._domains[name] = DomainCounts(matcher, self.columns, key, eligible)
            label = label_of(matcher)
            self._see(matcher)
            self._by_label.setdefault(label, []).append(known)
            for alike in self.where if label is None else self._templates_by_label.get(label, ()):
                weight = self._weight(matcher, alike)
                if weight:
                    self._by_template[alike].append((known, weight))
                    for index, number in self.where[alike].items():
                        known.add(index, weight * number)
        return known

    def by_label(self, matcher: Matcher, key: str, eligible: Sequence[bool] | None = None) -> dict[str, int]:
        """Sums per value of a node label."""
        some = None if eligible is None else np.array(eligible, dtype=np.bool_)
        domains = self.domains(matcher, key, some)
        return {
            domains.values[code]: int(domains.totals[code]) for code in np.flatnonzero(domains.totals[:-1])
        }

    def term_matches(self, term: AffinityTerm, template: PodTemplate) -> bool:
        """Whether a term of another pod matches the incoming pod."""
        return existing_term_matches(term, template, self.namespaces)

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""
        return sum(self.weight(matcher, pod) for pod in node.pods)

    def terms(self, kind: TermKind, template: PodTemplate) -> Sequence[AffinityTerm]:
        """Distinct terms of pods seen so far that match the incoming pod."""
        every = self._terms[kind]
        start, matched = self._matched.get((kind, template), (0, []))
        if start < len(every):
            fresh = list(every)[start:]
            matched = [
                *matched,
                *(term for term in fresh if existing_term_matches(term, template, self.namespaces)),
            ]
            self._matched[kind, template] = (len(every), matched)
        return matched


def incremental(snapshot: Snapshot) -> IncrementalCounts:
    """The counts of a snapshot whose nodes are looked at all at once."""
    counts = snapshot.counts
    assert isinstance(counts, IncrementalCounts)
    return counts
