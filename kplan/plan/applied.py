"""What applying one document came to, before anything is made of it."""

from dataclasses import dataclass

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.change import FieldEdit, Identity


@dataclass(frozen=True, slots=True)
class Applied:
    """One document and the API server's answer to it."""

    key: ObjectKey
    object: Identity
    before: Json | None
    after: Json | None
    fields: tuple[FieldEdit, ...] = ()
    immutable_fields: tuple[str, ...] = ()
    refusal: str = ""
    location: str = ""
