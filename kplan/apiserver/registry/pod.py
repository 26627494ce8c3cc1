"""What the server writes into a pod before it validates it.

Upstream: pkg/registry/core/pod/strategy.go, pkg/apis/core/helper/qos/qos.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.apparmor import ANNOTATION_PREFIX, profile_of
from kplan.api.object import Json
from kplan.api.qos import qos_class
from kplan.apiserver import names
from kplan.apiserver.registry.gates import drop_disabled_pod_fields, drop_disabled_pod_status_fields
from kplan.apiserver.registry.strategy import Context, Strategy, changes, keep, only_status
from kplan.apiserver.validation import core_pods as validation
from kplan.apiserver.warnings import workloads
from kplan.fieldpath import FieldPath, Key

_CONTAINERS: Final = ("initContainers", "containers", "ephemeralContainers")
_RESIZABLE: Final = ("resources", "resizePolicy")
_GATED: Final = "Scheduling is blocked due to non-empty scheduling gates"


def prepare_for_create(pod: Json, context: Context) -> None:
    """Start the pod's life: Pending, with its quality of service (one that is given is believed),
    and with the selectors its labels complete.
    """
    pod["metadata"]["generation"] = 1
    spec = pod.setdefault("spec", {})
    given = (pod.get("status") or {}).get("qosClass")
    pod["status"] = {"phase": "Pending", "qosClass": given or qos_class(pod)}
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
    drop_disabled_pod_status_fields(new.get("status") or {}, old.get("status") or {})
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


def prepare_for_resize(new: Json, old: Json, _context: Context) -> None:
    """Keep everything but the resources of the same containers; others are left for validation to refuse."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    if any(len(spec.get(kind) or ()) != len(before.get(kind) or ()) for kind in _CONTAINERS[:2]):
        return
    kept = {
        **before,
        **{kind: _resized(spec.get(kind) or [], before.get(kind) or []) for kind in _CONTAINERS[:2]},
    }
    kept.pop("resources", None)
    if spec.get("resources") is not None:
        kept["resources"] = spec["resources"]
    new["spec"] = {name: value for name, value in kept.items() if value or name not in _CONTAINERS}
    keep(new, old, "status")
    drop_disabled_pod_fields(new["spec"], before)
    count_change(new, old)


def _resized(new: list[Json], old: list[Json]) -> list[Json]:
    if [container.get("name") for container in new] != [container.get("name") for container in old]:
        return new
    changes: list[Json] = [{name: one[name] for name in _RESIZABLE if name in one} for one in new]
    plain = [{name: value for name, value in one.items() if name not in _RESIZABLE} for one in old]
    return [{**one, **change} for one, change in zip(plain, changes, strict=True)]


def prepare_for_ephemeral_containers(new: Json, old: Json, _context: Context) -> None:
    """Keep everything but the ephemeral containers."""
    added = (new.get("spec") or {}).get("ephemeralContainers")
    new["spec"] = {name: value for name, value in old["spec"].items() if name != "ephemeralContainers"}
    if added:
        new["spec"]["ephemeralContainers"] = added
    keep(new, old, "status")
    drop_disabled_pod_fields(new["spec"], old["spec"])
    count_change(new, old)


def count_change(new: Json, old: Json) -> None:
    """Count the generation up when the spec differs."""
    if changes(new.get("spec"), old.get("spec")):
        new["metadata"]["generation"] = (new["metadata"].get("generation") or 0) + 1


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


STRATEGIES: Final = (
    Strategy(
        "",
        "Pod",
        validation.validate_pod,
        validation.validate_pod_update,
        prepare_for_create=prepare_for_create,
        prepare_for_update=prepare_for_update,
        prepare_for_status_update=prepare_for_status_update,
        validate_status_update=validation.validate_pod_status_update,
        subresources={
            "resize": (prepare_for_resize, validation.validate_pod_resize),
            "ephemeralcontainers": (
                prepare_for_ephemeral_containers,
                validation.validate_pod_ephemeral_containers_update,
            ),
        },
        graceful_deletion=True,
        warnings=workloads.for_pod,
    ),
)
