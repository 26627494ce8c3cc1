"""StorageObjectInUseProtection: volumes, claims and volume attributes classes get a finalizer that
protects them while in use.

Upstream: plugin/pkg/admission/storage/storageobjectinuseprotection/admission.go
"""

from typing import Final

from kplan.apiserver.attributes import Attributes, Operation

_FINALIZERS: Final = {
    ("", "persistentvolumes"): "kubernetes.io/pv-protection",
    ("", "persistentvolumeclaims"): "kubernetes.io/pvc-protection",
    ("storage.k8s.io", "volumeattributesclasses"): "kubernetes.io/vac-protection",
}


class StorageObjectInUseProtection:
    """Adds the protecting finalizers."""

    def admit(self, attributes: Attributes) -> None:
        """Add the kind's finalizer to a new object."""
        finalizer = _FINALIZERS.get((attributes.gvk.group, attributes.resource))
        if finalizer is None or attributes.subresource or attributes.operation is not Operation.CREATE:
            return
        metadata = attributes.object["metadata"]
        finalizers = metadata.get("finalizers") or []
        if finalizer not in finalizers:
            metadata["finalizers"] = [*finalizers, finalizer]
