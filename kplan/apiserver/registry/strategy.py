"""What a kind adds to the generic request chain: preparation, validation, warnings and canonical form.

A strategy is a value, so that a group's registry file reads as a table of its kinds.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/{create,update}.go
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kplan.api.object import Json
from kplan.apiserver.attributes import ADMIN, User
from kplan.apiserver.empty_fields import EmptyAware
from kplan.apiserver.field import ErrorList
from kplan.namedtuples import NamedTuple
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.apiserver.deletion import DeleteOptions

_STATUS_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata", "status"})
_RESET_METADATA: Final = (
    "deletionTimestamp",
    "generation",
    "labels",
    "annotations",
    "finalizers",
    "ownerReferences",
)


class Context(NamedTuple):
    """What a strategy may know besides the object."""

    store: Store
    now: datetime
    dry_run: bool
    warnings: list[str]
    """Where a preparation leaves what the user should know."""
    user: User = ADMIN
    """Who asks."""


Prepare = Callable[[Json, Context], None]
PrepareUpdate = Callable[[Json, Json, Context], None]


def nothing(obj: Json, context: Context) -> None:
    """Prepare nothing for a create."""


def nothing_for_update(new: Json, old: Json, context: Context) -> None:
    """Prepare nothing for an update."""


def unchanged(obj: Json) -> None:
    """Leave the object as it is."""


def no_warnings(_new: Json, _old: Json | None) -> list[str]:
    """Warn of nothing."""
    return []


def always(_obj: Json) -> bool:
    """Let every terminating object be removed."""
    return True


def no_errors(_new: Json, _old: Json) -> ErrorList:
    """Accept every update."""
    return []


class Strategy(NamedTuple):
    """One kind's part in the chain; hooks run in the order of the fields."""

    group: str
    kind: str
    validate: Callable[[Json], ErrorList]
    validate_update: Callable[[Json, Json], ErrorList]
    begin_create: Prepare = nothing
    """Allocations that upstream makes before anything else looks at the object."""
    begin_update: PrepareUpdate = nothing_for_update
    prepare_for_create: Prepare = nothing
    prepare_for_update: PrepareUpdate = nothing_for_update
    prepare_for_status_update: PrepareUpdate = nothing_for_update
    validate_status_update: Callable[[Json, Json], ErrorList] = no_errors
    subresources: Mapping[str, tuple[PrepareUpdate, Callable[[Json, Json], ErrorList]]] = MappingProxyType({})
    """Preparation and validation of an update through another subresource than status."""
    warnings: Callable[[Json, Json | None], list[str]] = no_warnings
    canonicalize: Callable[[Json], None] = unchanged
    allow_create_on_update: bool = False
    allow_unconditional_update: bool = True
    delete_hook: "Callable[[Json, DeleteOptions, datetime], Json | None] | None" = None
    """What a delete request does to a kind that does not use the generic rules (namespaces)."""
    may_be_removed: Callable[[Json], bool] = always
    """Whether nothing else than metadata.finalizers keeps a terminating object (the
    finalizers of a namespace's spec).
    """
    graceful_deletion: bool = False
    """Whether a deletion waits for a grace period (pods)."""
    default_propagation: str = "Background"

    virtual: bool = False
    """Whether objects are answered and never stored (reviews)."""

    def steps(self, subresource: str) -> tuple[PrepareUpdate, Callable[[Json, Json], ErrorList]]:
        """Preparation and validation of an update, of the object or through a subresource."""
        if not subresource:
            return self.prepare_for_update, self.validate_update
        own = (self.prepare_for_status_update, self.validate_status_update)
        return self.subresources.get(subresource, own)

    def delete(self, obj: Json, options: "DeleteOptions", now: datetime) -> Json | None:
        """The object after a delete request; None if it is removed."""
        if self.delete_hook is not None:
            return self.delete_hook(obj, options, now)
        from kplan.apiserver import deletion  # noqa: PLC0415 - most servers are never asked to delete

        return deletion.after_delete(
            obj, options, now, graceful=self.graceful_deletion, default_propagation=self.default_propagation
        )

    def should_delete_during_update(self, new: Json, old: Json) -> bool:
        """Whether an update leaves nothing that keeps a terminating object."""
        if old["metadata"].get("deletionTimestamp") is None:
            return False
        from kplan.apiserver import deletion  # noqa: PLC0415 - likewise

        return deletion.should_delete_during_update(new, old) and self.may_be_removed(new)


