"""Admission: the plug-ins that are enabled by default, in upstream's order; all that mutate run
before all that validate.

Upstream: pkg/kubeapiserver/options/plugins.go
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from kplan.apiserver.admission.certificate_approval import CertificateApproval
from kplan.apiserver.admission.certificate_signing import CertificateSigning
from kplan.apiserver.admission.certificate_subject_restriction import CertificateSubjectRestriction
from kplan.apiserver.admission.default_ingress_class import DefaultIngressClass
from kplan.apiserver.admission.default_storage_class import DefaultStorageClass
from kplan.apiserver.admission.default_toleration_seconds import DefaultTolerationSeconds
from kplan.apiserver.admission.limit_ranger import LimitRanger
from kplan.apiserver.admission.namespace_lifecycle import NamespaceLifecycle
from kplan.apiserver.admission.node_declared_feature_validator import NodeDeclaredFeatureValidator
from kplan.apiserver.admission.persistent_volume_claim_resize import PersistentVolumeClaimResize
from kplan.apiserver.admission.pod_resize_validator import PodResizeValidator
from kplan.apiserver.admission.pod_security import PodSecurity
from kplan.apiserver.admission.pod_topology_labels import PodTopologyLabels
from kplan.apiserver.admission.priority import Priority
from kplan.apiserver.admission.resource_quota import ResourceQuota
from kplan.apiserver.admission.runtime_class import RuntimeClass
from kplan.apiserver.admission.service_account import ServiceAccount
from kplan.apiserver.admission.storage_object_in_use_protection import StorageObjectInUseProtection
from kplan.apiserver.admission.taint_nodes_by_condition import TaintNodesByCondition
from kplan.apiserver.attributes import Chain, MutatingPlugin, ValidatingPlugin
from kplan.apiserver.deferral import WhereUsed
from kplan.schema import releases

MUTATING: Final[Sequence[MutatingPlugin]] = (
    NamespaceLifecycle(),
    LimitRanger(),
    ServiceAccount(),
    TaintNodesByCondition(),
    Priority(),
    DefaultTolerationSeconds(),
    DefaultStorageClass(),
    StorageObjectInUseProtection(),
    RuntimeClass(),
    DefaultIngressClass(),
    PodTopologyLabels(),
    WhereUsed("MutatingAdmissionPolicy", "mutating_admission_policy", "MutatingAdmissionPolicy"),
    WhereUsed("MutatingAdmissionWebhook", "mutating_admission_webhook", "MutatingWebhookConfiguration"),
)

VALIDATING: Final[Sequence[ValidatingPlugin]] = (
    LimitRanger(),
    ServiceAccount(),
    PodSecurity(),
    Priority(),
    PersistentVolumeClaimResize(),
    RuntimeClass(),
    CertificateApproval(),
    CertificateSigning(),
    CertificateSubjectRestriction(),
    NodeDeclaredFeatureValidator(),
    PodResizeValidator(),
    WhereUsed("ValidatingAdmissionPolicy", "validating_admission_policy", "ValidatingAdmissionPolicy"),
    WhereUsed("ValidatingAdmissionWebhook", "validating_admission_webhook", "ValidatingWebhookConfiguration"),
    ResourceQuota(),
)

ENABLED: Final = Chain(MUTATING, VALIDATING)
"""The plug-ins of the default release."""


def enabled(version: str) -> Chain:
    """The plug-ins of a release such as ``1.34``."""
    return ENABLED if version == releases.DEFAULT else _older(version)


@cache
def _older(version: str) -> Chain:
    from kplan.schema.changes.behaviours import Behaviour, behaviours_of  # noqa: PLC0415 - other releases alone

    since: Mapping[type, Behaviour] = {
        PodTopologyLabels: Behaviour.POD_TOPOLOGY_LABELS,
        NodeDeclaredFeatureValidator: Behaviour.NODE_DECLARED_FEATURES,
        PodResizeValidator: Behaviour.POD_RESIZE_VALIDATOR,
    }
    gone = {kind for kind, behaviour in since.items() if behaviour not in behaviours_of(version)}
    return Chain(
        (one for one in MUTATING if type(one) not in gone),
        (one for one in VALIDATING if type(one) not in gone),
    )
