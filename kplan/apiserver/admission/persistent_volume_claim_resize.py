"""PersistentVolumeClaimResize: a claim grows only where its class can grow volumes.

Upstream: plugin/pkg/admission/storage/persistentvolume/resize/admission.go
"""

from kplan.api.object import Json
from kplan.api.quantity import Quantity
from kplan.api.storageclasses import class_of
from kplan.apiserver.attributes import Attributes, Operation


class PersistentVolumeClaimResize:
    """Checks the growth of claims."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse growth of an unbound claim, or of one whose class does not allow it."""
        old, new = attributes.old_object, attributes.object
        if (
            not attributes.is_for("", "persistentvolumeclaims")
            or attributes.operation is not Operation.UPDATE
        ):
            return
        if old is None or not _size(old) < _size(new):
            return
        if (old.get("status") or {}).get("phase") != "Bound":
            raise attributes.forbidden("Only bound persistent volume claims can be expanded")
        name = class_of(new)
        found = (
            attributes.find("storage.k8s.io", "StorageClass", "", name)
            if name and name == class_of(old)
            else None
        )
        if found is None or not found.get("allowVolumeExpansion"):
            raise attributes.forbidden(
                "only dynamically provisioned pvc can be resized and "
                "the storageclass that provisions the pvc must support resize"
            )


def _size(claim: Json) -> Quantity:
    requests = ((claim.get("spec") or {}).get("resources") or {}).get("requests") or {}
    return Quantity.parse(requests.get("storage") or "0")
