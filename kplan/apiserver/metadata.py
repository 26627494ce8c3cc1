"""What happens to an object's metadata on every write, whatever its kind.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/{meta,update}.go, .../pkg/endpoints/handlers/rest.go
"""

from typing import Final

from kplan.api.object import Json

_SYSTEM_FIELDS: Final = (
    "creationTimestamp",
    "uid",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
    "selfLink",
)


def drop_repeated_owners(obj: Json, warnings: list[str], *, after_admission: bool = False) -> None:
    """Remove duplicate owner references, with a warning."""
    references = obj["metadata"].get("ownerReferences")
    if not references or len(references) == 1:
        return
    kept: list[Json] = []
    dropped = []
    for reference in references:
        if reference in kept:
            dropped.append(reference.get("uid") or "")
        else:
            kept.append(reference)
    if dropped:
        obj["metadata"]["ownerReferences"] = kept
        when = " after mutating admission happens" if after_admission else ""
        warnings.append(
            f".metadata.ownerReferences contains duplicate entries{when}; API server dedups owner references in 1.20+, "
            "and may reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: "
            + ", ".join(dropped)
        )


def wipe_system_fields(obj: Json) -> None:
    """Remove the fields of a new object that only the server sets."""
    for name in _SYSTEM_FIELDS:
        obj["metadata"].pop(name, None)


def before_update(new: Json, old: Json) -> None:
    """Take the generation from the old object; clients cannot set it."""
    _take(new, old, "generation")


def keep_system_fields(new: Json, old: Json) -> None:
    """Keep the fields that an update may leave out or cannot change."""
    metadata, previous = new["metadata"], old["metadata"]
    if not metadata.get("uid") and previous.get("uid"):
        metadata["uid"] = previous["uid"]
    if previous.get("creationTimestamp"):
        metadata["creationTimestamp"] = previous["creationTimestamp"]
    if previous.get("deletionTimestamp"):
        metadata["deletionTimestamp"] = previous["deletionTimestamp"]
    if (
        previous.get("deletionGracePeriodSeconds") is not None
        and metadata.get("deletionGracePeriodSeconds") is None
    ):
        metadata["deletionGracePeriodSeconds"] = previous["deletionGracePeriodSeconds"]


def _take(new: Json, old: Json, field: str) -> None:
    if field in old["metadata"]:
        new["metadata"][field] = old["metadata"][field]
    else:
        new["metadata"].pop(field, None)
