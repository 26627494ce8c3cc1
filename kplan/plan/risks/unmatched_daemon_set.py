"""No node fits the pods of a DaemonSet.

No node fits the node selector, node affinity and tolerations of its template, so it has nothing to do, and says that it
is done. It weighs more if it had pods before.

Fix: correct ``nodeSelector`` or the affinity, label the nodes it is meant for, or tolerate their taints.
"""

from collections.abc import Iterator, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.plan.reading import fields, number
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at all DaemonSets whose controller has seen them."""
    del changes
    for value in outcome.final.list("apps", "DaemonSet"):
        if _is_settled(value) and _wanted(value) == 0:
            nodes = outcome.final.list("", "Node")
            if nodes:
                yield Found(
                    Identity.of(value), _message(value, nodes), severity=_severity(value, outcome.prior)
                )


def _message(value: Json, nodes: Sequence[Json]) -> str:
    selector = fields(value, "spec", "template", "spec", "nodeSelector")
    fits = [
        node for node in nodes if all(labels_of(node).get(key) == wanted for key, wanted in selector.items())
    ]
    if fits:
        why = "their taints or its node affinity keep its pods off"
    else:
        why = "no node has the labels of its nodeSelector: " + ", ".join(
            f"{key}={wanted}" for key, wanted in selector.items()
        )
    return f"has pods on none of the {len(nodes)} nodes: {why}"


def _severity(value: Json, prior: Store) -> Severity:
    metadata = value["metadata"]
    before = prior.get(ObjectKey("apps", "DaemonSet", metadata["namespace"], metadata["name"]))
    return Severity.WARNING if before is not None and _wanted(before) else Severity.INFO


def _is_settled(value: Json) -> bool:
    return number(value, "status", "observedGeneration") >= number(value, "metadata", "generation")


def _wanted(value: Json) -> int:
    return number(value, "status", "desiredNumberScheduled")


_DAEMON_SET = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      nodeSelector: {kubernetes.io/os: %s}
      containers: [{name: agent, image: "registry.example.com/agent:1"}]
"""

RISK = Risk(
    code="PLN036",
    name="unmatched-daemon-set",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior="", applied=_DAEMON_SET % "plan9"),
    safe=Example(prior="", applied=_DAEMON_SET % "linux"),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/",),
)
