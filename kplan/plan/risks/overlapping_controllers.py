"""Two controllers select the same pods.

Each may count, adopt or delete the pods of the other, and autoscalers and budgets that go by the selector see both.

Fix: give every workload a label of its own, in its template and in its selector. A selector cannot change, so the workload
has to be created under another name or anew.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.plan.inventory import KINDS, Inventory, selector_of, selector_of_labels
from kplan.plan.nearby import selecting_alike
from kplan.plan.reading import fields
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    Touched,
)
from kplan.sentences import listed

_KINDS: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})
_PLACES: Final = tuple(kind for kind in KINDS if kind[1] in _KINDS)


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask whose pods each selector matches."""
    del changes
    inventory = Inventory.of(outcome.final)
    for workload in inventory.workloads if outcome.look is None else inventory.of_keys(outcome.look.keys):
        one = workload.object
        if one.kind not in _KINDS:
            continue
        given = fields(workload.value, "spec").get("selector")
        selector = selector_of_labels(given) if one.kind == "ReplicationController" else selector_of(given)
        others = [other.object for other in inventory.selected(one.namespace, selector)]
        names = [_short(other) for other in others if other != one and other.kind in _KINDS]
        if names:
            group = f"{one.namespace}: {', '.join(sorted([*names, _short(one)]))}"
            message = f"selects the pods of {listed(names)} as well"
            yield Found(one, message, extent=len(names), mutual=group)


def _near(touched: Touched) -> frozenset[ObjectKey] | None:
    return selecting_alike(touched, _PLACES)


def _short(one: Identity) -> str:
    """``deployment/web``."""
    return f"{one.kind.lower()}/{one.name}"


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

RISK = Risk(
    code="PLN026",
    name="overlapping-controllers",
    severity=Severity.WARNING,
    check=check,
    near=Near(_PLACES, _near),
    at_risk=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "web", "web")),
    safe=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "site", "site")),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",),
)
