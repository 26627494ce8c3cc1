"""DynamicResources: devices that a pod claims must be free and within the node's reach.

Upstream: pkg/scheduler/framework/plugins/dynamicresources/{dynamicresources,extendeddynamicresources}.go
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.podresources import is_scalar
from kplan.scheduler import extendedclaims
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.deviceallocator import Allocator, Results
from kplan.scheduler.devices import AllocatedDevices, AllocationError, NodeAllocationError
from kplan.scheduler.events import PLACES_CHANGED, ClusterEvent, News
from kplan.scheduler.extendedclaims import Extended, extended_claim
from kplan.scheduler.framework import Handle
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import default_normalize
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Objects, Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours
from kplan.selectors.nodes import NodeSelector

if TYPE_CHECKING:
    from kplan.apiserver.client import Client

GROUP: Final = "resource.k8s.io"
NOT_AVAILABLE: Final = Status.unresolvable("resourceclaim not available on the node")
CANNOT_ALLOCATE: Final = Status.unresolvable("cannot allocate all claims")
NOTHING_CLAIMED: Final = Status.unschedulable("no new claims to deallocate")
STILL_NOT: Final = Status.unschedulable("still not schedulable")
_FINALIZER: Final = "resource.kubernetes.io/delete-protection"
_MOST_USERS: Final = 256
_MOST_ALTERNATIVES: Final = 8
_IMPLICIT: Final = "deviceclass.resource.kubernetes.io/"

Key = tuple[str, str]


@dataclass(slots=True)
class Claims:
    """PreFilter data: the pod's claims, and what each node that passed would give."""

    claims: list[Json] = field(default_factory=list)
    extended: dict[str, int] = field(default_factory=dict)
    """Extended resources that device classes may provide."""
    classes: dict[str, Json] = field(default_factory=dict)
    allocator: Allocator | None = None
    found: dict[str, list[Results]] = field(default_factory=dict)
    made: dict[str, Extended] = field(default_factory=dict)
    """The claims for extended resources, by the node that lacks these."""
    ready: bool = False
    """Whether PreFilter let the claims pass."""

    def open(self) -> list[Json]:
        """The claims that have no devices yet."""
        return [claim for claim in self.claims if "allocation" not in (claim.get("status") or {})]


