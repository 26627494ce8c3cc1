"""Device taint eviction: pods leave devices that got a NoExecute taint which their claims do not
tolerate, or for a time only.

Deviation: DeviceTaintRules, which are off by default, are not looked at.

Upstream: pkg/controller/devicetainteviction/device_taint_eviction.go
"""

from collections.abc import Iterable, Iterator, Sequence

from kplan.api import conditions
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_terminating, node_of
from kplan.apiserver.errors import StatusError
from kplan.schema.changes.behaviours import Behaviour
from kplan.selectors.taints import NO_EXECUTE, tolerates
from kplan.simulation.clock import SECOND, Instant, parse_instant
from kplan.simulation.podcontrol import disruption_target
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
)

GROUP = "resource.k8s.io"
_Pool = tuple[str, str]
"""A driver, and the name of one of its pools."""
_REASON = "DeletionByDeviceTaintManager"
_MESSAGE = "Device Taint manager: deleting due to NoExecute taint"


class DeviceTaintEvictionController:
    """Deletes pods from tainted devices, at once or when their tolerance ends."""

    name = "device-taint-eviction-controller"

    def __init__(self) -> None:
        self._due: set[Request] = set()
        """Pods that have to go later."""
        self._pools = _Pools()
        self.watches = (
            Watch("", "Pod", _with_claims),
            Watch(GROUP, "ResourceClaim", self._users),
            Watch(GROUP, "ResourceSlice", self._users_of_devices),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Decide on one pod (handlePod, maybeDeletePod)."""
        pod = context.cache.find(request)
        if pod is None or not context.does(Behaviour.DEVICE_TAINTS):
            self._due.discard(request)
            return DONE
        end = min(_ends(pod, self._pools, context), default=None)
        if end is None:
            if request in self._due:
                self._due.discard(request)
                context.event(pod, "Normal", "DeviceTaintManagerEviction", "Cancelling deletion")
            return DONE
        if end > context.now:
            self._due.add(request)
            return Result.due(end - context.now)
        self._due.discard(request)
        if not is_terminating(pod):
            _evict(context, request, pod)
        return DONE

    def _users(self, event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        """The pods for which a claim is reserved, or was."""
        self._pools.follow(event)
        claims = (event.value, event.previous or {})
        names = {
            user["name"] for claim in claims for user in _reserved(claim) if user.get("resource") == "pods"
        }
        return [ObjectKey("", "Pod", event.key.namespace, name) for name in sorted(names)]

    def _users_of_devices(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """The pods that have devices of a slice."""
        self._pools.follow(event)
        return [
            ObjectKey("", "Pod", claim["metadata"]["namespace"], user["name"])
            for claim in self._pools.members("ResourceClaim", _pool_of(event.value), cache)
            for user in _reserved(claim)
            if user.get("resource") == "pods"
        ]


class _Pools:
    """The slices of each pool of devices, and the claims that have some of it:
    looked up once, and followed from then on.
    """

    def __init__(self) -> None:
        self._members: dict[tuple[str, _Pool], dict[ObjectKey, Json]] | None = None

    def follow(self, event: WatchEvent) -> None:
        """Take note of a slice or a claim that changed, if they were looked up before."""
        if self._members is None:
            return
        for before in (event.previous, event.value):
            for pool in _pools_of(event.key, before or {}):
                self._members.get((event.key.kind, pool), {}).pop(event.key, None)
        if event.type is not EventType.DELETED:
            self._add(self._members, event.key, event.value)

    def members(self, kind: str, pool: _Pool, cache: Cache) -> Sequence[Json]:
        """The slices or the claims of a pool, in the order of their names."""
        if self._members is None:
            self._members = {}
            for one in ("ResourceSlice", "ResourceClaim"):
                for key, value in cache.items(GROUP, one):
                    self._add(self._members, key, value)
        found = self._members.get((kind, pool), {})
        return [found[key] for key in sorted(found)]

    @staticmethod
    def _add(members: dict[tuple[str, _Pool], dict[ObjectKey, Json]], key: ObjectKey, value: Json) -> None:
        for pool in _pools_of(key, value):
            members.setdefault((key.kind, pool), {})[key] = value


def _pools_of(key: ObjectKey, value: Json) -> Iterable[_Pool]:
    """The pool of a slice, or those of which a claim has devices."""
    if not value:
        return ()
    if key.kind == "ResourceSlice":
        return (_pool_of(value),)
    return {(device["driver"], device["pool"]) for device in _devices(value)}


def _pool_of(item: Json) -> _Pool:
    return item["spec"]["driver"], item["spec"]["pool"]["name"]


def _evict(context: Context, key: ObjectKey, pod: Json) -> None:
    """Say why, then delete (addConditionAndDeletePod)."""
    context.event(pod, "Normal", "DeviceTaintManagerEviction", "Marking for deletion")
    status = status_of(pod)
    present = conditions.put(conditions.listed(status), disruption_target(context, pod, _REASON, _MESSAGE))
    try:
        context.client.update_status({**pod, "status": {**status, "conditions": present}})
        context.client.delete(key, uid=pod["metadata"]["uid"])
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def _ends(pod: Json, pools: _Pools, context: Context) -> Iterator[Instant]:
    """When the pod has to leave a device, for each taint that it cannot tolerate for ever (podEvictionTime)."""
    if not node_of(pod):
        return
    uid, namespace = pod["metadata"]["uid"], pod["metadata"]["namespace"]
    for name in _claim_names(pod):
        claim = context.cache.find(ObjectKey(GROUP, "ResourceClaim", namespace, name))
        if claim is None or all(user.get("uid") != uid for user in _reserved(claim)):
            continue
        for device in _devices(claim):
            for taint in _taints(device, pools, context.cache):
                yield from _end(taint, device, context.now)


def _end(taint: Json, device: Json, now: Instant) -> Iterator[Instant]:
    """When the tolerance of one taint ends; never if it is tolerated for ever (claimEvictionTime)."""
    seconds: list[int] = []
    for toleration in device.get("tolerations") or ():
        if toleration.get("effect") == NO_EXECUTE and tolerates(toleration, taint):
            if toleration.get("tolerationSeconds") is None:
                return
            seconds.append(max(0, int(toleration["tolerationSeconds"])))
    since = parse_instant(taint["timeAdded"]) if taint.get("timeAdded") else now
    yield since + min(seconds, default=0) * SECOND


def _taints(device: Json, pools: _Pools, cache: Cache) -> Iterator[Json]:
    for item in pools.members("ResourceSlice", (device["driver"], device["pool"]), cache):
        for one in item["spec"].get("devices") or ():
            if one["name"] == device["device"]:
                yield from (taint for taint in one.get("taints") or () if taint["effect"] == NO_EXECUTE)


def _devices(claim: Json) -> Iterable[Json]:
    allocation = status_of(claim).get("allocation") or {}
    return (allocation.get("devices") or {}).get("results") or ()


def _reserved(claim: Json) -> Iterable[Json]:
    return status_of(claim).get("reservedFor") or ()


def _claim_names(pod: Json) -> Iterator[str]:
    made = {item["name"]: item for item in status_of(pod).get("resourceClaimStatuses") or ()}
    for item in pod["spec"].get("resourceClaims") or ():
        name = item.get("resourceClaimName") or made.get(item["name"], {}).get("resourceClaimName")
        if name:
            yield name


def _with_claims(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """A pod that got a node or other claims, or is gone (handlePodChange)."""
    pod, before = event.value, event.previous
    if not pod["spec"].get("resourceClaims"):
        return ()
    if event.type is EventType.MODIFIED and before is not None and _place(before) == _place(pod):
        return ()
    return (event.key,)


def _place(pod: Json) -> tuple[str, object]:
    return node_of(pod), status_of(pod).get("resourceClaimStatuses")
