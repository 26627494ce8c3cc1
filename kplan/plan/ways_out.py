"""What to do about a refusal: the way that kubectl offers, where there is one."""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.meta import ANNOTATIONS_LIMIT
from kplan.kubectl.reading import Info, source_of

_CONFLICT: Final = (
    "leave the field to its manager, write its value, or take it over with --server-side --force-conflicts; kplan plan "
    "shows with the same options what follows"
)
_TOO_LARGE: Final = (
    "kubectl apply keeps a copy of the manifest in an annotation, which is what is too long; kubectl apply --server-side keeps "
    "none, and kplan plan --server-side shows what follows"
)
_ANNOTATIONS: Final = "metadata.annotations"


def way_out(refusal: BaseException | None, info: Info, before: Json | None) -> str:
    """What to do about what the server says of an object; empty where nothing but the object can help."""
    if not isinstance(refusal, StatusError):
        return ""
    if refusal.reason == "Conflict":
        return _CONFLICT
    too_long = any(
        (cause.field, cause.type) == (_ANNOTATIONS, "FieldValueTooLong") for cause in refusal.causes
    )
    if too_long and not _has_long_annotations(info):
        return _TOO_LARGE
    return _leftover(refusal, info, before)


def _leftover(refusal: StatusError, info: Info, before: Json | None) -> str:
    """The refused field that stands in the stored object alone, as what a default left there does."""
    paths = [cause.field for cause in refusal.causes]
    path = next((one for one in paths if _stands(before, one) and not _stands(info.value, one)), "")
    return (
        f"{path} is not in the manifest and stays as it is stored: write it as null to remove it"
        if path
        else ""
    )


def _stands(value: Any, path: str) -> bool:
    """Whether an object has a field; those of items of lists are not looked for."""
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value is not None


def _has_long_annotations(info: Info) -> bool:
    """Whether those of the manifest are too long by themselves."""
    own = info.value["metadata"].get("annotations") or {}
    return sum(len(f"{name}{text}".encode()) for name, text in own.items()) > ANNOTATIONS_LIMIT


def replacement(info: Info) -> str:
    """How to change a field that cannot be changed in place."""
    data = " (with the data of its volume, unless that is retained)"
    lost = data if info.key.kind == "PersistentVolumeClaim" else ""
    return (
        f"nothing of it changes; to have it deleted{lost} and created anew: kubectl replace --force -f "
        f"{source_of(info.origin)}; kplan plan --replace shows what follows"
    )
