"""What an object needs so that its kind's next apiVersion means the same: often nothing, sometimes moved fields.

A conversion that only changes the version is a safe fix. One that moves fields, or meets other defaults, is unsafe. A
kind that is not here changes too much to be converted without its author.

Upstream: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.walk import items, mapping
from kplan.fieldpath import FieldPath
from kplan.fixes import Edit, Fix, put, remove, rename, safe, unsafe
from kplan.lint.world import Subject

Conversion = Callable[[Mapping[str, Any]], "list[Edit] | None"]
"""The edits besides that of apiVersion; None if the object cannot be converted."""

_SPEC: Final = FieldPath("spec")
_ONLY_THE_VERSION: Final = """
apps/v1beta2|ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet
extensions/v1beta1|NetworkPolicy
apiregistration.k8s.io/v1beta1|APIService
authentication.k8s.io/v1beta1|SelfSubjectReview TokenReview
coordination.k8s.io/v1beta1|Lease
networking.k8s.io/v1beta1|IngressClass IPAddress ServiceCIDR
rbac.authorization.k8s.io/v1alpha1|ClusterRole ClusterRoleBinding Role RoleBinding
rbac.authorization.k8s.io/v1beta1|ClusterRole ClusterRoleBinding Role RoleBinding
scheduling.k8s.io/v1alpha1|PriorityClass
scheduling.k8s.io/v1beta1|PriorityClass
storage.k8s.io/v1beta1|CSIDriver CSINode CSIStorageCapacity StorageClass VolumeAttachment VolumeAttributesClass
batch/v1beta1|CronJob
node.k8s.io/v1beta1|RuntimeClass
autoscaling/v2beta2|HorizontalPodAutoscaler
flowcontrol.apiserver.k8s.io/v1beta1|FlowSchema
flowcontrol.apiserver.k8s.io/v1beta2|FlowSchema
flowcontrol.apiserver.k8s.io/v1beta3|FlowSchema PriorityLevelConfiguration
admissionregistration.k8s.io/v1beta1|ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding MutatingAdmissionPolicy MutatingAdmissionPolicyBinding
resource.k8s.io/v1beta2|DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice
"""
"""Types whose next version reads the same fields in the same way."""


def converted(subject: Subject, replacement: str) -> Fix | None:
    """The fix that makes an object one of the replacement of its apiVersion; None if that is not known."""
    gvk = subject.object.gvk
    target = GroupVersionKind.of(replacement, gvk.kind) if replacement else None
    if target is None or not subject.world.catalog.knows(target):
        return None
    version = put(FieldPath("apiVersion"), replacement)
    if _is_same(gvk.api_version, gvk.kind, subject.value):
        return safe(f"use {replacement}", version)
    conversion = _CONVERSIONS.get((gvk.api_version, gvk.kind))
    edits = conversion(subject.value) if conversion else None
    return (
        None if edits is None else unsafe(f"use {replacement}, with the fields that changed", version, *edits)
    )


def _is_same(api_version: str, kind: str, value: Mapping[str, Any]) -> bool:
    """Whether only the version changes for an object."""
    if (api_version, kind) == ("policy/v1beta1", "PodDisruptionBudget"):
        return mapping(value, "spec").get("selector") != {}
    if (
        api_version == "apps/v1beta2"
        and "template" in mapping(value, "spec")
        and "selector" not in value["spec"]
    ):
        return False
    rows = (line.partition("|") for line in _ONLY_THE_VERSION.split("\n"))
    return any(version == api_version and kind in kinds.split() for version, _, kinds in rows)


def _workload(value: Mapping[str, Any]) -> list[Edit] | None:
    """A workload of a time in which the selector came from the template's labels."""
    labels = mapping(value, "spec", "template", "metadata", "labels")
    spec = mapping(value, "spec")
    edits = [remove(_SPEC / name) for name in ("rollbackTo", "templateGeneration") if name in spec]
    if "selector" in spec:
        return edits
    return [*edits, put(_SPEC / "selector", {"matchLabels": dict(labels)})] if labels else None


def _ingress(value: Mapping[str, Any]) -> list[Edit] | None:
    """Backends name a Service and its port apart, and every path says how it is matched."""
    edits = list(_backend(mapping(value, "spec"), _SPEC, "backend"))
    if "backend" in mapping(value, "spec"):
        edits.append(rename(_SPEC / "backend", "defaultBackend"))
    for number, rule in items(value.get("spec"), "rules"):
        for place, path in items(rule.get("http"), "paths"):
            at = _SPEC / "rules" / number / "http" / "paths" / place
            if "pathType" not in path:
                edits.append(put(at / "pathType", "ImplementationSpecific"))
            edits += _backend(path, at, "backend")
    return edits


def _backend(holder: Mapping[str, Any], path: FieldPath, name: str) -> Iterator[Edit]:
    backend = mapping(holder, name)
    if "serviceName" in backend:
        port = backend.get("servicePort")
        kind = "number" if isinstance(port, int) else "name"
        service = {"name": backend["serviceName"], **({"port": {kind: port}} if port is not None else {})}
        rest = {key: one for key, one in backend.items() if key not in ("serviceName", "servicePort")}
        yield put(path / name, {**rest, "service": service})


def _autoscaler(value: Mapping[str, Any]) -> list[Edit] | None:
    """Targets of metrics have a type; only those of resources are converted."""
    edits = []
    for number, metric in items(value.get("spec"), "metrics"):
        resource = mapping(metric, "resource")
        known = {"name", "targetAverageUtilization", "targetAverageValue"}
        if metric.get("type") != "Resource" or set(resource) - known or len(resource) != len(known) - 1:
            return None
        if "targetAverageUtilization" in resource:
            target = {"type": "Utilization", "averageUtilization": resource["targetAverageUtilization"]}
        else:
            target = {"type": "AverageValue", "averageValue": resource.get("targetAverageValue")}
        made = {"name": resource.get("name"), "target": target}
        edits.append(put(_SPEC / "metrics" / number / "resource", made))
    return edits


def _priority_level(value: Mapping[str, Any]) -> list[Edit]:
    old = _SPEC / "limited" / "assuredConcurrencyShares"
    found = "assuredConcurrencyShares" in mapping(value, "spec", "limited")
    return [rename(old, "nominalConcurrencyShares")] if found else []


def _budget(_: Mapping[str, Any]) -> list[Edit]:
    """An empty selector meant no pods, and means all of them now."""
    return [remove(_SPEC / "selector")]


_CONVERSIONS: Final[Mapping[tuple[str, str], Conversion]] = {
    **{("extensions/v1beta1", kind): _workload for kind in ("DaemonSet", "Deployment", "ReplicaSet")},
    **{("apps/v1beta1", kind): _workload for kind in ("Deployment", "ReplicaSet", "StatefulSet")},
    **{
        ("apps/v1beta2", kind): _workload for kind in ("DaemonSet", "Deployment", "ReplicaSet", "StatefulSet")
    },
    ("extensions/v1beta1", "Ingress"): _ingress,
    ("networking.k8s.io/v1beta1", "Ingress"): _ingress,
    ("autoscaling/v2beta1", "HorizontalPodAutoscaler"): _autoscaler,
    ("policy/v1beta1", "PodDisruptionBudget"): _budget,
    ("flowcontrol.apiserver.k8s.io/v1beta1", "PriorityLevelConfiguration"): _priority_level,
    ("flowcontrol.apiserver.k8s.io/v1beta2", "PriorityLevelConfiguration"): _priority_level,
}
"""The fields that move, by version and kind."""
