"""How many pods of what kind run where: the question behind spreading and inter-pod affinity.

A ``Matcher`` says how much a pod counts; pods are counted by topology domain, the value of a node label.
``ScanningCounts`` asks every pod anew, as upstream does. ``IncrementalCounts`` keeps the sums and corrects them with every
binding, so that an answer costs the same however many pods run. Both must agree; tests hold them to it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol, assert_never

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.columns import Column, NodeColumns
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import AffinityTerm, PodInfo, PodTemplate, WeightedTerm
from kplan.scheduler.unseen import Unseen
from kplan.selectors.labels import Selector

Namespaces = Callable[[str], Mapping[str, str] | None]
"""The labels of a namespace; None where there is no such namespace."""


TermKind = Literal[
    "required affinity", "required anti-affinity", "preferred affinity", "preferred anti-affinity"
]
REQUIRED_AFFINITY: Final = "required affinity"
REQUIRED_ANTI_AFFINITY: Final = "required anti-affinity"
PREFERRED_AFFINITY: Final = "preferred affinity"
PREFERRED_ANTI_AFFINITY: Final = "preferred anti-affinity"
TERM_KINDS: Final[tuple[TermKind, ...]] = (
    REQUIRED_AFFINITY,
    REQUIRED_ANTI_AFFINITY,
    PREFERRED_AFFINITY,
    PREFERRED_ANTI_AFFINITY,
)


class Matcher(Protocol):
    """How much one pod counts; equal matchers share their sums."""

    counts_terminating: bool

    def weight(self, template: PodTemplate, namespaces: Namespaces) -> int:
        """0 for pods that do not count."""


@dataclass(frozen=True)
class Selected:
    """Pods of a namespace that a selector matches, unless they are on their way out; an empty selector counts none."""

    namespace: str
    selector: Selector
    counts_terminating = False

    def weight(self, template: PodTemplate, namespaces: Namespaces) -> int:
        """1 for a selected pod."""
        del namespaces
        return int(
            template.namespace == self.namespace
            and not self.selector.empty
            and self.selector.matches(template.labels)
        )


@dataclass(frozen=True)
class MatchesAllTerms:
    """Pods that match every one of a pod's own affinity terms."""

    terms: tuple[AffinityTerm, ...]
    counts_terminating = True

    def weight(self, template: PodTemplate, namespaces: Namespaces) -> int:
        """1 for a pod that all terms match."""
        return int(bool(self.terms) and all(term_matches(term, template, namespaces) for term in self.terms))


@dataclass(frozen=True)
class CarriesTerm:
    """Pods that carry a term themselves: how often, or with what weight."""

    kind: TermKind
    term: AffinityTerm
    counts_terminating = True

    def weight(self, template: PodTemplate, namespaces: Namespaces) -> int:
        """The sum of the weights of equal terms; a required term weighs 1."""
        del namespaces
        return sum(weight for term, weight in terms_of(template, self.kind) if term == self.term)


def terms_of(template: PodTemplate, kind: TermKind) -> Iterator[WeightedTerm]:
    """A pod's own terms of one kind with their weights."""
    match kind:
        case "required affinity":
            yield from ((term, 1) for term in template.required_affinity)
        case "required anti-affinity":
            yield from ((term, 1) for term in template.required_anti_affinity)
        case "preferred affinity":
            yield from template.preferred_affinity
        case "preferred anti-affinity":
            yield from template.preferred_anti_affinity
        case _:
            assert_never(kind)


def term_matches(term: AffinityTerm, other: PodTemplate, namespaces: Namespaces) -> bool:
    """Whether a pod's own term matches another pod; only namespaces that exist can be chosen by label."""
    if other.namespace not in term.namespaces and not term.namespace_selector.empty:
        labels = namespaces(other.namespace)
        if labels is None or not term.namespace_selector.matches(labels):
            return False
    return term.selector.matches(other.labels)


