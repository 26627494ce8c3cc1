"""Disruption budgets: how many of a budget's pods are healthy, and how many may be evicted.

Upstream: pkg/controller/disruption/disruption.go
"""

from collections.abc import Iterable, Mapping, Sequence

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
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
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


class DisruptionController:
    """Keeps the status of disruption budgets, on which evictions depend."""

    name = "controllermanager"

    def __init__(self, plurals: Plurals) -> None:
        """``plurals`` are the names of the resources that are built in."""
        self._plurals = plurals
        self._told: set[tuple[str, str]] = set()
        """Pods and the budget that was chosen of several: what is told again is the same Event."""
        self.watches = (
            Watch(_GROUP, _KIND, itself),
            Watch("", "Pod", _for_pod, finds=(_GROUP, _KIND)),
            Watch("", "Pod", _stale, STALE_CONDITION_TIMEOUT),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Work out a budget (trySync); a Pod request clears an eviction that never came about, and tells of many budgets."""
        value = context.cache.find(request)
        if value is None:
            return DONE
        if request.kind == "Pod":
            self._tell(context, value)
            return _clear_stale(context, value)
        try:
            return _sync(context, value, self._plurals)
        except _SyncError as problem:
            return _fail_safe(context, value, str(problem))

    def _tell(self, context: Context, pod: Json) -> None:
        """Say that several budgets are about a pod (getPdbForPod); which is chosen upstream, chance decides, mostly for the oldest."""
        metadata = pod["metadata"]
        budgets = context.cache.list(_GROUP, _KIND, metadata["namespace"])
        found = [item for item in budgets if _selector_of(item).matches(labels_of(pod))]
        if len(found) < 2:
            return
        chosen = found[0]["metadata"]["name"]
        if (metadata["uid"], chosen) not in self._told:
            self._told.add((metadata["uid"], chosen))
            subject = f'"{metadata["namespace"]}"/"{metadata["name"]}"'
            text = f'Pod {subject} matches multiple PodDisruptionBudgets.  Chose "{chosen}" arbitrarily.'
            context.event(pod, "Warning", "MultiplePodDisruptionBudgets", text)


def _sync(context: Context, budget: Json, plurals: Plurals) -> Result:
    pods = _pods_of(context.cache, budget)
    if not pods:
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
    disrupted, recheck = _disrupted(context, budget, pods)
    healthy = sum(_is_healthy(pod, disrupted, context.now) for pod in pods)
    _write(context, budget, expected, desired, healthy, disrupted)
    return Result(requeue_after=recheck - context.now, background=True) if recheck is not None else DONE


def _expected(
    context: Context, budget: Json, pods: Sequence[Json], plurals: Plurals
) -> tuple[int, int, list[str]]:
    """How many pods there should be, how many must stay healthy, and which pods nobody manages."""
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
        return 0, 0, []
    if isinstance(minimum, int):
        return len(pods), minimum, []
    expected, unmanaged = _expected_scale(context, pods, plurals)
    return expected, scaled_value(minimum, expected, round_up=True), unmanaged


def _expected_scale(context: Context, pods: Sequence[Json], plurals: Plurals) -> tuple[int, list[str]]:
    """The sizes of all distinct controllers of the pods."""
    scales: dict[str, int] = {}
    unmanaged = []
    for pod in pods:
        reference = controller_of(pod)
        if reference is None:
            unmanaged.append(pod["metadata"]["name"])
        elif reference["uid"] not in scales:
            uid, scale = _scale_of(context, reference, pod, plurals)
            scales[uid] = scale
    return sum(scales.values()), unmanaged


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
    for pod in pods:
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


def _pods_of(cache: Cache, budget: Json) -> list[Json]:
    selector = _selector_of(budget)
    return list(cache.selected("", "Pod", budget["metadata"]["namespace"], selector))


def _for_pod(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The budgets of a pod, and the pod itself where there are several."""
    found = list(cache.selecting(_GROUP, _KIND, event.key.namespace, _selector_of, label_sides(event)))
    return found if len(found) < 2 else [*found, event.key]


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
        made = {"type": "DisruptionTarget", "status": "False", "lastTransitionTime": rfc3339(context.now)}
        context.client.update_status(
            {**pod, "status": {**pod["status"], "conditions": conditions.put(present, made)}}
        )
    return DONE
