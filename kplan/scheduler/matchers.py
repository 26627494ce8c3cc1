"""How much a pod counts: for spreading, for another pod's affinity, by the terms that it carries itself.

Upstream: pkg/scheduler/framework/plugins/{interpodaffinity,podtopologyspread}
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol, assert_never

from kplan.scheduler.podinfo import AffinityTerm, PodTemplate, WeightedTerm
from kplan.selectors.labels import Selector

Namespaces = Callable[[str], Mapping[str, str] | None]
"""The labels of a namespace; None if there is no such namespace."""

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
Label = tuple[str, str, str]
"""A namespace and one label that all pods a matcher counts have."""


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


def label_of(matcher: Matcher) -> Label | None:
    """A label that all pods counted by a matcher have, if there is one."""
    if isinstance(matcher, Selected) and matcher.selector.exact:
        return (matcher.namespace, *matcher.selector.exact[0])
    return None


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
