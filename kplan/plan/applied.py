"""The result of applying one document, before the plan is made from it."""

from dataclasses import dataclass

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.action import Reason
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
    replaced: bool = False
    """Deleted and created anew, because immutable fields change."""
    wanted: Json | None = None
    """What a refused apply asked for, if that is known."""
    refusal: str = ""
    refusal_code: str = ""
    """What the refusal is called among findings: ``API422``, ``API403``."""
    help: str = ""
    """What to do about the refusal."""
    warnings: tuple[str, ...] = ()
    location: str = ""
    reason: Reason = Reason.NONE
    """Why, if that does not follow from the rest."""