def existing_term_matches(term: AffinityTerm, template: PodTemplate, namespaces: Namespaces) -> bool:
    """Whether the term of a pod that already runs matches the incoming one."""
    if template.namespace in term.namespaces or term.namespace_selector.matches(
        namespaces(template.namespace) or {}
    ):
        return term.selector.matches(template.labels)
    return False


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


def _may_count(unseen: Unseen, matcher: Matcher) -> Collection[str]:
    """The unseen nodes with pods that a matcher may count."""
    if isinstance(matcher, CarriesTerm):
        return _with_terms(unseen)
    label = _label_of(matcher)
    return unseen.labelled(label[0], label[1:]) if label else [name for name, _ in unseen.items()]


def _with_terms(unseen: Unseen) -> Collection[str]:
    """The unseen nodes with a pod that may carry a term; the others need no looking at for terms."""
    return set().union(*map(unseen.naming, _TERM_WORDS))


class ScanningCounts:
    """Counts by walking over every pod of every node, but for nodes at rest that nobody looked at and that cannot matter."""

    def __init__(
        self, nodes: Sequence[NodeInfo], namespaces: Namespaces, unseen: Unseen | None = None
    ) -> None:
        self.nodes = nodes
        self.namespaces = namespaces
        self._unseen = unseen or None
        # What is known of a node stays true for as long as nobody looks at it, since nothing happens to its pods until then.
        self._with_terms: Collection[str] | None = None
        self._where: dict[Matcher, Collection[str]] = {}

    def _pods(self, node: NodeInfo, where: Collection[str]) -> Sequence[PodInfo]:
        """The pods of a node; none where nobody looked at it and it is not one of those where some may matter."""
        if self._unseen and node.name in self._unseen and node.name not in where:
            return ()
        return node.pods

    def _places(self, matcher: Matcher) -> Collection[str]:
        """The unseen nodes with pods that a matcher may count."""
        if not self._unseen:
            return ()
        known = self._where.get(matcher)
        if known is None:
            known = self._where[matcher] = frozenset(_may_count(self._unseen, matcher))
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
            self._with_terms = _with_terms(self._unseen)
        for node in self.nodes:
            for pod in self._pods(node, self._with_terms or ()):
                if pod.template.has_affinity:
                    seen.update(dict.fromkeys(term for term, _ in terms_of(pod.template, kind)))
        return [term for term in seen if existing_term_matches(term, template, self.namespaces)]


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
        """For every node whether anything counts in its domain; kept up to date from the first time on."""
        if self._occupied is None:
            self._occupied = self.per_node() > 0
        return self._occupied

    def per_node(self) -> Ints:
        """For every node, the sum of the value it carries; 0 where it carries none."""
        return self.totals[self.codes]


_Label = tuple[str, str, str]
"""A namespace and one label that all pods a matcher counts have."""


def _label_of(matcher: Matcher) -> _Label | None:
    if isinstance(matcher, Selected) and matcher.selector.exact:
        return (matcher.namespace, *matcher.selector.exact[0])
    return None


_TERM_WORDS: Final = ('"podAffinity"', '"podAntiAffinity"')
"""What stands in every pod that carries a term."""

_Alike = tuple[PodTemplate, bool]
"""A template, and whether the pod is terminating."""


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
        self._templates_by_label: dict[_Label, list[_Alike]] = {}
        self._by_label: dict[_Label | None, list[DomainCounts]] = {}
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
        return {name for name, _ in self._unseen.items()}.difference(_with_terms(self._unseen))

    def _see(self, matcher: Matcher) -> None:
        """Look at the nodes with pods that a matcher may count; those with terms of their own are known."""
        if not self._unseen or isinstance(matcher, CarriesTerm):
            return
        for name in _may_count(self._unseen, matcher):
            if name in self._nodes:
                self._nodes[name].see()

    def count(self, pod: PodInfo, index: int, sign: int) -> None:
        """A pod came to a node, or went."""
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
            label = _label_of(matcher)
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
