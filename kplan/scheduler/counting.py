"""How many pods of what kind run where: the question behind spreading and inter-pod affinity.

A ``Matcher`` says how much a pod counts; pods are counted by topology domain, the value of a node label.
``ScanningCounts`` asks every pod anew, as upstream does; ``IncrementalCounts`` keeps the sums.

Upstream: pkg/scheduler/framework/plugins/{interpodaffinity,podtopologyspread}
"""

from collections.abc import Collection, Sequence
from typing import Final, Protocol

from kplan.scheduler.matchers import (
    CarriesTerm,
    Matcher,
    Namespaces,
    TermKind,
    existing_term_matches,
    label_of,
    terms_of,
)
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import AffinityTerm, PodInfo, PodTemplate
from kplan.scheduler.unseen import Unseen

_TERM_WORDS: Final = ('"podAffinity"', '"podAntiAffinity"')
"""Words that occur in the text of every pod with an affinity term."""


class PodCounts(Protocol):
    """The questions plug-ins ask; an answer maps values of the label to sums and leaves out zeros."""

    def by_label(self, matcher: Matcher, key: str, eligible: Sequence[bool] | None = None) -> dict[str, int]:
        """Sums per value of a node label, over eligible nodes that carry it."""

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""

    def terms(self, kind: TermKind, template: PodTemplate) -> Sequence[AffinityTerm]:
        """Distinct terms of running pods that match the incoming pod."""

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""

    def term_matches(self, term: AffinityTerm, template: PodTemplate) -> bool:
        """Whether a term of another pod matches the incoming pod."""


def may_count(unseen: Unseen, matcher: Matcher) -> Collection[str]:
    """The unseen nodes with pods that a matcher may count."""
    if isinstance(matcher, CarriesTerm):
        return with_terms(unseen)
    label = label_of(matcher)
    return unseen.labelled(label[0], label[1:]) if label else [name for name, _ in unseen.items()]


def with_terms(unseen: Unseen) -> Collection[str]:
    """The unseen nodes with a pod that may carry a term; the others need no looking at for terms."""
    return set().union(*map(unseen.naming, _TERM_WORDS))


class ScanningCounts:
    """Counts by walking over every pod of every node,
    but for nodes at rest that nobody looked at and that cannot matter.
    """

    def __init__(
        self, nodes: Sequence[NodeInfo], namespaces: Namespaces, unseen: Unseen | None = None
    ) -> None:
        self.nodes = nodes
        self.namespaces = namespaces
        self._unseen = unseen or None
        # What is known of a node stays true for as long as nobody looks at it, since nothing happens
        # to its pods until then.
        self._with_terms: Collection[str] | None = None
        self._where: dict[Matcher, Collection[str]] = {}

    def _pods(self, node: NodeInfo, where: Collection[str]) -> Sequence[PodInfo]:
        """The pods of a node; none if nobody looked at it and it is not one of those where some may matter."""
        if self._unseen and node.name in self._unseen and node.name not in where:
            return ()
        return node.pods

    def _places(self, matcher: Matcher) -> Collection[str]:
        """The unseen nodes with pods that a matcher may count."""
        if not self._unseen:
            return ()
        known = self._where.get(matcher)
        if known is None:
            known = self._where[matcher] = frozenset(may_count(self._unseen, matcher))
        return known

    def weight(self, matcher: Matcher, pod: PodInfo) -> int:
        """How much one pod counts."""
        if pod.terminating and not matcher.counts_terminating:
            return 0
        return matcher.weight(pod.template, self.namespaces)

    def term_matches(self, term: AffinityTerm, template: PodTemplate) -> bool:
        """Whether a term of another pod matches the incoming pod."""
        return existing_term_matches(term, template, self.namespaces)

    def on_node(self, matcher: Matcher, node: NodeInfo) -> int:
        """The sum on one node."""
        return sum(self.weight(matcher, pod) for pod in self._pods(node, self._places(matcher)))

    def by_label(self, matcher: Matcher, key: str, eligible: Sequence[bool] | None = None) -> dict[str, int]:
        """Sums per value of a node label."""
        sums: dict[str, int] = {}
        for node in self.nodes:
            value = node.labels.get(key)
            if value is None or (eligible is not None and not eligible[node.index]):
                continue
            sums[value] = sums.get(value, 0) + self.on_node(matcher, node)
        return {value: amount for value, amount in sums.items() if amount}

    def terms(self, kind: TermKind, template: PodTemplate) -> Sequence[AffinityTerm]:
        """Distinct terms of running pods that match the incoming pod."""
        seen: dict[AffinityTerm, None] = {}
        if self._unseen and self._with_terms is None:
            self._with_terms = with_terms(self._unseen)
        for node in self.nodes:
            for pod in self._pods(node, self._with_terms or ()):
                if pod.template.has_affinity:
                    seen.update(dict.fromkeys(term for term, _ in terms_of(pod.template, kind)))
        return [term for term in seen if existing_term_matches(term, template, self.namespaces)]
