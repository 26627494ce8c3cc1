"""metadata.managedFields: read it, keep it up to date with every write, apply with it.

One FieldManager serves one endpoint: a kind in a version, or one of its subresources.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal
"""

import json
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.field import go_json, go_quote
from kplan.apiserver.patch.field_set import FieldSet, path_text
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.go_values import copy, sorted_keys
from kplan.apiserver.patch.ownership import (
    Conflict,
    ConflictsError,
    Convert,
    Manager,
    Owned,
    Owners,
    Typed,
    Updater,
    zero,
)
from kplan.apiserver.patch.typed.comparison import compare
from kplan.apiserver.patch.typed.fieldsets import to_field_set
from kplan.apiserver.patch.typed.shapes import TypedError
from kplan.apiserver.patch.typed.validation import validate
from kplan.schema.merge import Shape

LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
MAX_UPDATE_MANAGERS: Final = 10
MAX_ANNOTATIONS_BYTES: Final = 256 * 1024

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


@dataclass(slots=True)
class Managed:
    """The decoded entries: owners, and when each of them wrote last."""

    owners: Owners = field(default_factory=dict)
    times: dict[Manager, str] = field(default_factory=dict)


def decode_managed(entries: Any) -> Managed:
    """Read managedFields. Raises ValueError where an entry is malformed."""
    managed = Managed()
    for index, entry in enumerate(entries or ()):
        if entry.get("operation") not in {"Apply", "Update"}:
            raise ValueError("operation must be `Apply` or `Update`")
        if not entry.get("apiVersion"):
            raise ValueError("apiVersion must not be empty")
        if entry.get("fieldsType") != "FieldsV1":
            kind = entry.get("fieldsType")
            raise ValueError(
                f"invalid fieldsType {go_quote(kind)} in managed fields entry {index}" if kind
                else f"missing fieldsType in managed fields entry {index}"
            )  # fmt: skip
        version = entry["apiVersion"]
        applied = entry["operation"] == "Apply"
        manager = Manager(
            entry.get("manager") or "",
            entry["operation"],
            "" if applied else version,
            entry.get("subresource") or "",
        )
        managed.owners[manager] = Owned(FieldSet.from_fields(entry.get("fieldsV1") or {}), version)
        if entry.get("time"):
            managed.times[manager] = entry["time"]
    return managed


def encode_managed(managed: Managed) -> list[Json]:
    """Write managedFields: appliers first, then by time and name."""
    entries = []
    for manager, owned in managed.owners.items():
        entry: Json = {
            "apiVersion": owned.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": owned.fields.to_fields(),
        }
        entry |= {"manager": manager.name, "operation": manager.operation}
        if manager.subresource:
            entry["subresource"] = manager.subresource
        if manager in managed.times:
            entry["time"] = managed.times[manager]
        entries.append(entry)
    return sorted(entries, key=_entry_order)


def _entry_order(entry: Json) -> tuple[str, str, str, str, str]:
    time = entry.get("time", "")
    return (entry["operation"], time, entry["manager"], entry["apiVersion"], entry.get("subresource", ""))


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
            managed = self._updated(live, _without_managed(new), managed, name)
        except (TypedError, ValueError):
            managed = Managed()
        return _with_managed(new, managed)

    def _wanted(self, live: Json | None, new: Json) -> Managed:
        """The entries the request starts from: its own if it sends any, the live object's otherwise."""
        before = _entries(live)
        if self.subresource:
            return _decoded_or_empty(before)
        sent = _entries(new)
        if sent is not None and (not sent or sent == [{}]):
            return Managed()
        try:
            managed = decode_managed(sent)
        except ValueError:
            managed = Managed()
        return managed if managed.owners else _decoded_or_empty(before)

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
        return _capped(Managed(owners, managed.times))

    def apply(self, live: Json | None, applied: Json, name: str, *, force: bool) -> Json:
        """The object after a server-side apply, not yet defaulted. Raises StatusError."""
        self._check(applied)
        try:
            managed = decode_managed(_entries(live))
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
        live = _without_managed(live)
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
        if _entries(applied) is not None:
            raise errors.bad_request("metadata.managedFields must be nil")

    def _applied(self, live: Json | None, applied: Json, managed: Managed, name: str, *, force: bool) -> Json:
        try:
            validate(self.shape, applied)
        except TypedError as error:
            raise _internal(
                f"failed to create typed patch object ({subject(applied, self.api_version, self.kind)}): {error}"
            ) from error
        before = self._typed(_without_managed(live) if live is not None else self._empty())
        manager = Manager(name or "unknown", "Apply", "", self.subresource)
        value, owners = self._updater().apply(
            before, self._typed(applied), dict(managed.owners), manager, force=force
        )
        times = dict(managed.times)
        if manager in owners:
            owners[manager] = owners[manager].less(_STRIPPED)
        if before.value != value:  # another order is a change as well
            times[manager] = self.now
        result = _with_managed(
            value, Managed({who: owned for who, owned in owners.items() if owned.fields}, times)
        )
        return _with_last_applied(result, applied) if name == "kubectl" else result

    def _allowed(self, live: Json) -> FieldSet | None:
        """Fields that kubectl's client-side apply set and that still hold: it may take them from itself."""
        text = _annotations(live).get(LAST_APPLIED)
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
        return {**live, "metadata": {**live["metadata"], "managedFields": _entries(managed) or []}}

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
    conflicts = sorted(conflicts, key=lambda conflict: _identifier(conflict.manager))
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


