"""One object's change: what it was, what it becomes, field by field."""

from dataclasses import dataclass
from typing import Any

from kplan.plan.action import Action, Reason


@dataclass(frozen=True, slots=True)
class Identity:
    """An object's name in the plan."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @property
    def title(self) -> str:
        """``deployment.apps/web``, with ``-n shop`` where it is namespaced."""
        group = self.api_version.rpartition("/")[0]
        kind = f"{self.kind}.{group}".lower() if group else self.kind.lower()
        return f"{kind}/{self.name}" + (f" -n {self.namespace}" if self.namespace else "")


@dataclass(frozen=True, slots=True)
class FieldEdit:
    """One field's change; ``before`` is absent (None) for an added field, ``after`` for a removed one."""

    path: str
    before: Any = None
    after: Any = None


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one object the user wrote.

    ========  ===============  ==============
    action    before           after
    ========  ===============  ==============
    no-op     the object       the same
    create    None             the new object
    update    the object       the new object
    replace   the old object   the new object
    delete    the object       None
    refused   object or None   None
    ========  ===============  ==============
    """

    object: Identity
    action: Action
    reason: Reason = Reason.NONE
    fields: tuple[FieldEdit, ...] = ()
    replace_paths: tuple[str, ...] = ()
    """The immutable fields that force a replacement."""
    message: str = ""
    """The API server's refusal."""
    location: str = ""
    """``file:line`` of the manifest."""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
