"""A change of labels takes pods away from their controller.

The pods run on, but nobody replaces them, updates them or deletes them, and the controller
creates others in their place.

Fix: keep the labels that the controller's selector asks for; delete the pods that were left where they are not wanted.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from kplan.api.owners import controller_of
from kplan.plan.deletions import touched
from kplan.plan.named_causes import taken_name
from kplan.plan.reading import text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import counted, listed

_KINDS: Final = (("", "Pod"), ("apps", "ReplicaSet"), ("batch", "Job"))
"""What controllers own and may lose."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare the controller of each object before and after."""
    del changes
    lost = defaultdict[tuple[Identity, str], list[str]](list)
    for group, kind in _KINDS:
        for key in touched(outcome.prior, outcome.final):
            before = outcome.prior.get(key) if key[:2] == (group, kind) else None
            if before is None:
                continue
            after, owner = outcome.final.get(outcome.prior.key_of(before)), controller_of(before)
            if after is None or owner is None or controller_of(after) is not None:
                continue
            if text(before, "metadata", "uid") == text(after, "metadata", "uid"):
                namespace = text(before, "metadata", "namespace")
                whose = Identity(owner["apiVersion"], owner["kind"], namespace, owner["name"])
                lost[whose, kind].append(key.name)
    for (owner_identity, kind), names in lost.items():
        message = f"loses {counted(len(names), kind)}, which nobody controls any more: {listed(names)}"
        causes = tuple(taken_name(kind, name) for name in names)
        yield Found(owner_identity, message, extent=len(names), causes=causes)


_SET = """
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 1
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: db, image: "registry.example.com/db:1"}]}
"""
_POD = """
apiVersion: v1
kind: Pod
metadata: {name: db-0, labels: {%s}}
spec: {containers: [{name: db, image: "registry.example.com/db:1"}]}
"""

RISK = Risk(
    code="PLN024",
    name="orphaned-pods",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_SET, applied=_POD % "app: other"),
    safe=Example(prior=_SET, applied=_POD % "tier: other"),
    distance=1,
    of_change=True,
    references=(
        "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#isolating-pods-from-a-replicaset",
    ),
)