def _identifier(manager: Manager) -> str:
    """Upstream's JSON identity of a manager, which conflicts are sorted by."""
    parts = {"manager": manager.name, "operation": manager.operation, "apiVersion": manager.api_version}
    return go_json(
        {key: value for key, value in (parts | {"subresource": manager.subresource}).items() if value}
    )


def _shown(manager: Manager) -> str:
    text = go_quote(manager.name)
    if manager.subresource:
        text += f" with subresource {go_quote(manager.subresource)}"
    return f"{text} using {manager.api_version}" if manager.operation == "Update" else text


def _capped(managed: Managed) -> Managed:
    """Fold the oldest updaters into one entry a version once there are too many."""
    updaters = [manager for manager in managed.owners if manager.operation == "Update"]
    updaters.sort(key=lambda manager: (managed.times.get(manager, ""), _identifier(manager)))
    excess = len(updaters) - MAX_UPDATE_MANAGERS
    first: dict[str, Manager] = {}
    for manager in updaters:
        if excess <= 0:
            break
        owned = managed.owners[manager]
        version = owned.api_version
        if version not in first:
            first[version] = manager
            continue
        bucket = Manager("ancient-changes", "Update", version, "")
        if bucket not in managed.owners:
            managed.owners[bucket] = managed.owners.pop(first[version])
        managed.owners[bucket] = Owned(managed.owners[bucket].fields | owned.fields, version)
        if manager != bucket:
            del managed.owners[manager]
        excess -= 1
        if manager in managed.times:
            managed.times[bucket] = managed.times[manager]
    return managed


def _with_last_applied(value: Json, applied: Json) -> Json:
    """Keep kubectl's annotation in step, where there is one."""
    annotations = _annotations(value)
    if not annotations.get(LAST_APPLIED):
        return value
    config: Json = copy(applied)
    if isinstance(config.get("metadata"), dict) and isinstance(config["metadata"].get("annotations"), dict):
        config["metadata"]["annotations"].pop(LAST_APPLIED, None)
    annotations = {**annotations, LAST_APPLIED: compact(config)}
    if (
        sum(len(key.encode()) + len(str(text).encode()) for key, text in annotations.items())
        > MAX_ANNOTATIONS_BYTES
    ):
        del annotations[LAST_APPLIED]
    return {**value, "metadata": {**value["metadata"], "annotations": annotations}}


def compact(value: Any) -> str:
    """One line of JSON as Go's encoder writes it: keys sorted, HTML characters escaped, newline at the end."""
    return go_json(sorted_keys(value)) + "\n"


def _annotations(value: Json) -> Json:
    annotations = (value.get("metadata") or {}).get("annotations")
    return annotations if isinstance(annotations, dict) else {}


def _entries(value: Json | None) -> Any:
    metadata = value.get("metadata") if value else None
    return metadata.get("managedFields") if isinstance(metadata, dict) else None


def _decoded_or_empty(entries: Any) -> Managed:
    try:
        return decode_managed(entries)
    except ValueError:
        return Managed()


def _without_managed(value: Json) -> Json:
    if _entries(value) is None:
        return value
    return {
        **value,
        "metadata": {key: item for key, item in value["metadata"].items() if key != "managedFields"},
    }


def _with_managed(value: Json, managed: Managed) -> Json:
    value = _without_managed(value)
    if not managed.owners:
        return value
    return {**value, "metadata": {**(value.get("metadata") or {}), "managedFields": encode_managed(managed)}}


def _internal(message: str) -> StatusError:
    return StatusError(500, "", message)


def last_applied_config(live: Json) -> Json | None:
    """What kubectl's client-side apply wrote, of an object without managedFields; annotation included."""
    text = _annotations(live).get(LAST_APPLIED)
    if _entries(live) is not None or not text:
        return None
    try:
        config = json.loads(text)
    except ValueError:
        return None
    if not isinstance(config, dict) or not isinstance(config.get("metadata"), dict):
        return None
    config["metadata"]["annotations"] = {**_annotations(config), LAST_APPLIED: text}
    return config
