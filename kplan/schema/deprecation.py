"""Which types a release no longer serves or warns of, and what replaces them.

The table is upstream's own lifecycle of every type; what predates it comes from the deprecation guide. Removals past
the newest release are planned, not done.

Upstream: staging/src/k8s.io/api/*/*/zz_generated.prerelease-lifecycle.go
"""

from collections.abc import Iterator
from functools import cache
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.namedtuples import NamedTuple


class Lifecycle(NamedTuple):
    """When a type was deprecated and removed, as minors of Kubernetes 1, and what replaces it."""

    deprecated: int
    removed: int
    replacement: str = ""
    """The apiVersion to use instead; empty if there is none."""

    @property
    def advice(self) -> str:
        """What to do about it."""
        return f"use {self.replacement}" if self.replacement else "nothing replaces it; remove the object"


# apiVersion | kinds | deprecated | removed | replacement
_TABLE: Final = """
apps/v1beta1|ControllerRevision Deployment ReplicaSet StatefulSet|8|16|apps/v1
apps/v1beta1|DeploymentRollback|8|16|
apps/v1beta2|ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet|9|16|apps/v1
extensions/v1beta1|DaemonSet Deployment ReplicaSet|8|16|apps/v1
extensions/v1beta1|DeploymentRollback|8|16|
extensions/v1beta1|NetworkPolicy|9|16|networking.k8s.io/v1
extensions/v1beta1|PodSecurityPolicy|11|16|
extensions/v1beta1|Ingress|14|22|networking.k8s.io/v1
admissionregistration.k8s.io/v1beta1|MutatingWebhookConfiguration ValidatingWebhookConfiguration|16|22|admissionregistration.k8s.io/v1
apiextensions.k8s.io/v1beta1|CustomResourceDefinition|16|22|apiextensions.k8s.io/v1
apiregistration.k8s.io/v1beta1|APIService|19|22|apiregistration.k8s.io/v1
authentication.k8s.io/v1beta1|TokenReview|19|22|authentication.k8s.io/v1
authorization.k8s.io/v1beta1|LocalSubjectAccessReview SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview|19|22|authorization.k8s.io/v1
certificates.k8s.io/v1beta1|CertificateSigningRequest|19|22|certificates.k8s.io/v1
coordination.k8s.io/v1beta1|Lease|19|22|coordination.k8s.io/v1
networking.k8s.io/v1beta1|Ingress IngressClass|19|22|networking.k8s.io/v1
rbac.authorization.k8s.io/v1alpha1|ClusterRole ClusterRoleBinding Role RoleBinding|17|22|rbac.authorization.k8s.io/v1
rbac.authorization.k8s.io/v1beta1|ClusterRole ClusterRoleBinding Role RoleBinding|17|22|rbac.authorization.k8s.io/v1
scheduling.k8s.io/v1alpha1|PriorityClass|14|22|scheduling.k8s.io/v1
scheduling.k8s.io/v1beta1|PriorityClass|14|22|scheduling.k8s.io/v1
storage.k8s.io/v1beta1|CSIDriver StorageClass VolumeAttachment|19|22|storage.k8s.io/v1
storage.k8s.io/v1beta1|CSINode|17|22|storage.k8s.io/v1
storage.k8s.io/v1alpha1|CSIStorageCapacity VolumeAttachment|21|24|storage.k8s.io/v1
autoscaling/v2beta1|HorizontalPodAutoscaler|22|25|autoscaling/v2
batch/v1beta1|CronJob|21|25|batch/v1
discovery.k8s.io/v1beta1|EndpointSlice|21|25|discovery.k8s.io/v1
events.k8s.io/v1beta1|Event|22|25|events.k8s.io/v1
node.k8s.io/v1beta1|RuntimeClass|22|25|node.k8s.io/v1
policy/v1beta1|Eviction PodDisruptionBudget|21|25|policy/v1
policy/v1beta1|PodSecurityPolicy|21|25|
autoscaling/v2beta2|HorizontalPodAutoscaler|23|26|autoscaling/v2
flowcontrol.apiserver.k8s.io/v1beta1|FlowSchema PriorityLevelConfiguration|23|26|flowcontrol.apiserver.k8s.io/v1
storage.k8s.io/v1beta1|CSIStorageCapacity|24|27|storage.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta2|FlowSchema PriorityLevelConfiguration|26|29|flowcontrol.apiserver.k8s.io/v1
admissionregistration.k8s.io/v1alpha1|ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding|29|32|admissionregistration.k8s.io/v1
authentication.k8s.io/v1alpha1|SelfSubjectReview|29|32|authentication.k8s.io/v1
flowcontrol.apiserver.k8s.io/v1beta3|FlowSchema PriorityLevelConfiguration|29|32|flowcontrol.apiserver.k8s.io/v1
authentication.k8s.io/v1beta1|SelfSubjectReview|30|33|authentication.k8s.io/v1
admissionregistration.k8s.io/v1beta1|ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding|31|34|admissionregistration.k8s.io/v1
resource.k8s.io/v1alpha3|DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice|32|34|resource.k8s.io/v1
storage.k8s.io/v1alpha1|VolumeAttributesClass|32|35|storage.k8s.io/v1
storagemigration.k8s.io/v1alpha1|StorageVersionMigration|35|35|storagemigration.k8s.io/v1beta1
certificates.k8s.io/v1alpha1|ClusterTrustBundle|34|37|certificates.k8s.io/v1beta1
networking.k8s.io/v1beta1|IPAddress ServiceCIDR|34|37|networking.k8s.io/v1
storage.k8s.io/v1beta1|VolumeAttributesClass|34|37|storage.k8s.io/v1
admissionregistration.k8s.io/v1alpha1|MutatingAdmissionPolicy MutatingAdmissionPolicyBinding|35|38|admissionregistration.k8s.io/v1
coordination.k8s.io/v1alpha2|LeaseCandidate|35|38|coordination.k8s.io/v1beta1
resource.k8s.io/v1beta1|DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice|35|38|resource.k8s.io/v1
resource.k8s.io/v1beta2|DeviceClass ResourceClaim ResourceClaimTemplate ResourceSlice|36|39|resource.k8s.io/v1
resource.k8s.io/v1alpha3|DeviceTaintRule|36|39|resource.k8s.io/v1beta2
admissionregistration.k8s.io/v1beta1|MutatingAdmissionPolicy MutatingAdmissionPolicyBinding|37|40|admissionregistration.k8s.io/v1
certificates.k8s.io/v1beta1|ClusterTrustBundle|37|40|certificates.k8s.io/v1
"""


