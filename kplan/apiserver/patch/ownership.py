"""Who owns which fields: what an update takes over, what an apply sets, gives up, and may not touch.

A field is removed by an apply only if its manager applied it last time, does not now, and nobody else claims it.

Upstream: vendor/sigs.k8s.io/structured-merge-diff/v6/merge/{update,conflict}.go, .../typed/reconcile_schema.go
"""

from collections.abc import Callable
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.field import go_json
from kplan.apiserver.patch.field_set import FieldSet, Path, Step, child_shape
from kplan.apiserver.patch.typed.comparison import Comparison, compare
from kplan.apiserver.patch.typed.fieldsets import to_field_set
from kplan.apiserver.patch.typed.merging import merge
from kplan.apiserver.patch.typed.removal import remove
from kplan.namedtuples import NamedTuple
from kplan.schema.merge import Shape


class Manager(NamedTuple):
    """What tells one entry of managedFields from another."""

    name: str
    operation: str
    """``Apply`` or ``Update``."""
    api_version: str
    """Empty for appliers: they keep their entry when they change version."""
    subresource: str

    @property
    def identity(self) -> str:
        """Upstream's JSON of a manager, which conflicts and entries are sorted by."""
        parts = {
            "manager": self.name, "operation": self.operation, "apiVersion": self.api_version,
            "subresource": self.subresource,
        }  # fmt: skip
        return go_json({name: value for name, value in parts.items() if value})


class Owned(NamedTuple):
    """The fields of a manager, in the version it wrote them."""

    fields: FieldSet
    api_version: str

    def less(self, fields: FieldSet) -> "Owned":
        """The same without some fields."""
        return self._replace(fields=self.fields - fields)


Owners = dict[Manager, Owned]


class Typed(NamedTuple):
    """A value and its type."""

    shape: Shape
    value: Json
    api_version: str


Convert = Callable[[Typed, str], Typed | None]
"""Brings an object to another version of its group; None if that version is not served."""


class Conflict(NamedTuple):
    """A field that another manager owns."""

    manager: Manager
    path: Path


class ConflictsError(Exception):
    """An apply would change fields of other managers."""

    def __init__(self, conflicts: list[Conflict]) -> None:
        super().__init__(f"{len(conflicts)} conflicts")
        self.conflicts = conflicts


