"""Which nodes a new or changed DaemonSet has no pods on.

- ``leaves-nodes``: it ran on nodes that its template no longer chooses, or whose taints it no longer tolerates.
- ``turned-away-by-taints``: it is new and chooses nodes whose taints it does not tolerate.

Of one that fits no node at all a risk tells.

Upstream: pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod)
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from kplan.api.metadata import labels_of
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.api.pods import node_of
from kplan.api.workloadspec import template_spec_of
from kplan.controllers.daemonset.nodes import should_run, with_daemon_tolerations
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Severity, World
from kplan.plan.owned import pods_of
from kplan.plan.reading import text
from kplan.selectors.nodes import RequiredNodeAffinity
from kplan.selectors.taints import untolerated
from kplan.sentences import listed
from kplan.state.store import Store

_NAMED: Final = 3
"""More nodes than these are only counted."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Look at the nodes that its template does not fit."""
    before, after = world.before(change), world.after(change)
    if change.action is Action.REFUSED or after is None or before == after:
        return
    nodes = world.final.list("", "Node")
    without = [node for node in nodes if not should_run(after, node)[0]]
    if len(without) == len(nodes):
        return
    left = _homes(before, world.prior) - _homes(after, world.final) if before is not None else frozenset()
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for node in without:
        name, why = text(node, "metadata", "name"), _why_not(after, node)
        if name in left or (before is None and why):
            reasons[why].append(name)
    for why, names in reasons.items():
        which = listed(names) if len(names) <= _NAMED else f"{len(names)} of {len(nodes)} nodes"
        if before is None:
            message = f"has no pod on {which}: it does not tolerate {why}"
            yield Consequence("turned-away-by-taints", change.object, message, Severity.INFO)
        else:
            reason = f"does not tolerate {why}" if why else "does not choose them any more"
            yield Consequence(
                "leaves-nodes", change.object, f"no longer runs on {which}: its template {reason}"
            )


def _homes(daemon_set: Json, store: Store) -> frozenset[str]:
    """The nodes that it has pods on."""
    return frozenset(node_of(pod.value) for pod in pods_of(daemon_set, store))


def _why_not(daemon_set: Json, node: Json) -> str:
    """The taint that keeps its pods off a node, as kubectl writes it;
    empty where its template does not choose the node.
    """
    spec = template_spec_of(daemon_set)
    if not RequiredNodeAffinity.of(spec).matches(text(node, "metadata", "name"), labels_of(node)):
        return ""
    taint = untolerated(taints_of(node), with_daemon_tolerations(spec)["tolerations"])
    if taint is None:
        return ""
    value = f"={taint['value']}" if taint.get("value") else ""
    return f"{taint['key']}{value}:{taint['effect']}"


_NODE: Final = """
apiVersion: v1
kind: Node
metadata: {name: %s, labels: {disk: %s}}
spec: {%s}
status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}, conditions: [{type: Ready, status: "True"}]}
---
"""
_AGENT: Final = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent}
spec:
  updateStrategy: {type: %s}
  selector: {matchLabels: {app: agent}}
  template:
    metadata: {labels: {app: agent}}
    spec:
      containers: [{name: agent, image: "registry.example.com/agent:1"}]
      %s
---
"""
_TWO: Final = _NODE % ("one", "hdd", "") + _NODE % ("two", "ssd", "taints: [{key: gpu, effect: NoSchedule}]")
_EVERYWHERE: Final = "tolerations: [{operator: Exists}]"
_ROLLING: Final = "RollingUpdate"

FINDER = Finder(
    kinds=frozenset({"DaemonSet.apps"}),
    find=find,
    examples=(
        Example(_TWO, _AGENT % (_ROLLING, ""), finds=("turned-away-by-taints",)),
        Example(_TWO, _AGENT % (_ROLLING, _EVERYWHERE)),
        Example(_TWO, _AGENT % (_ROLLING, "nodeSelector: {disk: hdd}")),
        Example(_TWO + _AGENT % (_ROLLING, _EVERYWHERE), _AGENT % (_ROLLING, ""), finds=("leaves-nodes",)),
        Example(
            _TWO + _AGENT % (_ROLLING, _EVERYWHERE), _AGENT % (_ROLLING, "nodeSelector: {disk: hdd}"),
            finds=("leaves-nodes",),
        ),
        Example(_TWO + _AGENT % (_ROLLING, _EVERYWHERE), _AGENT % ("OnDelete", "")),
        Example(_TWO + _AGENT % (_ROLLING, _EVERYWHERE), _AGENT % (_ROLLING, "nodeSelector: {disk: none}")),
    ),
)  # fmt: skip