class DynamicResources:
    """Refuses nodes without the devices a pod claims."""

    name = "DynamicResources"

    def __init__(self, behaviours: Behaviours = CURRENT) -> None:
        self._says_when = Behaviour.ALLOCATION_TIME in behaviours
        self.pending: dict[Key, tuple[str, Results]] = {}
        """Claims given devices by a decision of ours that the cluster may not show yet."""

    def applies_to(self, template: PodTemplate) -> bool:
        """Whether the pod claims devices, or extended resources that device classes may provide."""
        return bool(template.spec.get("resourceClaims")) or template.extended

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A claim may be there now, or its devices be free."""
        return PLACES_CHANGED | {ClusterEvent.NODE_RESIZED, ClusterEvent.DEVICES}

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A claim gave its devices back, or is the pod's own and changed (isSchedulableAfterClaimChange)."""
        before, after = news
        if event is not ClusterEvent.DEVICES or (before or after)["kind"] != "ResourceClaim":
            return event is not ClusterEvent.DEVICES or after is not None
        if _has_devices(before) and not _has_devices(after):
            return True
        claims = [*_claims(pod, snapshot.objects)]
        if after is None or any(isinstance(item, str) for item in claims):
            return False
        uid = after["metadata"].get("uid")
        mine = any(item["metadata"].get("uid") == uid for item in claims if not isinstance(item, str))
        return mine and (before is None or before.get("status") != after.get("status"))

    def pre_enqueue(self, pod: PodInfo, snapshot: Snapshot) -> Status:
        """Wait until every claim is there."""
        refusal = next((item for item in _claims(pod, snapshot.objects) if isinstance(item, str)), "")
        return Status.unresolvable(refusal) if refusal else SUCCESS

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Look the claims up and see whether they can be had at all."""
        data = state[self.name] = Claims()
        for item in _claims(pod, snapshot.objects):
            if isinstance(item, str):
                return None, Status.unresolvable(item)
            data.claims.append(item)
        data.classes = {
            value["metadata"]["name"]: value for value in snapshot.objects.list(GROUP, "DeviceClass")
        }
        data.extended = _extended(pod, data.classes)
        if not data.claims and not data.extended:
            return None, SKIP
        refusal = next(
            (text for claim in data.claims if (text := self._unusable(claim, pod, data.classes))), ""
        )
        if refusal:
            return None, Status.unresolvable(refusal)
        if data.open() or data.extended:
            slices = snapshot.objects.list(GROUP, "ResourceSlice")
            data.allocator = Allocator(slices, data.classes, self._allocated(snapshot.objects))
        data.ready = True
        return None, SUCCESS

    def _unusable(self, claim: Json, pod: PodInfo, classes: dict[str, Json]) -> str:
        status = claim.get("status") or {}
        users = status.get("reservedFor") or ()
        if "allocation" in status:
            mine = any(user.get("uid") == pod.uid for user in users)
            return "" if mine or len(users) < _MOST_USERS else "resourceclaim in use"
        if _key(claim) in self.pending:
            return f"resource claim {'/'.join(_key(claim))} is in the process of being allocated"
        for request in (claim["spec"].get("devices") or {}).get("requests") or ():
            choices = [("", request["exactly"])] if "exactly" in request else []
            choices += [(f"/{item['name']}", item) for item in request.get("firstAvailable") or ()]
            for suffix, item in choices:
                name = item.get("deviceClassName", "")
                if name not in classes:
                    return f"request {request['name']}{suffix}: device class {name} does not exist"
        return ""

    def _allocated(self, objects: Objects) -> AllocatedDevices:
        allocated = AllocatedDevices()
        for claim in objects.list(GROUP, "ResourceClaim"):
            allocation = (claim.get("status") or {}).get("allocation")
            if allocation is not None:
                allocated.add((allocation.get("devices") or {}).get("results") or ())
                self.pending.pop(_key(claim), None)
        for _, results in self.pending.values():
            allocated.add(results)
        return allocated

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node, and keep what it would give."""
        data: Claims = state[self.name]
        wanted = {name: number for name, number in data.extended.items() if not node.allocatable.get(name)}
        if not data.claims and not wanted:
            return SUCCESS
        unreachable = any(not _reachable(claim, node) for claim in data.claims)
        claims = data.open()
        if wanted:
            data.made[node.name] = extended_claim(pod, wanted, _by_resource(data.classes))
            claims.append(data.made[node.name].claim)
        if claims and data.allocator is not None:
            try:
                results = data.allocator.allocate(node, claims)
            except NodeAllocationError as problem:
                return Status.unresolvable(str(problem))
            except AllocationError as error:
                return Status.error(str(error))
            if results is None:
                return CANNOT_ALLOCATE
            data.found[node.name] = results
        return NOT_AVAILABLE if unreachable else SUCCESS

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Earlier alternatives of a prioritised list are worth more."""
        del pod
        data: Claims | None = state.get(self.name)
        results = data.found.get(node.name) if data is not None else None
        if data is None or results is None:
            return 0
        return sum(_preference(claim, given) for claim, given in zip(data.open(), results, strict=False))

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The best node gets 100."""
        del state, nodes
        return default_normalize(scores, reverse=False)

    def post_filter(self, handle: Handle) -> tuple[None, Status]:
        """Say that giving claims up would not help; upstream says so even of pods without any."""
        data: Claims | None = handle.state().get(self.name)
        if data is None:
            return None, Status.error("not found")
        return None, STILL_NOT if data.ready else NOTHING_CLAIMED

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Remember what this placement takes, so that the next pod does not take it too."""
        del pod
        data: Claims | None = state.get(self.name)
        if data is None or self.name in state.skip_filter:
            return SUCCESS
        claims = data.open()
        results = data.found.get(node.name, [])
        for claim, given in zip(claims, results, strict=False):
            self.pending[_key(claim)] = (node.name, given)
        if len(results) > len(claims):
            self.pending[_key(data.made[node.name].claim)] = (node.name, results[-1])
        return SUCCESS

    def unreserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """Give the devices back."""
        del node
        data: Claims | None = state.get(self.name)
        for claim in data.open() if data is not None else ():
            self.pending.pop(_key(claim), None)
        self.pending.pop((pod.namespace, f"{pod.name}-extended-resources"), None)

    def pre_bind(self, client: "Client", state: CycleState, pod: PodInfo, node: str) -> Status:
        """Write allocations and reservations into the claims. Raises StatusError."""
        data: Claims | None = state.get(self.name)
        if data is None:
            return SUCCESS
        now = state.now if self._says_when else ""
        for claim in data.claims:
            given = self.pending.get(_key(claim))
            _give(client, claim, pod, node, given[1] if given is not None else None, now)
            self.pending.pop(_key(claim), None)
        extended = data.made.get(node)
        if extended is not None and (given := self.pending.get(_key(extended.claim))) is not None:
            made = extendedclaims.create(client, extended)
            _give(client, made, pod, node, given[1], now)
            extendedclaims.note(client, pod, extended, made["metadata"]["name"])
            self.pending.pop(_key(extended.claim), None)
        return SUCCESS


def _give(client: "Client", claim: Json, pod: PodInfo, node: str, results: Results | None, now: str) -> None:
    """Write what a claim gets, unless it has devices already, and that the pod uses it. Raises StatusError."""
    status = dict(claim.get("status") or {})
    if "allocation" not in status and results is not None:
        _protect(client, claim)
        term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        status["allocation"] = {
            "devices": {"results": results},
            "nodeSelector": {"nodeSelectorTerms": [term]},
        }
    if now and "allocation" in status and "allocationTimestamp" not in status["allocation"]:
        status["allocation"] = {**status["allocation"], "allocationTimestamp": now}
    users = list(status.get("reservedFor") or ())
    if not any(user.get("uid") == pod.uid for user in users):
        status["reservedFor"] = [*users, {"resource": "pods", "name": pod.name, "uid": pod.uid}]
    client.merge_patch(ObjectKey(GROUP, "ResourceClaim", *_key(claim)), {"status": status}, "status")


def _protect(client: "Client", claim: Json) -> None:
    """A claim with devices goes only after they were given back. Raises StatusError."""
    finalizers = claim["metadata"].get("finalizers") or []
    if _FINALIZER not in finalizers:
        patch = {"metadata": {"finalizers": [*finalizers, _FINALIZER]}}
        client.merge_patch(ObjectKey(GROUP, "ResourceClaim", *_key(claim)), patch)


def _has_devices(claim: Json | None) -> bool:
    return claim is not None and "allocation" in (claim.get("status") or {})


def _key(claim: Json) -> Key:
    return claim["metadata"].get("namespace") or "", claim["metadata"]["name"]


def _claims(pod: PodInfo, objects: Objects) -> Iterator[Json | str]:
    """The pod's claims, or what is wrong with one of them."""
    statuses = (pod.value.get("status") or {}).get("resourceClaimStatuses") or ()
    made = {item["name"]: item.get("resourceClaimName") for item in statuses}
    for item in pod.template.spec.get("resourceClaims") or ():
        name = item.get("resourceClaimName")
        if name is None and item["name"] in made:
            name = made[item["name"]]
            if name is None:
                continue
        if name is None:
            yield f'pod "{pod.namespace}/{pod.name}": ResourceClaim not created yet'
            return
        claim = objects.find(GROUP, "ResourceClaim", pod.namespace, name)
        if claim is None:
            yield f'resourceclaim.resource.k8s.io "{name}" not found'
        elif "deletionTimestamp" in claim["metadata"]:
            yield f'resourceclaim "{name}" is being deleted'
        else:
            yield claim


