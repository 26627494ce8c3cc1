"""What the server writes into a pod before it validates it.

Upstream: pkg/registry/core/pod/strategy.go, pkg/apis/core/helper/qos/qos.go
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from kplan.api.apparmor import ANNOTATION_PREFIX, profile_of
from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.apiserver import names
from kplan.apiserver.registry.gates import drop_disabled_pod_fields
from kplan.apiserver.registry.strategy import Context, keep, only_status
from kplan.fieldpath import FieldPath, Key

_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_GATED: Final = "Scheduling is blocked due to non-empty scheduling gates"


def prepare_for_create(pod: Json, context: Context) -> None:
    """Start the pod's life: Pending, with its quality of service, and with the selectors its labels complete."""
    pod["metadata"]["generation"] = 1
    spec = pod.setdefault("spec", {})
    pod["status"] = {"phase": "Pending", "qosClass": qos_class(pod)}
    drop_disabled_pod_fields(spec, None)
    if spec.get("schedulingGates"):
        pod["status"]["conditions"] = [
            {
                "type": "PodScheduled",
                "status": "False",
                "lastTransitionTime": names.timestamp(context.now),
                "reason": "SchedulingGated",
                "message": _GATED,
            }
        ]
    _complete_selectors(pod)
    _sync_app_armor(pod, context)


def prepare_for_update(new: Json, old: Json, _context: Context) -> None:
    """Keep the status, and count a change of the spec."""
    keep(new, old, "status")
    drop_disabled_pod_fields(new.get("spec") or {}, old.get("spec"))
    count_change(new, old)


def prepare_for_status_update(new: Json, old: Json, context: Context) -> None:
    """Keep everything but the status."""
    only_status(new, old, context)
    new["metadata"].pop("deletionTimestamp", None)
    owners = old["metadata"].get("ownerReferences")
    new["metadata"].pop("ownerReferences", None)
    if owners:
        new["metadata"]["ownerReferences"] = owners
    status, previous = new.setdefault("status", {}), old.get("status") or {}
    if not status.get("qosClass") and previous.get("qosClass"):
        status["qosClass"] = previous["qosClass"]
    if not status.get("observedGeneration") and previous.get("observedGeneration"):
        status["observedGeneration"] = previous["observedGeneration"]


def count_change(new: Json, old: Json) -> None:
    """Count the generation up when the spec differs."""
    if new.get("spec") != old.get("spec"):
        new["metadata"]["generation"] = (new["metadata"].get("generation") or 0) + 1


def qos_class(pod: Json) -> str:
    """The quality of service that requests and limits earn."""
    spec = pod.get("spec") or {}
    requests: dict[str, Quantity] = {}
    limits: dict[str, Quantity] = {}
    guaranteed = True
    holders = [spec] if spec.get("resources") is not None else _containers(spec, _CONTAINERS[:2])
    for holder in holders:
        resources = holder.get("resources") or {}
        _collect(requests, resources.get("requests"))
        limited = _collect(limits, resources.get("limits"))
        skipped = holder is spec and not resources.get("limits")
        if not skipped and limited != {"cpu", "memory"}:
            guaranteed = False
    if not requests and not limits:
        return "BestEffort"
    equal = all(name in limits and limits[name] == value for name, value in requests.items())
    return "Guaranteed" if guaranteed and equal and len(requests) == len(limits) else "Burstable"


def _collect(total: dict[str, Quantity], resources: Mapping[str, Any] | None) -> set[str]:
    found = set()
    for name in ("cpu", "memory"):
        value = (resources or {}).get(name)
        if value is not None:
            quantity = Quantity.parse(value)
            if quantity.sign() > 0:
                found.add(name)
                total[name] = total[name] + quantity if name in total else quantity
    return found


def _containers(spec: Json, fields: tuple[str, ...] = _CONTAINERS) -> Iterator[Json]:
    for field in fields:
        yield from spec.get(field) or ()


def _complete_selectors(pod: Json) -> None:
    spec, labels = pod["spec"], pod["metadata"].get("labels") or {}
    for kind in ("podAffinity", "podAntiAffinity"):
        affinity = (spec.get("affinity") or {}).get(kind) or {}
        preferred = affinity.get("preferredDuringSchedulingIgnoredDuringExecution") or ()
        required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution") or ()
        for term in [*(item.get("podAffinityTerm") or {} for item in preferred), *required]:
            _require(term, term.get("matchLabelKeys"), "In", labels)
            _require(term, term.get("mismatchLabelKeys"), "NotIn", labels)
    for constraint in spec.get("topologySpreadConstraints") or ():
        _require(constraint, constraint.get("matchLabelKeys"), "In", labels)


def _require(term: Json, keys: list[str] | None, operator: str, labels: Json) -> None:
    selector = term.get("labelSelector")
    if not keys or selector is None:
        return
    wanted = [{"key": key, "operator": operator, "values": [labels[key]]} for key in keys if key in labels]
    if wanted:
        selector["matchExpressions"] = [*(selector.get("matchExpressions") or ()), *wanted]


def _sync_app_armor(pod: Json, context: Context) -> None:
    annotations = pod["metadata"].get("annotations")
    spec = pod["spec"]
    if not annotations or (spec.get("os") or {}).get("name") == "windows":
        return
    pod_profile = (spec.get("securityContext") or {}).get("appArmorProfile")
    for container in _containers(spec):
        key = ANNOTATION_PREFIX + (container.get("name") or "")
        annotation = annotations.get(key)
        if annotation is None or (container.get("securityContext") or {}).get("appArmorProfile") is not None:
            continue
        profile = profile_of(annotation)
        if profile is None or profile != pod_profile:
            place = FieldPath.of("metadata", "annotations", Key(key))
            context.warnings.append(
                f'{place}: deprecated since v1.30; use the "appArmorProfile" field instead'
            )
        if profile is not None and profile != pod_profile:
            container.setdefault("securityContext", {})["appArmorProfile"] = profile
