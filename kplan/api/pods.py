"""What state a pod is in, and which pods a controller gives up first.

Upstream: pkg/api/v1/pod/util.go, pkg/controller/controller_utils.go (ActivePodsWithRanks)
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cmp_to_key
from typing import Any

from kplan.api import conditions
from kplan.api.metadata import annotations_of, spec_of, status_of
from kplan.api.object import Json
from kplan.api.whole import whole

DELETION_COST = "controller.kubernetes.io/pod-deletion-cost"

ENDED = ("Succeeded", "Failed")
_PHASES = {"Pending": 0, "Unknown": 1, "Running": 2}
_MAX_INT32 = (1 << 31) - 1


def phase(pod: Json) -> str:
    """The pod's phase; a new pod is Pending."""
    return str((pod.get("status") or {}).get("phase") or "Pending")


def node_of(pod: Json) -> str:
    """The node a pod is bound to, or the empty string."""
    return str((pod.get("spec") or {}).get("nodeName") or "")


def recorded_phase(pod: Json) -> str:
    """The phase in the status; empty before a kubelet has written one."""
    return status_of(pod).get("phase") or ""


def pod_ip_of(pod: Json) -> str:
    """The pod's address, or the empty string."""
    return (pod.get("status") or {}).get("podIP") or ""


def containers_of(spec: Mapping[str, Any]) -> Sequence[Json]:
    """The containers of a pod's spec."""
    return spec.get("containers") or ()


def init_containers_of(spec: Mapping[str, Any]) -> Sequence[Json]:
    """The init containers of a pod's spec, sidecars among them."""
    return spec.get("initContainers") or ()


def sidecars_of(spec: Mapping[str, Any]) -> list[Json]:
    """The init containers that keep running."""
    return [item for item in init_containers_of(spec) if item.get("restartPolicy") == "Always"]


def container_statuses_of(pod: Mapping[str, Any]) -> Sequence[Json]:
    """What became of its containers."""
    return status_of(pod).get("containerStatuses") or ()


def init_container_statuses_of(pod: Mapping[str, Any]) -> Sequence[Json]:
    """What became of its init containers."""
    return status_of(pod).get("initContainerStatuses") or ()


def tolerations_of(pod: Json) -> Sequence[Json]:
    """The taints the pod bears."""
    return tolerations_in(spec_of(pod))


def tolerations_in(spec: Json) -> Sequence[Json]:
    """The taints that pods with the spec bear."""
    return spec.get("tolerations") or ()


def readiness_gates_of(pod: Json) -> Sequence[Json]:
    """The conditions that others set and that must be True before the pod is ready."""
    return pod["spec"].get("readinessGates") or ()


def volumes_of(pod: Json) -> Sequence[Json]:
    """The pod's volumes."""
    return spec_of(pod).get("volumes") or ()


def node_affinity_in(affinity: Json) -> Json:
    """What an affinity says of nodes."""
    return affinity.get("nodeAffinity") or {}


def required_node_terms_of(pod: Json) -> Sequence[Json]:
    """The terms of which a node must meet one for the pod to be scheduled there."""
    affinity = spec_of(pod).get("affinity") or {}
    required = node_affinity_in(affinity).get("requiredDuringSchedulingIgnoredDuringExecution") or {}
    return required.get("nodeSelectorTerms") or ()


def is_terminal(pod: Json) -> bool:
    """Whether the pod has run to its end."""
    return (pod.get("status") or {}).get("phase") in ENDED


def is_terminating(pod: Json) -> bool:
    """Whether the pod is being deleted."""
    return pod["metadata"].get("deletionTimestamp") is not None


def is_active(pod: Json) -> bool:
    """Whether the pod neither ended nor is being deleted."""
    return not is_terminal(pod) and not is_terminating(pod)


def is_ready(pod: Json) -> bool:
    """Whether the pod's Ready condition is True."""
    return conditions.is_true(pod, "Ready")


