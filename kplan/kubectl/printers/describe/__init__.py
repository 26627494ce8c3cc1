"""Objects as ``kubectl describe`` shows them: one describer a kind, one roster, and one for all other kinds.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.describe import (
    addresses,
    certificatesigningrequest,
    configuration,
    daemonset,
    deployment,
    disruption,
    endpoints,
    generic,
    horizontalpodautoscaler,
    ingress,
    job,
    networkpolicy,
    node,
    persistentvolume,
    pod,
    quota,
    rbac,
    replicas,
    service,
    serviceaccount,
    statefulset,
    storageclass,
)
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Describer, Scene, list_order

ROSTER: Final[Mapping[tuple[str, str], Describer]] = {
    ("", "Pod"): pod.pod,
    ("", "ReplicationController"): replicas.replication_controller,
    ("", "Service"): service.service,
    ("", "Endpoints"): endpoints.endpoints,
    ("", "ConfigMap"): configuration.config_map,
    ("", "Secret"): configuration.secret,
    ("", "ServiceAccount"): serviceaccount.service_account,
    ("", "PersistentVolume"): persistentvolume.persistent_volume,
    ("", "PersistentVolumeClaim"): persistentvolume.persistent_volume_claim,
    ("", "Node"): node.node,
    ("", "Namespace"): quota.namespace,
    ("", "ResourceQuota"): quota.resource_quota,
    ("", "LimitRange"): quota.limit_range,
    ("", "Event"): generic.event,
    ("apps", "Deployment"): deployment.deployment,
    ("apps", "ReplicaSet"): replicas.replica_set,
    ("apps", "StatefulSet"): statefulset.stateful_set,
    ("apps", "DaemonSet"): daemonset.daemon_set,
    ("batch", "Job"): job.job,
    ("batch", "CronJob"): job.cron_job,
    ("autoscaling", "HorizontalPodAutoscaler"): horizontalpodautoscaler.horizontal_pod_autoscaler,
    ("policy", "PodDisruptionBudget"): disruption.pod_disruption_budget,
    ("scheduling.k8s.io", "PriorityClass"): disruption.priority_class,
    ("discovery.k8s.io", "EndpointSlice"): endpoints.endpoint_slice,
    ("networking.k8s.io", "Ingress"): ingress.ingress,
    ("networking.k8s.io", "IngressClass"): ingress.ingress_class,
    ("networking.k8s.io", "NetworkPolicy"): networkpolicy.network_policy,
    ("networking.k8s.io", "ServiceCIDR"): addresses.service_cidr,
    ("networking.k8s.io", "IPAddress"): addresses.ip_address,
    (
        "certificates.k8s.io",
        "CertificateSigningRequest",
    ): certificatesigningrequest.certificate_signing_request,
    ("storage.k8s.io", "StorageClass"): storageclass.storage_class,
    ("storage.k8s.io", "VolumeAttributesClass"): storageclass.volume_attributes_class,
    ("storage.k8s.io", "CSINode"): storageclass.csi_node,
    ("rbac.authorization.k8s.io", "Role"): rbac.role,
    ("rbac.authorization.k8s.io", "ClusterRole"): rbac.role,
    ("rbac.authorization.k8s.io", "RoleBinding"): rbac.binding,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): rbac.binding,
}

__all__ = ["ROSTER", "Page", "Scene", "describe", "list_order"]


def describe(value: Json, scene: Scene) -> str:
    """The whole text about one object."""
    page = Page()
    key = (str(value["apiVersion"]).rpartition("/")[0], str(value["kind"]))
    ROSTER.get(key, generic.generic)(value, page, scene)
    return page.text()
