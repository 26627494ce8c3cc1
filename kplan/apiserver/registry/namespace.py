"""What the server does to Namespaces: their finalizer, their label, and a deletion in two steps.

Upstream: pkg/registry/core/namespace/{strategy,storage/storage}.go
"""

from datetime import datetime
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import deletion, names
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.registry.strategy import Context, Strategy, keep_status, no_errors, only_status
from kplan.apiserver.validation import core_config as validation

_FINALIZER: Final = "kubernetes"


def create(namespace: Json, _context: Context) -> None:
    """Start active, with the finalizer that empties it before it goes."""
    namespace["status"] = {"phase": "Active"}
    spec = namespace.setdefault("spec", {})
    finalizers = spec.get("finalizers") or []
    if _FINALIZER not in finalizers:
        spec["finalizers"] = [*finalizers, _FINALIZER]


def update(new: Json, old: Json, context: Context) -> None:
    """Keep status and spec: finalizers have a subresource of their own."""
    keep_status(new, old, context)
    finalizers = (old.get("spec") or {}).get("finalizers")
    spec = new.setdefault("spec", {})
    spec.pop("finalizers", None)
    if finalizers:
        spec["finalizers"] = finalizers


def finalize(new: Json, old: Json, context: Context) -> None:
    """Prepare the subresource through which finalizers go."""
    keep_status(new, old, context)


def canonicalize(namespace: Json) -> None:
    """Label a namespace with its name."""
    metadata = namespace["metadata"]
    metadata["labels"] = {
        **(metadata.get("labels") or {}),
        "kubernetes.io/metadata.name": metadata.get("name") or "",
    }


def delete(namespace: Json, options: DeleteOptions, now: datetime) -> Json | None:
    """Mark for deletion first; remove only without finalizers."""
    metadata, spec = namespace["metadata"], namespace.get("spec") or {}
    if metadata.get("deletionTimestamp") is None:
        marked = {**metadata, "deletionTimestamp": names.timestamp(now)}
        finalizers = deletion.finalizers_for_garbage_collection(metadata, options, "Background")
        marked.pop("finalizers", None)
        if finalizers:
            marked["finalizers"] = finalizers
        return {
            **namespace,
            "metadata": marked,
            "status": {**(namespace.get("status") or {}), "phase": "Terminating"},
        }
    if spec.get("finalizers"):
        return namespace
    return deletion.after_delete(namespace, options, now, graceful=False, default_propagation="Background")


def may_be_removed(namespace: Json) -> bool:
    """Whether the finalizers of the spec are gone."""
    return not (namespace.get("spec") or {}).get("finalizers")


STRATEGIES: Final = (
    Strategy(
        "",
        "Namespace",
        validation.validate_namespace,
        validation.validate_namespace_update,
        prepare_for_create=create,
        prepare_for_update=update,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_namespace_status_update,
        subresources={"finalize": (finalize, no_errors)},
        canonicalize=canonicalize,
        delete_hook=delete,
        may_be_removed=may_be_removed,
    ),
)
