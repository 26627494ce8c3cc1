"""Admission: the plug-ins that are enabled by default, in upstream's order; all that mutate run before all that validate.

Upstream: pkg/kubeapiserver/options/plugins.go
"""

from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final

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
from kplan.apiserver.attributes import Attributes, Chain, MutatingPlugin, ValidatingPlugin


class WhereUsed:
    """A plug-in that asks policies or webhooks; it and CEL are imported where a state has objects of its kind."""

    def __init__(self, name: str, module: str, kind: str) -> None:
        self._name, self._module, self._kind = name, module, kind

    def admit(self, attributes: Attributes) -> None:
        """Have them change the object. Raises StatusError."""
        if self._is_used(attributes):
            self._plugin().admit(attributes)

    def validate(self, attributes: Attributes) -> None:
        """Have them judge the object. Raises StatusError."""
        if self._is_used(attributes):
            self._plugin().validate(attributes)

    def _is_used(self, attributes: Attributes) -> bool:
        return bool(attributes.store.list("admissionregistration.k8s.io", self._kind))

    def _plugin(self) -> Any:
        return getattr(import_module(f"{__name__}.{self._module}"), self._name)()


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
