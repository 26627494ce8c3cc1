"""Defaulting: what the server fills in where a manifest says nothing, one file per API group.

Upstream: pkg/apis/*/v*/defaults.go
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Final

from kplan.api.object import Json

HOMES: Final[Mapping[tuple[str, str], str]] = {
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy"): "admissionregistration",
    ("admissionregistration.k8s.io/v1", "MutatingAdmissionPolicyBinding"): "admissionregistration",
    ("admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"): "admissionregistration",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy"): "admissionregistration",
    ("admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding"): "admissionregistration",
    ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"): "admissionregistration",
    ("apiextensions.k8s.io/v1", "CustomResourceDefinition"): "apiextensions",
    ("apiregistration.k8s.io/v1", "APIService"): "apiregistration",
    ("apps/v1", "DaemonSet"): "apps",
    ("apps/v1", "Deployment"): "apps",
    ("apps/v1", "ReplicaSet"): "apps",
    ("apps/v1", "StatefulSet"): "apps",
    ("autoscaling/v1", "HorizontalPodAutoscaler"): "autoscaling",
    ("autoscaling/v2", "HorizontalPodAutoscaler"): "autoscaling",
    ("batch/v1", "CronJob"): "batch",
    ("batch/v1", "Job"): "batch",
    ("discovery.k8s.io/v1", "EndpointSlice"): "discovery",
    ("flowcontrol.apiserver.k8s.io/v1", "FlowSchema"): "flowcontrol",
    ("flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration"): "flowcontrol",
    ("networking.k8s.io/v1", "IngressClass"): "networking",
    ("networking.k8s.io/v1", "NetworkPolicy"): "networking",
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"): "rbac",
    ("rbac.authorization.k8s.io/v1", "RoleBinding"): "rbac",
    ("resource.k8s.io/v1", "ResourceClaim"): "resource",
    ("resource.k8s.io/v1", "ResourceClaimTemplate"): "resource",
    ("resource.k8s.io/v1", "ResourceSlice"): "resource",
    ("scheduling.k8s.io/v1", "PriorityClass"): "scheduling",
    ("storage.k8s.io/v1", "CSIDriver"): "storage",
    ("storage.k8s.io/v1", "StorageClass"): "storage",
    ("storage.k8s.io/v1", "VolumeAttachment"): "storage",
    ("v1", "Endpoints"): "core",
    ("v1", "LimitRange"): "core",
    ("v1", "Namespace"): "core",
    ("v1", "Node"): "core",
    ("v1", "PersistentVolume"): "core",
    ("v1", "PersistentVolumeClaim"): "core",
    ("v1", "Pod"): "pod",
    ("v1", "PodTemplate"): "core",
    ("v1", "ReplicationController"): "core",
    ("v1", "ResourceQuota"): "core",
    ("v1", "Secret"): "core",
    ("v1", "Service"): "core",
}
"""The module with the defaults of each kind, loaded for the first object of that kind."""


def default(obj: Json) -> None:
    """Fill a freshly decoded object in place, in the version it is written in."""
    function = _function(obj["apiVersion"], obj["kind"])
    if function is not None:
        function(obj)


@lru_cache(maxsize=1024)
def _function(api_version: str, kind: str) -> Callable[[Json], None] | None:
    home = HOMES.get((api_version, kind))
    if home is None:
        return None
    function: Callable[[Json], None] = import_module(f"{__name__}.{home}").DEFAULTS[api_version, kind]
    return function
