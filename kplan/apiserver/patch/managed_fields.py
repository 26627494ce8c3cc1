"""metadata.managedFields kept up to date with every write, and applying with them.

One FieldManager serves one endpoint: a kind in a version, or one of its subresources.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal
"""

import json
from dataclasses import dataclass, field, replace
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.field_set import FieldSet, path_text
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.last_applied import LAST_APPLIED, annotations_in, with_last_applied
from kplan.apiserver.patch.managed_entries import (
    Managed,
    capped,
    decode_managed,
    decoded_or_empty,
    entries_of,
    with_entries,
    without_entries,
)
from kplan.apiserver.patch.ownership import (
    Conflict,
    ConflictsError,
    Convert,
    Manager,
    Owned,
    Typed,
    Updater,
    zero,
)
from kplan.apiserver.patch.typed.comparison import compare
from kplan.apiserver.patch.typed.fieldsets import to_field_set
from kplan.apiserver.patch.typed.shapes import TypedError
from kplan.apiserver.patch.typed.validation import validate
from kplan.schema.merge import Shape

_STRIPPED: Final = FieldSet.of(
    *[(field_step(name),) for name in ("apiVersion", "kind", "metadata")],
    *[
        (field_step("metadata"), field_step(name))
        for name in (
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation", "managedFields",
            "resourceVersion",
        )
    ],
)  # fmt: skip
_CURRENT: Final = Manager("current-operation", "Update", "", "")


@dataclass(frozen=True, slots=True)
class FieldManager:
    """Keeps the managedFields of one endpoint."""

    shape: Shape
    api_version: str
    kind: str
    convert: Convert
    now: str
    """The instant of the request, as RFC 3339 text."""
    reset: FieldSet = field(default_factory=FieldSet)
    subresource: str = ""
    unstructured: bool = False
    """Whether the kind is a custom one, whose objects may hold anything."""

    def update(self, live: Json | None, new: Json, name: str | None) -> Json:
        """Note what a create, update or patch wrote: it belongs to the manager of that name, or without one to nobody.

        A failure clears managedFields, as upstream's does.
        """
        try:
            managed = self._wanted(live, new)
            managed = self._updated(live, without_entries(new), managed, name)
        except (TypedError, ValueError):
            managed = Managed()
        return with_entries(new, managed)

    def _wanted(self, live: Json | None, new: Json) -> Managed:
        """The entries the request starts from: its own if it sends any, the live object's otherwise."""
        before = entries_of(live)
        if self.subresource:
            return decoded_or_empty(before)
        sent = entries_of(new)
        if sent is not None and (not sent or sent == [{}]):
            return Managed()
        try:
            managed = decode_managed(sent)
        except ValueError:
            managed = Managed()
        return managed if managed.owners else decoded_or_empty(before)

    def _updated(self, live: Json | None, new: Json, managed: Managed, name: str | None) -> Managed:
        if not managed.owners and live is not None:
            return managed
        if self.unstructured:  # nothing else has seen to it that values are of their types
            validate(self.shape, new, allow_duplicates=True)
        before = self._typed(live if live is not None else self._empty())
        owners = self._updater().update(before, self._typed(new), managed.owners, _CURRENT)
        written = owners.pop(_CURRENT, None)
        written = written.less(_STRIPPED) if written else None
        if written and written.fields and name is not None:
            manager = Manager(name or "unknown", "Update", self.api_version, self.subresource)
            previous = owners.get(manager)
            owners[manager] = (
                Owned(written.fields | previous.fields, self.api_version) if previous else written
            )
            if self.subresource != "scale":  # who scales keeps the time of the entry there was, if any
                managed.times[manager] = self.now
        return capped(Managed(owners, managed.times))

    def apply(self, live: Json | None, applied: Json, name: str, *, force: bool) -> Json:
        """The object after a server-side apply, not yet defaulted. Raises StatusError."""
        self._check(applied)
        try:
            managed = decode_managed(entries_of(live))
        except ValueError as error:
            raise _internal(f"failed to decode managed fields: {error}") from error
        if not managed.owners and live is not None:
            managed = self._recorded_first(live, managed)
        try:
            return self._applied(live, applied, managed, name, force=force)
        except ConflictsError as error:
            allowed = self._allowed(live) if name == "kubectl" and live is not None else None
            if allowed is None:
                raise conflict_error(error.conflicts) from error
            if left := [conflict for conflict in error.conflicts if conflict.path not in allowed]:
                raise conflict_error(left) from error
            return self._applied(live, applied, managed, name, force=True)

    def _recorded_first(self, live: Json, managed: Managed) -> Managed:
        """The one owner of everything in an object that nobody applied yet."""
        live = without_entries(live)
        try:
            return self._updated(None, live, managed, "before-first-apply")
        except TypedError as error:
            about = subject(live, self.api_version, self.kind)
            text = f"failed to create manager for existing fields: failed to convert new object ({about}) to smd typed: "
            raise _internal(text + self._problem(live, error)) from error

    def _problem(self, value: Json, error: TypedError) -> str:
        """What does not fit the type, with its place where a look at the whole object finds one."""
        try:
            validate(self.shape, value)
        except TypedError as found:
            return str(found)
        return str(error)

    def _check(self, applied: Json) -> None:
        if applied.get("apiVersion") != self.api_version or applied.get("kind") != self.kind:
            kind = gvk_text(str(applied.get("apiVersion") or ""), str(applied.get("kind") or ""))
            raise errors.bad_request(f"invalid object type: {kind}")
        if entries_of(applied) is not None:
            raise errors.bad_request("metadata.managedFields must be nil")

    def _applied(self, live: Json | None, applied: Json, managed: Managed, name: str, *, force: bool) -> Json:
        try:
            validate(self.shape, applied)
        except TypedError as error:
            raise _internal(
                f"failed to create typed patch object ({subject(applied, self.api_version, self.kind)}): {error}"
            ) from error
        before = self._typed(without_entries(live) if live is not None else self._empty())
        manager = Manager(name or "unknown", "Apply", "", self.subresource)
        value, owners = self._updater().apply(
            before, self._typed(applied), dict(managed.owners), manager, force=force
        )
        times = dict(managed.times)
        if manager in owners:
            owners[manager] = owners[manager].less(_STRIPPED)
        if before.value != value:  # another order is a change as well
            times[manager] = self.now
        result = with_entries(
            value, Managed({who: owned for who, owned in owners.items() if owned.fields}, times)
        )
        return with_last_applied(result, applied) if name == "kubectl" else result

    def _allowed(self, live: Json) -> FieldSet | None:
        """Fields that kubectl's client-side apply set and that still hold: it may take them from itself."""
        text = annotations_in(live).get(LAST_APPLIED)
        try:
            last = json.loads(text) if text else None
            if not isinstance(last, dict) or last.get("apiVersion") != self.api_version:
                return None
            validate(self.shape, last)
            changed = compare(self.shape, last, live)
        except (ValueError, TypedError):
            return None
        return to_field_set(self.shape, last) - changed.modified - changed.added - changed.removed

    def recovered(self, live: Json, written: Json) -> Json:
        """The live object with the entry that kubectl's client-side apply of ``written`` once made.

        Dumps leave managedFields out; without them an apply would meet owners that were never there.
        """
        created = live["metadata"].get("creationTimestamp") or self.now
        managed = replace(self, now=created).update(None, written, "kubectl-client-side-apply")
        return {**live, "metadata": {**live["metadata"], "managedFields": entries_of(managed) or []}}

    def _typed(self, value: Json) -> Typed:
        return Typed(self.shape, value, self.api_version)

    def _empty(self) -> Json:
        return {**zero(self.shape), "apiVersion": self.api_version, "kind": self.kind}

    def _updater(self) -> Updater:
        return Updater(self.convert, self.reset)


