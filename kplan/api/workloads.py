"""Which kinds carry a pod template, and where: the one place that knows the way from an object to its pods."""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.walk import mapping, text, texts
from kplan.fieldpath import ROOT, FieldPath
from kplan.namedtuples import NamedTuple

_TEMPLATE = FieldPath.of("spec", "template")
_TEMPLATES: Final[Mapping[str, FieldPath]] = {
    "Pod": ROOT,
    "ReplicationController": _TEMPLATE,
    "Deployment.apps": _TEMPLATE,
    "ReplicaSet.apps": _TEMPLATE,
    "StatefulSet.apps": _TEMPLATE,
    "DaemonSet.apps": _TEMPLATE,
    "Job.batch": _TEMPLATE,
    "CronJob.batch": FieldPath.of("spec", "jobTemplate", "spec", "template"),
    "PodTemplate": FieldPath.of("template"),
}
POD_OWNERS: Final = frozenset(_TEMPLATES)
"""Every kind that is or makes pods, as group kinds (``Deployment.apps``)."""

_MOVED: Final[Mapping[tuple[str, str], str]] = {
    ("extensions", "Deployment"): "Deployment.apps",
    ("extensions", "DaemonSet"): "DaemonSet.apps",
    ("extensions", "ReplicaSet"): "ReplicaSet.apps",
    ("extensions", "Ingress"): "Ingress.networking.k8s.io",
    ("extensions", "NetworkPolicy"): "NetworkPolicy.networking.k8s.io",
}


class PodTemplate(NamedTuple):
    """A pod, or the template of pods, inside an object."""

    path: FieldPath
    value: Mapping[str, Any]

    @property
    def spec(self) -> Mapping[str, Any]:
        """The pod's spec."""
        return mapping(self.value, "spec")

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels its pods carry; values that are no texts are left out."""
        return texts(self.value, "metadata", "labels")


def group_kind(value: Mapping[str, Any]) -> str:
    """``Deployment.apps``; types that moved out of ``extensions`` count as what they are now."""
    gvk = GroupVersionKind.of(text(value, "apiVersion"), text(value, "kind"))
    return _MOVED.get((gvk.group, gvk.kind)) or gvk.group_kind


def custom_template(value: Mapping[str, Any]) -> PodTemplate | None:
    """The pod template of a custom resource that has one where workloads have it, as Argo's Rollout does."""
    template = mapping(value, "spec", "template")
    return PodTemplate(_TEMPLATE, template) if mapping(template, "spec").get("containers") else None


def pod_template(value: Mapping[str, Any], kind: str) -> PodTemplate | None:
    """The pod template of an object of the group kind; None if the kind has none."""
    path = _TEMPLATES.get(kind)
    if path is None:
        return None
    return PodTemplate(path, mapping(value, *(str(step) for step in path.steps)))
