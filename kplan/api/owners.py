"""Who owns whom: controller references, and what a controller claims, adopts and releases.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/controller_ref.go, pkg/controller/controller_ref_manager.go
"""

from collections.abc import Sequence
from enum import Enum

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json


class Claim(Enum):
    """What a controller does with an object it looks at."""

    KEEP = "keep"
    ADOPT = "adopt"
    RELEASE = "release"
    IGNORE = "ignore"


def owners_of(value: Json) -> Sequence[Json]:
    """metadata.ownerReferences."""
    return value["metadata"].get("ownerReferences") or ()


def controller_of(value: Json) -> Json | None:
    """The owner reference that names the object's controller, or None."""
    for reference in owners_of(value):
        if reference.get("controller"):
            return reference
    return None


def is_controlled_by(value: Json, owner: Json) -> bool:
    """Whether the owner is the object's controller, by uid."""
    reference = controller_of(value)
    return reference is not None and reference.get("uid") == owner["metadata"].get("uid")


def new_controller_ref(owner: Json) -> Json:
    """A controller reference to the owner, which also blocks its foreground deletion."""
    return {**new_owner_ref(owner), "controller": True, "blockOwnerDeletion": True}


def new_owner_ref(owner: Json) -> Json:
    """A plain reference to the owner."""
    metadata = owner["metadata"]
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": metadata["name"],
        "uid": metadata.get("uid", ""),
    }


def owner_key(reference: Json, namespace: str) -> ObjectKey:
    """The key an owner reference of an object in this namespace points to."""
    group = str(reference.get("apiVersion") or "").rpartition("/")[0]
    return ObjectKey(group, str(reference.get("kind")), namespace, str(reference.get("name")))


def claim(value: Json, owner: Json, matches: bool) -> Claim:
    """Decide on one object: its labels match the owner's selector, or do not."""
    reference = controller_of(value)
    dying = owner["metadata"].get("deletionTimestamp") is not None
    if reference is not None:
        if reference.get("uid") != owner["metadata"].get("uid"):
            return Claim.IGNORE
        if matches:
            return Claim.KEEP
        return Claim.IGNORE if dying else Claim.RELEASE
    if dying or not matches or value["metadata"].get("deletionTimestamp") is not None:
        return Claim.IGNORE
    return Claim.ADOPT


def with_owner(value: Json, reference: Json) -> Json:
    """The object with one more owner reference."""
    return {**value, "metadata": {**value["metadata"], "ownerReferences": [*owners_of(value), reference]}}


def without_owner(value: Json, uid: str) -> Json:
    """The object without its references to this uid."""
    references = [ref for ref in owners_of(value) if ref.get("uid") != uid]
    metadata = {key: item for key, item in value["metadata"].items() if key != "ownerReferences"}
    if references:
        metadata["ownerReferences"] = references
    return {**value, "metadata": metadata}