class Updater(NamedTuple):
    """Computes owners (and, for applies, the object) of one request."""

    convert: Convert
    reset: FieldSet
    """Fields the endpoint ignores: the status, for a main resource."""

    def update(self, live: Typed, new: Typed, owners: Owners, manager: Manager) -> Owners:
        """Owners after a create, an update or a plain patch: whoever writes a new value owns it."""
        owners = self._reconciled(live, owners)
        owners, changed = self._taken(live, new, owners, manager, force=True)
        before = owners[manager].fields if manager in owners else FieldSet()
        fields = ((before - changed.removed) | changed.modified | changed.added).without(self.reset)
        owners[manager] = Owned(fields, new.api_version)
        return {who: owned for who, owned in owners.items() if owned.fields}

    def apply(
        self, live: Typed, config: Typed, owners: Owners, manager: Manager, *, force: bool
    ) -> tuple[Json, Owners]:
        """The object and its owners after an apply. Raises ConflictsError."""
        owners = self._reconciled(live, owners)
        merged = live._replace(value=merge(live.shape, live.value, config.value))
        last = owners.get(manager)
        fields = to_field_set(config.shape, config.value).without(self.reset)
        owners[manager] = Owned(fields, config.api_version)
        new = self._pruned(merged, owners, last) if last and last.fields else merged
        owners, _ = self._taken(live, new, owners, manager, force=force)
        return new.value, owners

    def _taken(
        self, live: Typed, new: Typed, owners: Owners, manager: Manager, *, force: bool
    ) -> tuple[Owners, Comparison]:
        """Take from all others what changed and what is gone."""
        versions: dict[str, Comparison | None] = {new.api_version: self._compared(live, new)}
        remaining: Owners = {}
        conflicts: list[Conflict] = []
        for other, owned in owners.items():
            if other == manager:
                remaining[other] = owned
                continue
            if owned.api_version not in versions:
                before, after = self.convert(live, owned.api_version), self.convert(new, owned.api_version)
                versions[owned.api_version] = self._compared(before, after) if before and after else None
            changed = versions[owned.api_version]
            if changed is not None:
                lost = owned.fields & (changed.modified | changed.added)
                conflicts += [Conflict(other, path) for path in lost.paths()]
                remaining[other] = owned.less(lost).less(changed.removed)
        if conflicts and not force:
            raise ConflictsError(conflicts)
        comparison = versions[new.api_version]
        assert comparison is not None
        return {who: owned for who, owned in remaining.items() if owned.fields}, comparison

    def _compared(self, before: Typed, after: Typed) -> Comparison:
        compared = compare(after.shape, before.value, after.value)
        return compared.filtered(lambda fields: fields.without(self.reset))

    def _pruned(self, merged: Typed, owners: Owners, last: Owned) -> Typed:
        """Remove what the manager applied last time and no manager owns now."""
        converted = self.convert(merged, last.api_version)
        if converted is None:
            return merged
        shape = converted.shape
        gone = remove(shape, converted.value, last.fields.with_named_fields(shape))
        pruned = converted._replace(value=gone or {})
        pruned = self._with_owned(converted, pruned, owners, last.api_version)
        back = self.convert(pruned, last.api_version)
        pruned = _with_dangling(converted, back, last) if back else converted
        return self.convert(pruned, merged.api_version) or merged

    def _with_owned(self, merged: Typed, pruned: Typed, owners: Owners, first: str) -> Typed:
        """Add back what anybody owns, version by version, the pruned one first."""
        claimed: dict[str, FieldSet] = {}
        for owned in owners.values():
            claimed[owned.api_version] = claimed.get(owned.api_version, FieldSet()) | owned.fields
        for api_version in sorted(claimed, key=lambda version: (version != first, version)):
            before, after = self.convert(merged, api_version), self.convert(pruned, api_version)
            if before is None or after is None:
                continue
            shape = before.shape
            everything = to_field_set(shape, before.value).with_named_fields(shape)
            kept = to_field_set(shape, after.value).with_named_fields(shape)
            gone = everything - (kept | claimed[api_version].with_named_fields(shape))
            merged, pruned = before, before._replace(value=remove(shape, before.value, gone) or {})
        return pruned

    def _reconciled(self, live: Typed, owners: Owners) -> Owners:
        """Follow changes of the type since the owners were written: what became atomic is owned as a whole."""
        result: Owners = {}
        for manager, owned in owners.items():
            converted = self.convert(live, owned.api_version)
            if converted is not None:
                result[manager] = owned._replace(fields=_with_atomics(owned.fields, converted.shape))
        return result


def _with_dangling(merged: Typed, pruned: Typed, last: Owned) -> Typed:
    """Add back what the manager never owned."""
    shape = merged.shape
    before = to_field_set(shape, merged.value).with_named_fields(shape)
    after = to_field_set(shape, pruned.value).with_named_fields(shape)
    gone = (before - after) & last.fields.with_named_fields(shape)
    return merged._replace(value=remove(shape, merged.value, gone) or {})


def _with_atomics(fields: FieldSet, shape: Shape) -> FieldSet:
    """Replace what lies below an atomic list or map by the list or map itself."""
    members, children = set(fields.members), dict[Step, FieldSet]()
    for step, below in fields.children.items():
        child = child_shape(shape, step)
        if child is not None and _is_atomic(child):
            members.add(step)
        else:
            children[step] = _with_atomics(below, child) if child is not None else below
    return FieldSet(members, children)


def _is_atomic(shape: Shape) -> bool:
    """Whether a type is a list or a map that is replaced whole."""
    if shape.map is not None:
        return shape.map.atomic
    return shape.scalar is None and shape.list is not None and not shape.list.associative


def zero(shape: Shape) -> dict[str, Any]:
    """The object before it exists: structs that are always there, and what Go prints of fields never set."""
    value: dict[str, Any] = {}
    for name, member in (shape.map.fields if shape.map else {}).items():
        if member.zero == "struct":
            value[name] = zero(member.shape)
        elif member.zero == "nil":
            value[name] = None
        elif member.zero == "scalar" and member.shape.scalar is not None:
            value[name] = {"numeric": 0, "string": "", "boolean": False, "untyped": None}[member.shape.scalar]
    return value
