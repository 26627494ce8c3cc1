"""DefaultStorageClass: a claim that names no class gets the cluster's default one.

Upstream: plugin/pkg/admission/storage/storageclass/setdefault/admission.go
"""

from kplan.api.storageclasses import CLASS_ANNOTATION, default_class
from kplan.apiserver.attributes import Attributes, Operation


class DefaultStorageClass:
    """Gives claims a class."""

    def admit(self, attributes: Attributes) -> None:
        """Set the newest default class; of equally old ones the first by name."""
        if (
            not attributes.is_for("", "persistentvolumeclaims")
            or attributes.operation is not Operation.CREATE
        ):
            return
        claim = attributes.object
        spec = claim.setdefault("spec", {})
        if "storageClassName" in spec or CLASS_ANNOTATION in (claim["metadata"].get("annotations") or {}):
            return
        name = default_class(attributes.store.list("storage.k8s.io", "StorageClass"))
        if name:
            spec["storageClassName"] = name
