"""Which pods of a node could not be scheduled to it again, because it lost a label that they need.

- ``could-not-come-back``: pods stay where they run, but the scheduler would not put them there again.

Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.plan.finder import Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.reading import fields
from kplan.plan.running import running_on
from kplan.plan.workload import workload_of
from kplan.selectors.nodes import RequiredNodeAffinity, required_node_affinity
from kplan.sentences import counted


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the pods of a node with other labels, by their workload."""
    before, after = world.before(change), world.after(change)
    if before is None or after is None or labels_of(before) == labels_of(after):
        return
    kept = defaultdict[Identity, list[Json]](list)
    for pod in world.once(running_on).get(change.object.name, ()):
        wanted = RequiredNodeAffinity.of(fields(pod, "spec"))
        if _takes(before, wanted) and not _takes(after, wanted):
            kept[workload_of(pod, world.final)].append(fields(pod, "spec"))
    for workload, specs in kept.items():
        others = world.once(_Takers).count(specs[0])
        message = _message(workload, len(specs), others)
        severity = Severity.INFO if others else Severity.WARNING
        yield Consequence("could-not-come-back", change.object, message, severity)


def _message(workload: Identity, pods: int, others: int) -> str:
    alone = workload.kind == "Pod"
    whose = workload.title if alone else f"{counted(pods, 'pod')} of {workload.title}"
    verbs = ("asks", "stays") if pods == 1 else ("ask", "stay")
    where = f"only {counted(others, 'other node')} would" if others else "no node would"
    return (
        f"no longer has the labels that {whose} {verbs[0]} for: "
        f"{'it' if pods == 1 else 'they'} {verbs[1]}, but {where} take another one like {'it' if pods == 1 else 'them'}"
    )


class _Takers:
    """How many nodes meet a demand in the end: counted once, for many nodes may change."""

    def __init__(self, world: World) -> None:
        self._nodes = world.final.list("", "Node")
        self._counts: dict[str, int] = {}

    def count(self, spec: Json) -> int:
        """The number of nodes that meet the demand of a pod's spec."""
        known = repr((spec.get("nodeSelector"), required_node_affinity(spec)))
        if known not in self._counts:
            wanted = RequiredNodeAffinity.of(spec)
            self._counts[known] = sum(_takes(node, wanted) for node in self._nodes)
        return self._counts[known]


def _takes(node: Json, wanted: RequiredNodeAffinity) -> bool:
    return wanted.matches(str(node["metadata"]["name"]), labels_of(node))


_NODE: Final = """
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {%s}}
status: {capacity: {cpu: 4, memory: 8Gi, pods: 110}}
---
"""
_POD: Final = (
    "{apiVersion: v1, kind: Pod, metadata: {name: web}, "
    "spec: {nodeName: n1, nodeSelector: {disk: ssd}, containers: [{name: c, image: c}]}}"
)

FINDER = Finder(
    kinds=frozenset({"Node"}),
    find=find,
    examples=(
        Example(_NODE % "disk: ssd" + _POD, _NODE % "disk: hdd", finds=("could-not-come-back",)),
        Example(_NODE % "disk: ssd" + _POD, _NODE % "disk: ssd, zone: a"),
    ),
)
