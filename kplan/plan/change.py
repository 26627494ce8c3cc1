"""One object's change: what it was, what it becomes, field by field."""

from dataclasses import dataclass
from typing import Any, Self

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json, Object
from kplan.plan.action import Action, Reason


@dataclass(frozen=True, slots=True)
class Identity:
    """An object's name in the plan."""

    api_version: str
    kind: str
    namespace: str
    name: str

    @classmethod
    def of(cls, value: Json) -> Self:
        """The identity of a stored object."""
        stored = Object(value)
        return cls(stored.gvk.api_version, stored.gvk.kind, stored.namespace, stored.name)

    @property
    def key(self) -> ObjectKey:
        """The key that it is stored under, if its version is the one of the store."""
        return ObjectKey(self.api_version.rpartition("/")[0], self.kind, self.namespace, self.name)

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
    """As the API server prints it: ``spec.template.spec.containers[web].image``."""
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
    """What changes; of a refused object what would, were it not refused."""
    immutable_fields: tuple[str, ...] = ()
    """The paths of the fields that cannot change in place, so that the object is refused or replaced."""
    refusal: str = ""
    """Why the API server refuses the object."""
    refusal_code: str = ""
    """What the refusal is called among findings: API422, API403, API409."""
    help: str = ""
    """What to do about the refusal."""
    warnings: tuple[str, ...] = ()
    """What the API server and kubectl warn of when the object is applied."""
    renamed_from: Identity | None = None
    """The object that it looks like a new name of."""
    location: str = ""
    """``file:line`` of the manifest."""
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None

    @property
    def origin(self) -> str:
        """``looks like a new name of deployment.apps/old -n shop``; empty if it looks like that of none."""
        old = self.renamed_from
        if old is None:
            return ""
        moved = old.name == self.object.name
        like = (
            f"looks moved from namespace {old.namespace}"
            if moved
            else f"looks like a new name of {old.title}"
        )
        return f"{like}, {self._left_data}" if self._left_data else like

    @property
    def _left_data(self) -> str:
        """What happens to the data under the earlier name; empty if there is none."""
        group, spec = self.object.key.group, (self.after or {}).get("spec") or {}
        if (group, self.object.kind) == ("", "PersistentVolumeClaim"):
            return "" if spec.get("dataSource") else "whose data stays there: it begins with an empty volume"
        makes_claims = (group, self.object.kind) == ("apps", "StatefulSet") and spec.get(
            "volumeClaimTemplates"
        )
        return "whose claims it does not take over: it begins with empty volumes" if makes_claims else ""