def is_available(pod: Json, min_ready_seconds: int, now: datetime) -> bool:
    """Whether the pod has been ready for long enough."""
    if not is_ready(pod):
        return False
    if min_ready_seconds == 0:
        return True
    since = ready_since(pod)
    return since is not None and (now - since).total_seconds() >= min_ready_seconds


def ready_since(pod: Json) -> datetime | None:
    """When the pod became ready, or None if it is not."""
    if not is_ready(pod):
        return None
    ready = conditions.of_type(pod, "Ready")
    when = ready.get("lastTransitionTime") if ready else None
    return datetime.fromisoformat(when) if when else None


def created_at(value: Json) -> datetime | None:
    """When an object was created."""
    when = value["metadata"].get("creationTimestamp")
    return datetime.fromisoformat(when) if when else None


def creation_order(value: Json) -> tuple[str, str]:
    """Sort key: oldest first, then by name."""
    return (value["metadata"].get("creationTimestamp") or "", value["metadata"].get("name") or "")


def deletion_cost(pod: Json) -> int:
    """The pod's deletion cost: an int32 in an annotation, 0 if there is none or it is no number."""
    text = annotations_of(pod).get(DELETION_COST) or ""
    digits = text.removeprefix("-")
    size = whole(digits)
    if size is None or digits != str(size):
        return 0
    cost = -size if text.startswith("-") else size
    return cost if -_MAX_INT32 - 1 <= cost <= _MAX_INT32 else 0


def deletion_order(pods: Sequence[Json], now: datetime, ranks: Mapping[str, int] | None = None) -> list[Json]:
    """Pods in the order in which a controller deletes them, the first to go first; ranks by uid."""

    def compare(one: Json, other: Json) -> int:
        return _compare(one, other, now, ranks)

    return sorted(pods, key=cmp_to_key(compare))


def _compare(one: Json, other: Json, now: datetime, ranks: Mapping[str, int] | None) -> int:
    before = [bool(node_of(one)), _PHASES.get(phase(one), 0), is_ready(one)]
    after = [bool(node_of(other)), _PHASES.get(phase(other), 0), is_ready(other)]
    if before != after:
        return -1 if before < after else 1
    costs = deletion_cost(one) - deletion_cost(other)
    if costs:
        return costs
    uids = (one["metadata"].get("uid", ""), other["metadata"].get("uid", ""))
    if ranks is not None and ranks.get(uids[0], 0) != ranks.get(uids[1], 0):
        return ranks.get(uids[1], 0) - ranks.get(uids[0], 0)
    if is_ready(one) and is_ready(other):
        younger = _younger(ready_since(one), ready_since(other), now, uids)
        if younger:
            return younger
    for restarts in (_restarts(one, sidecars=False) - _restarts(other, sidecars=False),
                     _restarts(one, sidecars=True) - _restarts(other, sidecars=True)):  # fmt: skip
        if restarts:
            return -restarts
    return _younger(created_at(one), created_at(other), now, uids)


def _younger(one: datetime | None, other: datetime | None, now: datetime, uids: tuple[str, str]) -> int:
    """Compare ages by powers of two of nanoseconds, so that near ages count as equal; the uid breaks the tie."""
    if one == other:
        return 0
    if one is None or other is None:
        return -1 if one is None else 1
    ages = _age_bucket(one, now), _age_bucket(other, now)
    if ages[0] != ages[1]:
        return ages[0] - ages[1]
    return -1 if uids[0] < uids[1] else 1


def _age_bucket(since: datetime, now: datetime) -> int:
    age = now - since
    nanoseconds = (age.days * 86400 + age.seconds) * 1_000_000_000 + age.microseconds * 1000
    return nanoseconds.bit_length() - 1 if nanoseconds > 0 else -1


def _restarts(pod: Json, *, sidecars: bool) -> int:
    if not sidecars:
        return _most(container_statuses_of(pod))
    names = {item["name"] for item in sidecars_of(spec_of(pod))}
    return _most(item for item in init_container_statuses_of(pod) if item.get("name") in names)


def _most(statuses: Iterable[Json]) -> int:
    return max((int(item.get("restartCount") or 0) for item in statuses), default=0)
