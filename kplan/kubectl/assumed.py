"""What a check without a cluster assumes: what admission fills in on every cluster, and addresses that may exist.

Upstream: plugin/pkg/admission/serviceaccount/admission.go
Upstream: openshift-kube-apiserver/admission/customresourcevalidation/securitycontextconstraints/defaulting_scc.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Chain, Operation

_CONSTRAINTS: Final[Json] = {
    **dict.fromkeys(("priority", "defaultAddCapabilities", "requiredDropCapabilities", "allowedCapabilities")),
    **dict.fromkeys(
        (
            "allowPrivilegedContainer", "allowHostDirVolumePlugin", "allowHostNetwork", "allowHostPorts", "allowHostPID",
            "allowHostIPC", "readOnlyRootFilesystem",
        ),
        False,
    ),
    "volumes": ["*"],
}  # fmt: skip


class DefaultAccount:
    """Gives pods that name no service account the one that every namespace has."""

    def admit(self, attributes: Attributes) -> None:
        """Set the account, which validation wants if a pod mounts a token."""
        if not attributes.is_for("", "pods") or attributes.operation is not Operation.CREATE:
            return
        spec = attributes.object.get("spec") or {}
        if not spec.get("serviceAccountName"):
            spec["serviceAccountName"] = spec["serviceAccount"] = "default"


class DefaultConstraints:
    """Fills in the fields of SecurityContextConstraints that their definition requires, as OpenShift does,
    which alone has the kind.
    """

    def admit(self, attributes: Attributes) -> None:
        """Give absent fields the values that they have when OpenShift writes the object again."""
        if attributes.is_for("security.openshift.io", "securitycontextconstraints"):
            for name, value in _CONSTRAINTS.items():
                attributes.object.setdefault(name, value)


class NamespaceLabels:
    """Reads the levels of the Pod Security Standards that a namespace asks for, which need no pods to be wrong."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse labels that name no level or no version. Raises StatusError 422."""
        if attributes.creates("", "namespaces"):
            from kplan.apiserver.admission.pod_security import refuse_labels  # noqa: PLC0415 - few are namespaces

            refuse_labels(attributes)


ASSUMED: Final = Chain((DefaultAccount(), DefaultConstraints()), (NamespaceLabels(),))

ANY_ADDRESS: Final[Json] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "ServiceCIDR",
    "metadata": {"name": "kubernetes"},
    "spec": {"cidrs": ["0.0.0.0/0", "::/0"]},
}
"""Service ranges that hold whatever a Service asks for: which families and ranges there are, the cluster decides."""
