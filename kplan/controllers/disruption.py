"""Disruption budgets: how many of a budget's pods are healthy, and how many may be evicted.

Upstream: pkg/controller/disruption/disruption.go
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from kplan.api import conditions, labelselectors
from kplan.api.customkinds import definition_of
from kplan.api.intstr import scaled_value
from kplan.api.metadata import labels_of, spec_of, status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.api.pods import is_ready, is_terminal, is_terminating
from kplan.apiserver.errors import StatusError
from kplan.selectors.labels import Selector
from kplan.simulation.clock import SECOND, Instant, parse_instant, rfc3339
from kplan.simulation.podcontrol import disruption_target
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    label_sides,
)

DELETION_TIMEOUT: Instant = 120 * SECOND
"""How long an evicted pod counts as gone although it is still there."""
STALE_CONDITION_TIMEOUT: Instant = 120 * SECOND

Plurals = Mapping[tuple[str, str], str]
"""The names of resources by group and kind."""
_GROUP, _KIND = "policy", "PodDisruptionBudget"
_SCALABLE = {
    ("", "ReplicationController"),
    ("apps", "ReplicaSet"),
    ("apps", "StatefulSet"),
    ("apps", "Deployment"),
}


class _SyncError(Exception):
    """The budget cannot be worked out."""


class _Pods:
    """What a selector selects, and how much of it is healthy;
    budgets that select alike share it until a pod is written.
    """

    def __init__(self, pods: Sequence[Json]) -> None:
        self.listed: Final = pods

    @cached_property
    def healthy(self) -> int:
        """How many are ready and stay, if none was evicted."""
        return sum(is_ready(pod) and not is_terminating(pod) for pod in self.listed)

    @cached_property
    def managed(self) -> Sequence[tuple[Json, Json]]:
        """The distinct controllers, each with the first pod of it."""
        first: dict[str, tuple[Json, Json]] = {}
        for pod in self.listed:
            reference = controller_of(pod)
            if reference is not None:
                first.setdefault(reference["uid"], (reference, pod))
        return tuple(first.values())

    @cached_property
    def unmanaged(self) -> bool:
        """Whether some have no controller."""
        return any(controller_of(pod) is None for pod in self.listed)


class DisruptionController:
    """Keeps the status of disruption budgets, on which evictions depend."""

    name = "controllermanager"

    def __init__(self, plurals: Plurals) -> None:
        """``plurals`` are the names of the resources that are built in."""
        self._plurals = plurals
        self._told: set[tuple[str, str]] = set()
        """Pods and the budget that was chosen of several: what is told again is the same Event."""
        self._pods: dict[tuple[str, Selector], _Pods] = {}
        """What was selected since the last write of a pod."""
        self.watches = (
            Watch(_GROUP, _KIND, self._for_budget),
            Watch("", "Pod", self._for_pod, finds=(_GROUP, _KIND)),
            Watch("", "Pod", _stale, STALE_CONDITION_TIMEOUT),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Update a budget (trySync); a Pod request clears an eviction that never happened,
        and reports pods with several budgets.
        """
        value = context.cache.find(request)
        if value is None:
            return DONE
        if request.kind == "Pod":
            self._tell(context, value)
            return _clear_stale(context, value)
        try:
            return _sync(context, value, self._pods_of(context.cache, value), self._plurals)
        except _SyncError as problem:
            return _fail_safe(context, value, str(problem))

    def _tell(self, context: Context, pod: Json) -> None:
        """Say that several budgets are about a pod (getPdbForPod);
        which is chosen upstream, chance decides, mostly for the oldest.
        """
        metadata = pod["metadata"]
        found = _budgets_of(context.cache, metadata["namespace"], (labels_of(pod),))
        if len(found) < 2:
            return
        chosen = found[0].name
        if (metadata["uid"], chosen) not in self._told:
            self._told.add((metadata["uid"], chosen))
            subject = f'"{metadata["namespace"]}"/"{metadata["name"]}"'
            text = f'Pod {subject} matches multiple PodDisruptionBudgets.  Chose "{chosen}" arbitrarily.'
            context.event(pod, "Warning", "MultiplePodDisruptionBudgets", text)

    def _pods_of(self, cache: Cache, budget: Json) -> _Pods:
        namespace, selector = budget["metadata"]["namespace"], _selector_of(budget)
        known = self._pods.get((namespace, selector))
        if known is None:
            known = _Pods(list(cache.selected("", "Pod", namespace, selector)))
            self._pods[namespace, selector] = known
        return known

    def _for_budget(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        if not cache.has(_GROUP, _KIND):  # while there is none, nobody tells of pods
            self._pods.clear()
        return (event.key,)

    def _for_pod(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """The budgets of a pod, and the pod itself, if there are several."""
        self._pods.clear()
        found = _budgets_of(cache, event.key.namespace, label_sides(event))
        return found if len(found) < 2 else [*found, event.key]


def _sync(context: Context, budget: Json, pods: _Pods, plurals: Plurals) -> Result:
    if not pods.listed:
        context.event(budget, "Normal", "NoPods", "No matching pods found")
    try:
        expected, desired, unmanaged = _expected(context, budget, pods, plurals)
    except _SyncError as problem:
        text = f"Failed to calculate the number of expected pods: {problem}"
        context.event(budget, "Warning", "CalculateExpectedPodCountFailed", text)
        raise
    if unmanaged:
        chosen = labelselectors.printed(budget["spec"].get("selector"))
        text = (
            f"Pods selected by this PodDisruptionBudget (selector: {chosen}) were found to be unmanaged. "
            "As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. "
            'To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.'
        )
        context.event(budget, "Warning", "UnmanagedPods", text)
    disrupted, recheck = _disrupted(context, budget, pods.listed)
    healthy = pods.healthy
    if disrupted:
        healthy = sum(_is_healthy(pod, disrupted, context.now) for pod in pods.listed)
    _write(context, budget, expected, desired, healthy, disrupted)
    return Result(requeue_after=recheck - context.now, background=True) if recheck is not None else DONE


def _expected(context: Context, budget: Json, pods: _Pods, plurals: Plurals) -> tuple[int, int, bool]:
    """How many pods there should be, how many must stay healthy, and whether nobody manages some."""
    spec = budget["spec"]
    if spec.get("maxUnavailable") is not None:
        expected, unmanaged = _expected_scale(context, pods, plurals)
        return (
            expected,
            max(0, expected - scaled_value(spec["maxUnavailable"], expected, round_up=True)),
            unmanaged,
        )
    minimum = spec.get("minAvailable")
    if minimum is None:
        return 0, 0, False
    if isinstance(minimum, int):
        return len(pods.listed), minimum, False
    expected, unmanaged = _expected_scale(context, pods, plurals)
    return expected, scaled_value(minimum, expected, round_up=True), unmanaged


def _expected_scale(context: Context, pods: _Pods, plurals: Plurals) -> tuple[int, bool]:
    """The sizes of all distinct controllers of the pods."""
    scales: dict[str, int] = {}
    for reference, pod in pods.managed:
        if reference["uid"] not in scales:
            uid, scale = _scale_of(context, reference, pod, plurals)
            scales[uid] = scale
    return sum(scales.values()), pods.unmanaged


def _scale_of(context: Context, reference: Json, pod: Json, plurals: Plurals) -> tuple[str, int]:
    """The controller that says how many pods there should be: a Deployment speaks for its ReplicaSets."""
    key = owner_key(reference, pod["metadata"]["namespace"])
    owner = context.cache.find(key)
    if owner is None and not _is_known(key, plurals, context.cache):
        raise _SyncError(f'no matches for kind "{key.kind}" in version "{reference["apiVersion"]}"')
    if owner is None or owner["metadata"]["uid"] != reference["uid"]:
        raise _SyncError(f'found no controllers for pod "{pod["metadata"]["name"]}"')
    above = controller_of(owner) if key.kind == "ReplicaSet" else None
    if above is not None and above.get("kind") == "Deployment":
        deployment = context.cache.find(owner_key(above, key.namespace))
        if deployment is not None and deployment["metadata"]["uid"] == above["uid"]:
            owner = deployment
    if (key.group, key.kind) not in _SCALABLE and "replicas" not in spec_of(owner):
        name = plurals.get((key.group, key.kind)) or f"{key.kind.lower()}s"
        plural = f"{name}.{key.group}" if key.group else name
        raise _SyncError(f"{plural} does not implement the scale subresource")
    return owner["metadata"]["uid"], int(owner["spec"].get("replicas", 1))


def _is_known(key: ObjectKey, plurals: Plurals, cache: Cache) -> bool:
    """Whether there is such a kind."""
    definitions = cache.list("apiextensions.k8s.io", "CustomResourceDefinition")
    return (key.group, key.kind) in plurals or definition_of(key.group, key.kind, definitions) is not None


def _is_healthy(pod: Json, disrupted: dict[str, str], now: Instant) -> bool:
    if is_terminating(pod):
        return False
    since = disrupted.get(pod["metadata"]["name"])
    if since is not None and parse_instant(since) + DELETION_TIMEOUT > now:
        return False
    return is_ready(pod)


def _disrupted(context: Context, budget: Json, pods: Sequence[Json]) -> tuple[dict[str, str], Instant | None]:
    """Evicted pods that are still there, and when the first of them no longer counts as gone."""
    noted = status_of(budget).get("disruptedPods") or {}
    kept: dict[str, str] = {}
    recheck = None
    for pod in pods if noted else ():
        name = pod["metadata"]["name"]
        if is_terminating(pod) or name not in noted:
            continue
        end = parse_instant(noted[name]) + DELETION_TIMEOUT
        if end < context.now:
            namespace = budget["metadata"]["namespace"]
            text = f"Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            context.event(pod, "Warning", "NotDeleted", text)
        else:
            recheck = end if recheck is None else min(recheck, end)
            kept[name] = noted[name]
    return kept, recheck


def _write(
    context: Context, budget: Json, expected: int, desired: int, healthy: int, disrupted: dict[str, str]
) -> None:
    allowed = healthy - desired if expected > 0 and healthy > desired else 0
    old, generation = status_of(budget), budget["metadata"].get("generation", 0)
    status = {
        "currentHealthy": healthy,
        "desiredHealthy": desired,
        "expectedPods": expected,
        "disruptionsAllowed": allowed,
        "disruptedPods": disrupted,
        "observedGeneration": generation,
    }
    present = conditions.listed(old)
    current = conditions.find(present, "DisruptionAllowed") or {}
    fine = current.get("observedGeneration") == generation and current.get("status") == str(allowed > 0)
    if fine and all((old.get(name) or 0) == (value or 0) for name, value in status.items()):
        return
    reason = "SufficientPods" if allowed > 0 else "InsufficientPods"
    made = _condition(allowed > 0, reason, "", generation, context.now)
    _update(context, {**budget, "status": {**status, "conditions": conditions.put(present, made)}})


def _fail_safe(context: Context, budget: Json, message: str) -> Result:
    """Where nothing can be worked out, nothing may be evicted."""
    status = {**status_of(budget), "disruptionsAllowed": 0}
    seen = int(status.get("observedGeneration") or 0)
    made = _condition(False, "SyncFailed", message, seen, context.now)
    status["conditions"] = conditions.put(conditions.of(budget), made)
    if status != budget.get("status"):
        _update(context, {**budget, "status": status})
    return DONE


def _update(context: Context, budget: Json) -> None:
    try:
        context.client.update_status(budget)
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def _condition(truth: bool, reason: str, message: str, generation: int, now: Instant) -> Json:
    return {
        "type": "DisruptionAllowed", "status": "True" if truth else "False", "observedGeneration": generation,
        "lastTransitionTime": rfc3339(now), "reason": reason, "message": message,
    }  # fmt: skip


def _budgets_of(cache: Cache, namespace: str, sides: Sequence[Mapping[str, str]]) -> Sequence[ObjectKey]:
    return cache.selecting(_GROUP, _KIND, namespace, _selector_of, sides)


def _selector_of(budget: Json) -> Selector:
    return Selector.from_label_selector(budget["spec"].get("selector"))


def _stale(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    return (event.key,) if _has_stale_condition(event.value) else ()


def _has_stale_condition(pod: Json) -> bool:
    target = conditions.of_type(pod, "DisruptionTarget")
    if target is None or target.get("status") != "True" or target.get("reason") == "TerminationByKubelet":
        return False
    return not is_terminating(pod) and not is_terminal(pod)


def _clear_stale(context: Context, pod: Json) -> Result:
    if _has_stale_condition(pod):
        present = pod["status"]["conditions"]
        since = (conditions.find(present, "DisruptionTarget") or {}).get("lastTransitionTime")
        left = parse_instant(since) + STALE_CONDITION_TIMEOUT - context.now if since else 0
        if left > 0:
            return Result(requeue_after=left, background=True)
        made = disruption_target(context, pod, "", "")
        context.client.update_status(
            {**pod, "status": {**pod["status"], "conditions": conditions.put(present, made)}}
        )
    return DONE
