"""What admission fills in on every cluster, for a check that has no cluster.

Upstream: plugin/pkg/admission/serviceaccount/admission.go
"""

from typing import Final

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
