"""Two controllers select the same pods.

Each may count, adopt or delete the pods of the other, and autoscalers and budgets that go by the selector see both.

Fix: give every workload a label of its own, in its template and in its selector. A selector cannot change, so the workload
has to be created under another name or anew.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from kplan.plan.inventory import Inventory, selector_of, selector_of_labels
from kplan.plan.reading import fields
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.wording import listed

_KINDS: Final = frozenset({"Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"})


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask whose pods each selector matches."""
    del changes
    inventory = Inventory.of(outcome.final)
    for workload in inventory.workloads:
        one = workload.object
        if one.kind not in _KINDS:
            continue
        given = fields(workload.value, "spec").get("selector")
        selector = selector_of_labels(given) if one.kind == "ReplicationController" else selector_of(given)
        others = [other.object for other in inventory.selected(one.namespace, selector)]
        names = [_short(other) for other in others if other != one and other.kind in _KINDS]
        if names:
            yield Found(one, f"selects the pods of {listed(names)} as well", extent=len(names))


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
    at_risk=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "web", "web")),
    safe=Example(prior=_DEPLOYMENT % ("web", "web", "web"), applied=_DEPLOYMENT % ("site", "site", "site")),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",),
)
