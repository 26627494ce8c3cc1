"""Which typed view reads which kind."""

from collections.abc import Mapping
from typing import Final

from kplan.api import (
    apiextensions,
    apps,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    networking,
    policy,
    rbac,
    resource,
    scheduling,
    storage,
)
from kplan.api.gvk import GroupVersionKind
from kplan.api.meta import Resource
from kplan.api.object import Json, Object

_GROUPS: Final = {
    "v1": (
        core.Pod, core.PodTemplate, core.ReplicationController, core.Service, core.Endpoints, core.ConfigMap,
        core.Secret, core.Namespace, core.Node, core.PersistentVolume, core.PersistentVolumeClaim,
        core.ServiceAccount, core.ResourceQuota, core.LimitRange, core.Event,
    ),
    "apiextensions.k8s.io/v1": (apiextensions.CustomResourceDefinition,),
    "apps/v1": (apps.Deployment, apps.ReplicaSet, apps.StatefulSet, apps.DaemonSet, apps.ControllerRevision),
    "batch/v1": (batch.Job, batch.CronJob),
    "certificates.k8s.io/v1": (certificates.CertificateSigningRequest,),
    "coordination.k8s.io/v1": (coordination.Lease,),
    "discovery.k8s.io/v1": (discovery.EndpointSlice,),
    "resource.k8s.io/v1": (resource.ResourceSlice,),
    "policy/v1": (policy.PodDisruptionBudget,),
    "autoscaling/v2": (autoscaling.HorizontalPodAutoscaler,),
    "scheduling.k8s.io/v1": (scheduling.PriorityClass,),
    "storage.k8s.io/v1": (
        storage.StorageClass, storage.VolumeAttributesClass, storage.CSINode, storage.CSIDriver,
        storage.CSIStorageCapacity,
    ),
    "networking.k8s.io/v1": (
        networking.Ingress, networking.IngressClass, networking.NetworkPolicy, networking.ServiceCIDR,
        networking.IPAddress,
    ),
    "rbac.authorization.k8s.io/v1": (rbac.Role, rbac.ClusterRole, rbac.RoleBinding, rbac.ClusterRoleBinding),
}  # fmt: skip

VIEWS: Final[Mapping[GroupVersionKind, type[Resource]]] = {
    GroupVersionKind.of(api_version, view.__name__): view
    for api_version, views in _GROUPS.items()
    for view in views
}
"""The view of each kind that has one."""


def view_of(value: Json) -> Resource | None:
    """The typed view of an object; None if its kind has none."""
    one = Object(value)
    model = VIEWS.get(one.gvk)
    return one.view(model) if model else None
