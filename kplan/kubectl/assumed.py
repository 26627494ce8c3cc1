"""What a check takes for granted that has no cluster: what admission fills in on every one, and addresses that some may have.

Upstream: plugin/pkg/admission/serviceaccount/admission.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Chain, Operation


class DefaultAccount:
    """Gives pods that name no service account the one that every namespace has."""

    def admit(self, attributes: Attributes) -> None:
        """Set the account, which validation wants where a pod mounts a token."""
        if not attributes.is_for("", "pods") or attributes.operation is not Operation.CREATE:
            return
        spec = attributes.object.get("spec") or {}
        if not spec.get("serviceAccountName"):
            spec["serviceAccountName"] = spec["serviceAccount"] = "default"


ASSUMED: Final = Chain((DefaultAccount(),), ())

ANY_ADDRESS: Final[Json] = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "ServiceCIDR",
    "metadata": {"name": "kubernetes"},
    "spec": {"cidrs": ["0.0.0.0/0", "::/0"]},
}
"""Service ranges that hold whatever a Service asks for: which families and ranges there are, the cluster decides."""