def _reachable(claim: Json, node: NodeInfo) -> bool:
    selector = ((claim.get("status") or {}).get("allocation") or {}).get("nodeSelector")
    return selector is None or NodeSelector.parse(selector).matches(node.name, node.labels)


def _extended(pod: PodInfo, classes: dict[str, Json]) -> dict[str, int]:
    mapped = _by_resource(classes)
    return {
        name: number
        for name, number in pod.template.requests.items()
        if number and is_scalar(name) and name in mapped
    }


def _by_resource(classes: dict[str, Json]) -> dict[str, str]:
    """Extended resource to the class that provides it; of several the newest, then the first by name."""
    mapped = {_IMPLICIT + name: name for name in classes}
    order = sorted(
        classes.values(),
        key=lambda value: (value["metadata"].get("creationTimestamp") or "", _reversed(value)),
    )
    for value in order:
        if resource := (value.get("spec") or {}).get("extendedResourceName"):
            mapped[resource] = value["metadata"]["name"]
    return mapped


def _reversed(value: Json) -> tuple[int, ...]:
    return tuple(-ord(letter) for letter in value["metadata"]["name"])


def _preference(claim: Json, results: Results) -> int:
    """The sum over prioritised requests: the first alternative counts most."""
    served = {result["request"] for result in results}
    total = 0
    for request in (claim["spec"].get("devices") or {}).get("requests") or ():
        for place, choice in enumerate(request.get("firstAvailable") or ()):
            if f"{request['name']}/{choice['name']}" in served:
                total += _MOST_ALTERNATIVES - place
    return total
