"""Two PodDisruptionBudgets select the same pods.

The API server refuses to evict a pod that more than one budget selects, so its node cannot be drained.

Fix: keep one of the budgets, or make their selectors exclude each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near, distance
from kplan.lint.podselection import label_selector
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.selectorindex import Selecting, budgets
from kplan.selectors.labels import Selector

_MOST: Final = 3
_Shared = tuple[Sequence[Selecting], Subject]
"""Budgets that select the same pods, and a workload with such pods."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report every budget after the first that selects pods of a workload."""
    selector = label_selector(subject.spec.get("selector"))
    several = _several(subject, selector) if selector else ()
    for other, both in _earlier(subject, several):
        message = f"PodDisruptionBudget {other.subject.name!r} selects the pods of {both.name!r} as well: none can be evicted"
        apart = "the two may never be applied together" if _is_apart(other, subject, both) else ""
        place = FieldPath.of("spec", "selector")
        yield Finding(place, message, at_key=True, related=((other.subject, place),), unknown=apart)


def _several(subject: Subject, selector: Selector) -> Iterable[_Shared]:
    """The budgets on what this one selects, each time with the nearest workload;
    budgets of one file that select alike have the same.
    """
    chosen = subject.world.selection.selected_near(subject, selector)
    known: dict[int, Iterable[_Shared]] = subject.world.remember("budgets on the same", lambda _: {})
    if id(chosen) not in known:  # the world holds it
        found: dict[int, _Shared] = {}
        for workload in sorted(chosen, key=lambda one: distance(subject, one)):
            of_pods = budgets(subject.world).of(workload)
            found.setdefault(id(of_pods), (of_pods, workload))
        known[id(chosen)] = found.values()
    return known[id(chosen)]


def _earlier(subject: Subject, several: Iterable[_Shared]) -> Iterator[tuple[Selecting, Subject]]:
    """The budgets before this one that select some of the same pods, each with the nearest that it selects;
    of many the first.
    """
    found: dict[Selecting, Subject] = {}
    for of_pods, workload in several:
        others = takewhile(lambda one: one.subject is not subject, of_pods)
        named = (one for one in others if one.subject.name != subject.name)
        found = {**dict.fromkeys(_first(named, subject), workload), **found}
    yield from sorted(found.items(), key=lambda pair: pair[0].number)


def _first(others: Iterator[Selecting], subject: Subject) -> Iterator[Selecting]:
    """Up to the last of so many that stand beside this one: a hundred on the same pods are not a thousand mistakes."""
    beside = 0
    for other in others:
        yield other
        beside += are_near(other.subject, subject)
        if beside == _MOST:
            return


def _is_apart(other: Selecting, subject: Subject, workload: Subject) -> bool:
    """Whether the other budget belongs to another installation: it stands far away, or beside pods of its own."""
    if not are_near(other.subject, subject):
        return True
    far = distance(other.subject, workload)
    own = subject.world.selection.selected(other.subject.namespace, other.selector) if far else ()
    return any(distance(other.subject, one) < far for one in own)


_PODS = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, tier: front}}
    spec: {containers: [{name: a, image: b}]}
"""
_BUDGET = """\
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
"""

RULE = Rule(
    code="AVL006",
    name="overlapping-budgets",
    severity=Severity.WARNING,
    kinds=frozenset({"PodDisruptionBudget.policy"}),
    check=check,
    looks_around=True,
    good=(
        _PODS + _BUDGET,
        _PODS + _BUDGET + _BUDGET.replace("name: web", "name: db").replace("app: web", "app: db"),
    ),
    bad=(_PODS + _BUDGET + _BUDGET.replace("name: web", "name: front").replace("app: web", "tier: front"),),
    references=("https://kubernetes.io/docs/concepts/workloads/pods/disruptions/",),
)
