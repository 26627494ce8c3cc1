"""Workloads whose pods another object runs in their place, as an Argo Rollout does that has a ``workloadRef``.

Upstream: github.com/argoproj/argo-rollouts utils/templateref/template_ref.go
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from kplan.api.gvk import ObjectKey
from kplan.api.walk import steps
from kplan.lint.subject import SingleObject

One = TypeVar("One", bound=SingleObject)


def lenders(
    borrowers: Iterable[One], meant_by: Callable[[One, ObjectKey], Sequence[One]]
) -> Mapping[One, One]:
    """By who runs the pods, the workload that says how they are; only those that are ``meant_by`` a name in it."""
    found = ((one, _lender(one, meant_by)) for one in borrowers if not one.templates)
    return {one: lender for one, lender in found if lender is not None}


def _lender(borrower: One, meant_by: Callable[[One, ObjectKey], Sequence[One]]) -> One | None:
    place = steps(borrower.workload.borrows) if borrower.workload is not None else ()
    named = (one.target for one in borrower.references if one.path.steps[: len(place)] == place)
    return next((one for target in named for one in meant_by(borrower, target) if one.templates), None)
