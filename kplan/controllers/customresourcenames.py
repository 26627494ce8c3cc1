"""Names of custom resources: a definition is accepted and established once no other in its group holds its names.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/status/naming_controller.go,
    staging/src/k8s.io/apiextensions-apiserver/pkg/controller/establish/establishing_controller.go
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from kplan.api import conditions
from kplan.api.gvk import ObjectKey
from kplan.api.metadata import spec_of, status_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    Request,
    Result,
    Watch,
    WatchEvent,
)

_KIND = ("apiextensions.k8s.io", "CustomResourceDefinition")
_RESOURCES, _KINDS = ("plural", "singular"), ("kind", "listKind")


class _Group:
    """The names held by the definitions of one group, and the definitions that wait for one."""

    def __init__(self) -> None:
        self._own: dict[ObjectKey, _Names] = {}
        self._resources: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._waiting: set[ObjectKey] = set()

    def note(self, key: ObjectKey, definition: Json | None) -> None:
        """Update a definition's names; None if the definition is deleted."""
        new = _NONE if definition is None else _Names.of(definition)
        old = self._own.get(key, _NONE)
        if definition is None:
            self._own.pop(key, None)
        else:
            self._own[key] = new
        self._resources.subtract(old.resources)
        self._resources.update(new.resources)
        self._kinds.subtract(old.kinds)
        self._kinds.update(new.kinds)
        (self._waiting.add if new.waits else self._waiting.discard)(key)

    def waiting(self, key: ObjectKey) -> Iterable[ObjectKey]:
        """The other definitions that wait for a name, in the order in which they were created."""
        return [one for one in self._own if one in self._waiting and one != key] if self._waiting else ()

    def taken(self, key: ObjectKey) -> "tuple[_Taken, _Taken]":
        """The resource names, and the kind names, that other definitions hold."""
        own = self._own.get(key, _NONE)
        return _Taken(self._resources, own.resources), _Taken(self._kinds, own.kinds)


class _Names(NamedTuple):
    """The names that a definition holds."""

    resources: tuple[str, ...]
    kinds: tuple[str, ...]
    waits: bool

    @classmethod
    def of(cls, definition: Json) -> "_Names":
        """The names in the definition's status."""
        held = status_of(definition).get("acceptedNames") or {}
        kinds = tuple(held[part] for part in _KINDS if held.get(part))
        return cls(tuple(_resources(held)), kinds, conditions.state(definition, "NamesAccepted") == "False")


_NONE = _Names((), (), waits=False)


class _Taken(NamedTuple):
    """Names held by other definitions: those of the whole group minus one's own."""

    all: Counter[str]
    own: Collection[str]

    def has(self, name: str) -> bool:
        """Whether another definition holds a name."""
        return self.all[name] > tuple(self.own).count(name)


class CustomResourceNamesController:
    """Accepts the names of definitions, and establishes the definitions."""

    name = "naming-condition-controller"

    def __init__(self) -> None:
        self.watches = (Watch(*_KIND, self._its_group),)
        self._groups: dict[str, _Group] | None = None

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the status of one definition up to date (sync)."""
        definition = context.cache.find(request)
        if definition is None:
            return DONE
        status, wanted = status_of(definition), spec_of(definition).get("names") or {}
        if status.get("acceptedNames") == wanted and conditions.is_true(definition, "Established"):
            return DONE
        taken = self._group_of(definition, context.cache).taken(request)
        accepted, conflict = _accepted(wanted, status.get("acceptedNames") or {}, *taken)
        found = _conditions(definition, conflict, rfc3339(context.now))
        if accepted != status.get("acceptedNames") or found != status.get("conditions"):
            context.client.update_status(
                {**definition, "status": {**status, "acceptedNames": accepted, "conditions": found}}
            )
        return DONE

    def _its_group(self, event: WatchEvent, cache: Cache) -> Iterable[Request]:
        """The definition, and those that wait for a name of its group."""
        group = self._group_of(event.value, cache)
        group.note(event.key, None if event.type is EventType.DELETED else event.value)
        return [event.key, *group.waiting(event.key)]

    def _group_of(self, definition: Json, cache: Cache) -> _Group:
        """The group of a definition, which no update can change; on first use all definitions are read."""
        if self._groups is None:
            self._groups = {}
            for key, one in cache.items(*_KIND):
                self._groups.setdefault(_name_of_group(one), _Group()).note(key, one)
        return self._groups.setdefault(_name_of_group(definition), _Group())


def _name_of_group(definition: Json) -> str:
    return str(spec_of(definition).get("group"))


def _accepted(wanted: Json, held: Json, resources: _Taken, kinds: _Taken) -> tuple[Json, tuple[str, str]]:
    """The names a definition is given, and reason and message of the last conflict; both empty if there is none."""
    accepted, conflict = dict(held), ("", "")
    for part in _RESOURCES:
        conflict = _claim(part, wanted, accepted, resources) or conflict
    new = [name for name in wanted.get("shortNames") or () if name not in (held.get("shortNames") or ())]
    taken = [name for name in new if resources.has(name)]
    if taken:
        conflict = ("ShortNamesConflict", _in_use(taken))
    elif "shortNames" in wanted or "shortNames" in accepted:
        accepted["shortNames"] = wanted.get("shortNames")
    for part in _KINDS:
        conflict = _claim(part, wanted, accepted, kinds) or conflict
    accepted["categories"] = wanted.get("categories")
    required = {part: accepted.get(part) or "" for part in ("plural", "kind")}
    return {**required, **{part: name for part, name in accepted.items() if name}}, conflict


def _claim(part: str, wanted: Json, accepted: Json, taken: _Taken) -> tuple[str, str] | None:
    """Take one name, if it is free or held already; the conflict otherwise."""
    name: str = wanted.get(part) or ""
    if name != (accepted.get(part) or "") and taken.has(name):
        return f"{part[0].upper()}{part[1:]}Conflict", _in_use([name])
    accepted[part] = name
    return None


def _resources(names: Json) -> Iterator[str]:
    yield from (names[part] for part in _RESOURCES if names.get(part))
    yield from names.get("shortNames") or ()


def _in_use(names: list[str]) -> str:
    texts = [f'"{name}" is already in use' for name in names]
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"


def _conditions(definition: Json, conflict: tuple[str, str], now: str) -> list[Json]:
    reason, text = conflict
    names = ("False", reason, text) if reason else ("True", "NoConflicts", "no conflicts found")
    found = conditions.put(conditions.of(definition), _condition("NamesAccepted", *names, now))
    if conditions.is_true(definition, "Established"):
        return found
    if reason:
        missing = ("False", "NotAccepted", "not all names are accepted")
        return conditions.put(found, _condition("Established", *missing, now))
    established = ("True", "InitialNamesAccepted", "the initial names have been accepted")
    return conditions.put(found, _condition("Established", *established, now))


def _condition(kind: str, status: str, reason: str, message: str, now: str) -> Json:
    return {
        "type": kind, "status": status, "lastTransitionTime": now, "reason": reason, "message": message,
    }  # fmt: skip
