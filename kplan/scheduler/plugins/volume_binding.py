"""VolumeBinding: bound volumes must reach the node, unbound ones be found or made there.

Upstream: pkg/scheduler/framework/plugins/volumebinding/{volume_binding,binder}.go
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.quantity import value as quantity_value
from kplan.api.storageclasses import NO_PROVISIONER, class_of
from kplan.api.volumes import BOUND_BY_CONTROLLER, SELECTED_NODE, is_claimed_by, volume_mode
from kplan.scheduler.claims import (
    claim,
    claim_names,
    fully_bound,
    mounts,
    reaches,
    requested_bytes,
    storage_class,
    volume,
    volume_name,
    waits_for_consumer,
)
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.events import CLAIMS_CHANGED, PLACES_CHANGED, ClusterEvent, News
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Objects, Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.selectors.labels import Selector

if TYPE_CHECKING:
    from kplan.apiserver.client import Client

OUT_OF_REACH: Final = "node(s) didn't match PersistentVolume's node affinity"
NOTHING_TO_BIND: Final = "node(s) didn't find available persistent volumes to bind"
NO_SPACE: Final = "node(s) did not have enough free storage"
VOLUME_GONE: Final = "node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)"
NOT_YET_BOUND: Final = Status.unschedulable("volumes are not bound yet")
IMMEDIATE: Final = Status.unresolvable("pod has unbound immediate PersistentVolumeClaims")

Key = tuple[str, str]


@dataclass(slots=True)
class Plan:
    """What binding a pod's claims on one node takes."""

    static: list[tuple[Json, Json]] = field(default_factory=list)
    """Volume and the claim it will be bound to."""
    provision: list[Json] = field(default_factory=list)
    """Claims for which a volume will be made."""


@dataclass(slots=True)
class Claims:
    """PreFilter data: a pod's claims by what is left to do, and the plan for each node that passed."""

    objects: Objects
    bound: list[Json] = field(default_factory=list)
    waiting: list[Json] = field(default_factory=list)
    plans: dict[str, Plan] = field(default_factory=dict)


