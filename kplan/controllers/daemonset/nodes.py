"""Where a DaemonSet's pods run: which nodes want one, which may keep one, and for which node a pod is meant.

Upstream: pkg/controller/daemon/daemon_controller.go (NodeShouldRunDaemonPod),
    pkg/controller/daemon/util/daemonset_util.go
"""

from collections.abc import Iterable
from copy import deepcopy

from kplan.api.metadata import annotations_of, labels_of
from kplan.api.nodes import taints_of
from kplan.api.object import Json
from kplan.api.pods import node_affinity_in, node_of, required_node_terms_of, tolerations_in
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.revisions import POD_REVISION_LABEL
from kplan.api.workloadspec import template_spec_of
from kplan.selectors.nodes import RequiredNodeAffinity
from kplan.selectors.taints import NO_EXECUTE, untolerated

GENERATION_LABEL = "pod-template-generation"
GENERATION_ANNOTATION = "deprecated.daemonset.template.generation"

_TOLERATED = (
    ("node.kubernetes.io/not-ready", NO_EXECUTE),
    ("node.kubernetes.io/unreachable", NO_EXECUTE),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_HOST_NETWORK = ("node.kubernetes.io/network-unavailable", "NoSchedule")
_TERMS = "requiredDuringSchedulingIgnoredDuringExecution"


def should_run(owner: Json, node: Json) -> tuple[bool, bool]:
    """Whether a pod should be started on the node, and whether a running one may stay."""
    spec = template_spec_of(owner)
    metadata = node["metadata"]
    if spec.get("nodeName") and spec["nodeName"] != metadata["name"]:
        return False, False
    if not RequiredNodeAffinity.of(spec).matches(metadata["name"], labels_of(node)):
        return False, False
    taints = taints_of(node)
    tolerations = with_daemon_tolerations(spec)["tolerations"]
    if untolerated(taints, tolerations) is None:
        return True, True
    return False, untolerated(taints, tolerations, (NO_EXECUTE,)) is None


def with_daemon_tolerations(spec: Json) -> Json:
    """The pod spec with the tolerations that every daemon gets."""
    wanted = (*_TOLERATED, _HOST_NETWORK) if spec.get("hostNetwork") else _TOLERATED
    tolerations = list(tolerations_in(spec))
    for key, effect in wanted:
        new = {"key": key, "operator": "Exists", "effect": effect}
        tolerations = _added(tolerations, new)
    return {**spec, "tolerations": tolerations}


def _added(tolerations: list[Json], new: Json) -> list[Json]:
    """Add a toleration, in place of those that say the same of key, operator, effect and value."""
    kept, replaced = [], False
    for present in tolerations:
        same = all(
            present.get(name, "") == new.get(name, "") for name in ("key", "effect", "operator", "value")
        )
        if not same:
            kept.append(present)
        elif present.get("tolerationSeconds") is None:
            return tolerations
        elif not replaced:
            kept.append(new)
            replaced = True
    return kept if replaced else [*kept, new]


def daemon_pod(owner: Json, node: str, revision_hash: str) -> Json:
    """The pod for a node: bound by the scheduler, which is left no other choice."""
    pod = pod_from_template(owner["spec"]["template"], owner)
    labels = {**labels_of(pod), POD_REVISION_LABEL: revision_hash}
    generation = template_generation(owner)
    if generation is not None:
        labels[GENERATION_LABEL] = generation
    spec = with_daemon_tolerations(pod["spec"])
    return {
        **pod,
        "metadata": {**pod["metadata"], "labels": labels},
        "spec": {**spec, "affinity": pinned(spec.get("affinity"), node)},
    }


def pinned(affinity: Json | None, node: str) -> Json:
    """An affinity that requires this node and keeps what is preferred."""
    field = {"key": "metadata.name", "operator": "In", "values": [node]}
    affinity = deepcopy(affinity) if affinity else {}
    affinity["nodeAffinity"] = {
        **node_affinity_in(affinity),
        _TERMS: {"nodeSelectorTerms": [{"matchFields": [field]}]},
    }
    return affinity


def target_node(pod: Json) -> str:
    """The node a daemon pod is on, or meant for; empty if it cannot be told."""
    if node_of(pod):
        return node_of(pod)
    for term in required_node_terms_of(pod):
        for field in term.get("matchFields") or ():
            if (
                field.get("key") == "metadata.name"
                and field.get("operator") == "In"
                and len(field["values"]) == 1
            ):
                return str(field["values"][0])
    return ""


def by_node(pods: Iterable[Json]) -> dict[str, list[Json]]:
    """Pods by the node they are on or meant for."""
    found: dict[str, list[Json]] = {}
    for pod in pods:
        node = target_node(pod)
        if node:
            found.setdefault(node, []).append(pod)
    return found


def template_generation(owner: Json) -> str | None:
    """The deprecated template generation, if the DaemonSet has one."""
    text = annotations_of(owner).get(GENERATION_ANNOTATION)
    return text if text and text.isdigit() else None


def is_updated(pod: Json, owner: Json, revision_hash: str) -> bool:
    """Whether the pod was made from the present template."""
    labels = labels_of(pod)
    generation = template_generation(owner)
    if generation is not None and labels.get(GENERATION_LABEL) == generation:
        return True
    return bool(revision_hash) and labels.get(POD_REVISION_LABEL) == revision_hash


def precedence(pod: Json) -> tuple[bool, str, str]:
    """Sort key of pods on one node: bound ones first, then the oldest, then by name."""
    metadata = pod["metadata"]
    return (not node_of(pod), metadata.get("creationTimestamp") or "", metadata["name"])