# component | removed in | apiVersion | kinds | replacement
_OF_OTHERS: Final = """
cert-manager|0.11|certmanager.k8s.io/v1alpha1|Certificate CertificateRequest ClusterIssuer Issuer|cert-manager.io/v1
cert-manager|0.11|certmanager.k8s.io/v1alpha1|Challenge Order|acme.cert-manager.io/v1
cert-manager|1.6|cert-manager.io/v1alpha2|Certificate CertificateRequest ClusterIssuer Issuer|cert-manager.io/v1
cert-manager|1.6|cert-manager.io/v1alpha3|Certificate CertificateRequest ClusterIssuer Issuer|cert-manager.io/v1
cert-manager|1.6|cert-manager.io/v1beta1|Certificate CertificateRequest ClusterIssuer Issuer|cert-manager.io/v1
cert-manager|1.6|acme.cert-manager.io/v1alpha2|Challenge Order|acme.cert-manager.io/v1
cert-manager|1.6|acme.cert-manager.io/v1alpha3|Challenge Order|acme.cert-manager.io/v1
cert-manager|1.6|acme.cert-manager.io/v1beta1|Challenge Order|acme.cert-manager.io/v1
Istio|1.6|authentication.istio.io/v1alpha1|MeshPolicy Policy|security.istio.io/v1
Istio|1.6|rbac.istio.io/v1alpha1|ClusterRbacConfig RbacConfig ServiceRole ServiceRoleBinding|security.istio.io/v1
"""


class Removed(NamedTuple):
    """A custom type that its own project serves no longer."""

    component: str
    version: str
    """The first version of the component without it."""
    replacement: str
    """The apiVersion to use instead."""


def removed_by_others(gvk: GroupVersionKind) -> Removed | None:
    """Since when a well-known custom type is no longer served by the project that defined it; None for all others."""
    return _removed().get(gvk)


@cache
def _removed() -> dict[GroupVersionKind, Removed]:
    rows = (line.split("|") for line in _OF_OTHERS.strip().splitlines())
    return {
        GroupVersionKind.of(api_version, kind): Removed(component, version, replacement)
        for component, version, api_version, kinds, replacement in rows
        for kind in kinds.split()
    }


def lifecycle_of(gvk: GroupVersionKind) -> Lifecycle | None:
    """When a type was deprecated and removed; None for types that are neither, and for unknown ones."""
    return _lifecycles().get(gvk)


def kinds_removed(minor: int) -> frozenset[str]:
    """The kinds of which a version is not served in 1.``minor``."""
    return frozenset(gvk.kind for gvk, lifecycle in _lifecycles().items() if lifecycle.removed <= minor)


@cache
def _lifecycles() -> dict[GroupVersionKind, Lifecycle]:
    return dict(_rows())


def _rows() -> Iterator[tuple[GroupVersionKind, Lifecycle]]:
    for line in _TABLE.strip().splitlines():
        api_version, kinds, deprecated, removed, replacement = line.split("|")
        for kind in kinds.split():
            yield (
                GroupVersionKind.of(api_version, kind),
                Lifecycle(int(deprecated), int(removed), replacement),
            )