class VolumeBinding:
    """Refuses nodes if the pod's volumes cannot be."""

    name = "VolumeBinding"

    def __init__(self) -> None:
        self.assumed: dict[str, Key] = {}
        """Volumes given to a claim by a decision of ours that the cluster may not show yet."""
        self.selected: dict[Key, str] = {}
        """Claims to be provisioned for a node, likewise."""

    def applies_to(self, template: PodTemplate) -> bool:
        """Whether the pod has volumes that may bind it to some nodes."""
        return bool(template.volumes)

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A claim may be bound, a volume or a node come."""
        return (
            PLACES_CHANGED
            | CLAIMS_CHANGED
            | {ClusterEvent.VOLUME, ClusterEvent.STORAGE_CLASS, ClusterEvent.CSI_NODE, ClusterEvent.STORAGE}
        )

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A claim of its own came or changed, or a class makes volumes elsewhere (isSchedulableAfter...Change)."""
        del snapshot
        before, after = news
        if event in CLAIMS_CHANGED:
            return mounts(pod, after)
        if before is not None and event is ClusterEvent.STORAGE_CLASS:
            return bool(before.get("allowedTopologies") != after.get("allowedTopologies"))
        return before is None or event is not ClusterEvent.CSI_NODE

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Sort the pod's claims by what is left to do."""
        claims = Claims(snapshot.objects)
        immediate = False
        for name, ephemeral in claim_names(pod):
            found = claim(snapshot.objects, pod.namespace, name)
            refusal = _unusable(found, name, pod, ephemeral=ephemeral)
            if refusal:
                return None, Status.unresolvable(refusal)
            assert found is not None
            if fully_bound(found):
                claims.bound.append(found)
            elif waits_for_consumer(snapshot.objects, found) and not volume_name(found):
                claims.waiting.append(found)
            else:
                immediate = True
        if immediate:
            return None, IMMEDIATE
        state[self.name] = claims
        return None, SUCCESS if claims.bound or claims.waiting else SKIP

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node, and keep what it would take there."""
        del pod
        claims: Claims = state[self.name]
        plan, reasons = Plan(), []
        for item in claims.bound:
            found = volume(claims.objects, volume_name(item))
            if found is None:
                reasons.append(VOLUME_GONE)
                break
            if not reaches(found, node.labels):
                reasons.append(OUT_OF_REACH)
                break
        if claims.waiting:
            reasons += self._plan(claims, node, plan)
        claims.plans[node.name] = plan
        order = (OUT_OF_REACH, NOTHING_TO_BIND, NO_SPACE, VOLUME_GONE)
        return Status.unresolvable(*sorted(reasons, key=order.index)) if reasons else SUCCESS

    def _plan(self, claims: Claims, node: NodeInfo, plan: Plan) -> list[str]:
        """Find a volume for each claim, or a way to make one."""
        looking = []
        for item in claims.waiting:
            chosen = self.selected.get(_key(item)) or (item["metadata"].get("annotations") or {}).get(
                SELECTED_NODE
            )
            if chosen is None:
                looking.append(item)
            elif chosen != node.name:
                return [NOTHING_TO_BIND]
            else:
                plan.provision.append(item)
        taken: set[str] = set()
        for item in by_size(looking):
            found = self.find_volume(claims.objects, item, node, taken)
            if found is None:
                plan.provision.append(item)
            else:
                taken.add(found["metadata"]["name"])
                plan.static.append((found, item))
        for item in plan.provision:
            refusal = provisioning_refused(claims.objects, item, node)
            if refusal:
                return [refusal]
        return []

    def find_volume(self, objects: Objects, item: Json, node: NodeInfo, taken: set[str]) -> Json | None:
        """The volume set aside for a claim, or the smallest that will do."""
        smallest: Json | None = None
        for candidate in objects.list("", "PersistentVolume"):
            name = candidate["metadata"]["name"]
            mine = self.assumed.get(name) == _key(item) or is_claimed_by(candidate, item)
            foreign = self.assumed.get(name, _key(item)) != _key(item) or (
                "claimRef" in candidate["spec"] and not mine
            )
            if (
                name in taken
                or foreign
                or class_of(candidate) != class_of(item)
                or not suits(candidate, item)
            ):
                continue
            if mine:
                return candidate if reaches(candidate, node.labels) else None
            if not available(candidate, item) or not reaches(candidate, node.labels):
                continue
            if smallest is None or capacity_of(candidate) < capacity_of(smallest):
                smallest = candidate
        return smallest

    def reserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Remember what this placement takes, so that the next pod does not take it too."""
        if self.name in state.skip_filter or self.name not in state:
            return SUCCESS
        claims: Claims = state[self.name]
        if node.name not in claims.plans:
            status = self.filter(state, pod, node)
            if not status.ok:
                return status
        plan = claims.plans[node.name]
        self.assumed.update((found["metadata"]["name"], _key(item)) for found, item in plan.static)
        self.selected.update((_key(item), node.name) for item in plan.provision)
        return SUCCESS

    def unreserve(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> None:
        """Give back what the placement took."""
        del pod
        claims: Claims | None = state.get(self.name)
        plan = claims.plans.get(node.name) if claims is not None else None
        if plan is not None:
            for found, item in plan.static:
                if self.assumed.get(found["metadata"]["name"]) == _key(item):
                    del self.assumed[found["metadata"]["name"]]
            for item in plan.provision:
                self.selected.pop(_key(item), None)

    def pre_bind(self, client: "Client", state: CycleState, pod: PodInfo, node: str) -> Status:
        """Write the plan into the cluster; refuse until every claim is bound."""
        del pod
        claims: Claims | None = state.get(self.name)
        if claims is None or not claims.waiting:
            return SUCCESS
        plan = claims.plans[node]
        for found, item in plan.static:
            patch = {
                "metadata": {"annotations": {BOUND_BY_CONTROLLER: "yes"}},
                "spec": {"claimRef": _reference(item)},
            }
            if "claimRef" not in found["spec"]:
                client.merge_patch(ObjectKey("", "PersistentVolume", "", found["metadata"]["name"]), patch)
        for item in plan.provision:
            patch = {"metadata": {"annotations": {SELECTED_NODE: node}}}
            if (item["metadata"].get("annotations") or {}).get(SELECTED_NODE) != node:
                client.merge_patch(ObjectKey("", "PersistentVolumeClaim", *_key(item)), patch)
        current = (
            client.find(ObjectKey("", "PersistentVolumeClaim", *_key(item))) for item in claims.waiting
        )
        return SUCCESS if all(item is not None and fully_bound(item) for item in current) else NOT_YET_BOUND


def _key(value: Mapping[str, Any]) -> Key:
    return value["metadata"].get("namespace") or "", value["metadata"]["name"]


def _reference(value: Json) -> Json:
    metadata = value["metadata"]
    reference = {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "namespace": metadata.get("namespace"),
        "name": metadata["name"],
    }
    return {**reference, **{key: metadata[key] for key in ("uid", "resourceVersion") if key in metadata}}


def _unusable(found: Json | None, name: str, pod: PodInfo, *, ephemeral: bool) -> str:
    """Why a claim cannot be used at all; empty if it can."""
    if found is None:
        if ephemeral:
            return f'waiting for ephemeral volume controller to create the persistentvolumeclaim "{name}"'
        return f'persistentvolumeclaim "{name}" not found'
    if (found.get("status") or {}).get("phase") == "Lost":
        return f'persistentvolumeclaim "{name}" bound to non-existent persistentvolume "{volume_name(found)}"'
    if "deletionTimestamp" in found["metadata"]:
        return f'persistentvolumeclaim "{name}" is being deleted'
    owners = found["metadata"].get("ownerReferences") or ()
    if ephemeral and not any(owner.get("controller") and owner.get("uid") == pod.uid for owner in owners):
        return f"PVC {pod.namespace}/{name} was not created for pod {pod.namespace}/{pod.name} (pod is not owner)"
    return ""


def by_size(claims: Sequence[Json]) -> list[Json]:
    """Smaller claims first, so that they leave the larger volumes alone."""
    return sorted(claims, key=requested_bytes)


def capacity_of(value: Json) -> int:
    """The size of a volume."""
    return quantity_value((value["spec"].get("capacity") or {}).get("storage", "0"))


def suits(value: Json, item: Json) -> bool:
    """Whether a volume is large enough and of the right mode and attributes, and stays."""
    spec, wanted = value["spec"], item["spec"]
    return (
        capacity_of(value) >= requested_bytes(item)
        and volume_mode(spec) == volume_mode(wanted)
        and (spec.get("volumeAttributesClassName") or "") == (wanted.get("volumeAttributesClassName") or "")
        and "deletionTimestamp" not in value["metadata"]
    )


def available(value: Json, item: Json) -> bool:
    """Whether a volume nobody has claimed matches what a claim selects and how it wants access."""
    if (value.get("status") or {}).get("phase") != "Available":
        return False
    selector = item["spec"].get("selector")
    if selector is not None and not Selector.from_label_selector(selector).matches(
        value["metadata"].get("labels") or {}
    ):
        return False
    return set(item["spec"].get("accessModes") or ()) <= set(value["spec"].get("accessModes") or ())


def provisioning_refused(objects: Objects, item: Json, node: NodeInfo) -> str:
    """Why no volume can be made for a claim on a node; empty if one can."""
    kind = storage_class(objects, class_of(item)) or {}
    provisioner = kind.get("provisioner", "")
    if provisioner in ("", NO_PROVISIONER):
        return NOTHING_TO_BIND
    if not _topology_allowed(kind.get("allowedTopologies") or (), node.labels):
        return NOTHING_TO_BIND
    return "" if _enough_capacity(objects, item, provisioner, node) else NO_SPACE


def _topology_allowed(terms: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> bool:
    """Whether a node is in one of the places a class may make volumes."""
    if not terms:
        return True
    return any(
        bool(term.get("matchLabelExpressions"))
        and all(
            labels.get(rule.get("key", "")) in (rule.get("values") or ())
            for rule in term["matchLabelExpressions"]
        )
        for term in terms
    )


def _enough_capacity(objects: Objects, item: Json, provisioner: str, node: NodeInfo) -> bool:
    """Whether the driver, if it tells, has room for a claim near a node."""
    driver = objects.find("storage.k8s.io", "CSIDriver", "", provisioner)
    if driver is None or not (driver.get("spec") or {}).get("storageCapacity"):
        return True
    wanted = requested_bytes(item)
    for value in objects.list("storage.k8s.io", "CSIStorageCapacity"):
        limit = value.get("maximumVolumeSize", value.get("capacity"))
        if value.get("storageClassName") != class_of(item) or limit is None or quantity_value(limit) < wanted:
            continue
        topology = value.get("nodeTopology")
        if topology is not None and Selector.from_label_selector(topology).matches(node.labels):
            return True
    return False
