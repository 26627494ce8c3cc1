"""A controller takes over pods that it did not create.

Its selector matches them, so it counts them as its own, and deletes some of them if there are more than it wants.

Fix: give the controller a selector of its own, with a label that no other pod has.
"""

from collections import Counter
from collections.abc import Iterator, Sequence

from kplan.api.owners import controller_of
from kplan.plan.deletions import touched
from kplan.plan.reading import text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.sentences import counted


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look for pods that had no controller and got one, be they still there or not."""
    del changes
    taken = Counter[Identity]()
    bare = {
        key: text(pod, "metadata", "uid")
        for key in touched(outcome.prior, outcome.final)
        if key[:2] == ("", "Pod") and controller_of(pod := outcome.prior.get(key) or {"metadata": {}}) is None
    }
    adopted = dict.fromkeys(bare)
    for entry in outcome.timeline if bare else ():
        value = entry.value
        if (
            entry.object in bare
            and value is not None
            and text(value, "metadata", "uid") == bare[entry.object]
        ):
            adopted[entry.object] = workload_of(value, outcome.final) if controller_of(value) else None
    taken.update(one for one in adopted.values() if one is not None and one.kind != "Pod")
    for owner, number in taken.items():
        yield Found(owner, f"takes over {counted(number, 'pod')} that it did not create", extent=number)


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: lonely, labels: {app: %s}}
spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""
_SET = """
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

RISK = Risk(
    code="PLN025",
    name="adopted-pods",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior=_POD % "web", applied=_SET),
    safe=Example(prior=_POD % "debug", applied=_SET),
    of_change=True,
    references=(
        "https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#non-template-pod-acquisitions",
    ),
)