def clear_status(obj: Json, _context: Context) -> None:
    """Prepare a create: a status in the request is dropped."""
    obj["status"] = {}


def keep_status(new: Json, old: Json, _context: Context) -> None:
    """Prepare an update: the status belongs to its subresource."""
    keep(new, old, "status")


def keep(new: Json, old: Json, name: str) -> None:
    """Take one top-level field over from the old object."""
    if name in old:
        new[name] = old[name]
    else:
        new.pop(name, None)


def first_generation(obj: Json, _context: Context) -> None:
    """Prepare a create: the first generation."""
    obj["metadata"]["generation"] = 1


def generation_follows(*fields: str) -> PrepareUpdate:
    """Make an update preparation that counts the generation up when one of these top-level fields changes."""

    def prepare(new: Json, old: Json, _context: Context) -> None:
        if any(changes(new.get(name) or None, old.get(name) or None) for name in fields):
            count_generation(new, old)

    return prepare


def generation_follows_exactly(field: str) -> PrepareUpdate:
    """Make one that counts lists and maps sent empty as a change every time.

    What is stored has lost them, and Go's reflect.DeepEqual, used for a few kinds, tells empty from nil.
    """

    def prepare(new: Json, old: Json, _context: Context) -> None:
        if _differ(new.get(field), old.get(field)) or field in _empty(new):
            count_generation(new, old)

    return prepare


def _differ(new: Any, old: Any) -> bool:
    if isinstance(new, dict) and isinstance(old, dict):
        return (
            bool(_empty(new)) or new.keys() != old.keys() or any(_differ(new[key], old[key]) for key in new)
        )
    if isinstance(new, list) and isinstance(old, list):
        return len(new) != len(old) or any(map(_differ, new, old))
    return bool(new != old)


def _empty(struct: Json) -> set[str]:
    """The fields that were sent empty, and were not given a default since."""
    return {*struct.empty} - struct.keys() if isinstance(struct, EmptyAware) else set()


def changes(new: Any, old: Any) -> bool:
    """Whether a value differs from the one before in more than how an amount or nothing is written."""
    if new == old:
        return False
    from kplan.apiserver.validation.equality import semantically_equal  # noqa: PLC0415 - most requests create

    return not semantically_equal(new, old)


def count_generation(new: Json, old: Json) -> None:
    """Increment the generation."""
    new["metadata"]["generation"] = (old["metadata"].get("generation") or 0) + 1


def in_turn(*steps: Callable[..., None]) -> Callable[..., None]:
    """Join preparations into one."""

    def prepare(*arguments: Any) -> None:
        for step in steps:
            step(*arguments)

    return prepare


def only_status(new: Json, old: Json, _context: Context) -> None:
    """Prepare a status update: everything beside status and metadata stays."""
    for name in (set(new) | set(old)) - _STATUS_FIELDS:
        keep(new, old, name)


def only_status_without_metadata(new: Json, old: Json, context: Context) -> None:
    """Prepare a status update of a kind that keeps its metadata out of it as well."""
    only_status(new, old, context)
    for name in _RESET_METADATA:
        if name in old["metadata"]:
            new["metadata"][name] = old["metadata"][name]
        else:
            new["metadata"].pop(name, None)


create_with_status: Final[Prepare] = in_turn(clear_status, first_generation)
"""The usual preparation of a kind with status and generation."""
update_with_status: Final[PrepareUpdate] = in_turn(keep_status, generation_follows("spec"))
"""The usual preparation of its update."""
