"""What a finder of consequences is: a value with the kinds it looks at, a function, examples and documentation."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.apiserver.conversion import storage_key
from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple
from kplan.plan.action import Action
from kplan.plan.change import Change, Identity
from kplan.plan.effect import Consequence
from kplan.simulation.outcome import Outcome

__all__ = ["Action", "Change", "Consequence", "Example", "Finder", "Identity", "Severity", "World"]

T = TypeVar("T")


class World:
    """A whole plan as finders see it: all its changes, the state before and after, and what is worked out once."""

    def __init__(
        self,
        changes: Sequence[Change],
        outcome: Outcome,
        kubernetes_version: str,
        asked: Mapping[ObjectKey, Json] | None = None,
    ) -> None:
        self.changes = changes
        self._asked = asked or {}
        self.outcome = outcome
        self.prior, self.final = outcome.prior, outcome.final
        self.kubernetes_version = kubernetes_version
        self._known: dict[Callable[[World], Any], Any] = {}

    def before(self, change: Change) -> Json | None:
        """A changed object as it was stored; Secrets are not masked."""
        return self.prior.get(key_of(change))

    def after(self, change: Change) -> Json | None:
        """A changed object as it is stored at the end; None if it is gone or about to go."""
        found = self.final.get(key_of(change))
        return None if found and found["metadata"].get("deletionTimestamp") else found

    def asked(self, change: Change) -> Json | None:
        """What the manifest of a refused change asked for, as far as that is known."""
        return self._asked.get(change.object.key) if change.action is Action.REFUSED else None

    @cached_property
    def effective(self) -> tuple[Change, ...]:
        """The changes after which an object is stored otherwise, in their order."""
        return tuple(one for one in self.changes if self.before(one) != self.after(one))

    def once(self, make: "Callable[[World], T]") -> T:
        """The result of a function of the plan, computed once for all changes."""
        if make not in self._known:
            self._known[make] = make(self)
        known: T = self._known[make]
        return known


def key_of(change: Change) -> ObjectKey:
    """The key that a changed object is stored under."""
    one = change.object
    group = GroupVersionKind.of(one.api_version, one.kind).group
    return storage_key(ObjectKey(group, one.kind, one.namespace, one.name))


class Example(NamedTuple):
    """A small scenario, each part as YAML text, and the names of the consequences that it has."""

    prior: str
    applied: str = ""
    deleted: str = ""
    """What of the prior state is deleted after that."""
    finds: tuple[str, ...] = ()
    """None for a scenario that only looks much the same as one that has any."""
    forced_by: str = ""
    """The manager that applies it on the server's side and takes over what others own;
    empty for what kubectl does by itself.
    """


class Finder(NamedTuple):
    """One kind of consequences."""

    kinds: frozenset[str]
    """The kinds of changed objects that are looked at, as ``Deployment.apps``; ``*`` stands for all."""
    find: Callable[[Change, World], Iterable[Consequence]]
    """What follows from one change; it is never asked about a change that changes nothing."""
    examples: tuple[Example, ...]
    doc: str = ""
    """The module's docstring: a summary line, and what each name means."""