def gvk_text(api_version: str, kind: str) -> str:
    """A type as Go prints it: ``apps/v1, Kind=Deployment``, ``/v1, Kind=Pod``."""
    return f"{api_version if '/' in api_version else f'/{api_version}'}, Kind={kind}"


def subject(value: Json, api_version: str, kind: str) -> str:
    """An object as conversion errors name it."""
    metadata = value.get("metadata")
    names = metadata if isinstance(metadata, dict) else {}
    namespace, name = (
        found if isinstance(found := names.get(part), str) else "" for part in ("namespace", "name")
    )
    return f"{namespace}/{name}; {gvk_text(api_version, kind)}"


def conflict_error(conflicts: list[Conflict]) -> StatusError:
    """409: other managers own the fields; sorted by manager."""
    conflicts = sorted(conflicts, key=lambda conflict: conflict.manager.identity)
    causes = [
        Cause("FieldManagerConflict", f"conflict with {_shown(conflict.manager)}", path_text(conflict.path))
        for conflict in conflicts
    ]
    if len(conflicts) == 1:
        only = conflicts[0]
        detail = f"1 conflict: conflict with {_shown(only.manager)}: {path_text(only.path)}"
    else:
        lines: list[str] = []
        for manager in dict.fromkeys(conflict.manager for conflict in conflicts):
            lines.append(f"conflicts with {_shown(manager)}:")
            lines += [
                f"- {path_text(conflict.path)}" for conflict in conflicts if conflict.manager == manager
            ]
        detail = f"{len(conflicts)} conflicts: " + "\n".join(lines)
    return StatusError(409, "Conflict", f"Apply failed with {detail}", causes)


def _shown(manager: Manager) -> str:
    text = go_quote(manager.name)
    if manager.subresource:
        text += f" with subresource {go_quote(manager.subresource)}"
    return f"{text} using {manager.api_version}" if manager.operation == "Update" else text


def _internal(message: str) -> StatusError:
    return StatusError(500, "", message)
