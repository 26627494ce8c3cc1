"""All finders of consequences, found by walking: one module a subject. A new file is a new finder."""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pkgutil import iter_modules

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.api.object import Json
from kplan.plan.action import Action
from kplan.plan.change import Change
from kplan.plan.effect import Consequence
from kplan.plan.finder import Finder, World
from kplan.plan.model import PlannedChange
from kplan.simulation.outcome import Outcome


@cache
def all_finders() -> tuple[Finder, ...]:
    """Every finder with its documentation, by name."""
    return tuple(map(_load, sorted(found.name for found in iter_modules(__path__))))


def find_consequences(
    changes: Sequence[PlannedChange],
    outcome: Outcome,
    kubernetes_version: str,
    asked: Mapping[ObjectKey, Json] | None = None,
) -> tuple[PlannedChange, ...]:
    """The changes with what each means for objects to which nothing happens;
    ``asked`` has what refused ones asked for.
    """
    world = World(tuple(planned.change for planned in changes), outcome, kubernetes_version, asked)
    told = set[Consequence]()
    return tuple(_with_consequences(planned, world, told) for planned in changes)


def _with_consequences(planned: PlannedChange, world: World, told: set[Consequence]) -> PlannedChange:
    """The effects with their consequences, without those that an earlier change already reports."""
    found = tuple(one for one in dict.fromkeys(_consequences(planned.change, world)) if one not in told)
    told.update(found)
    return replace(planned, effects=replace(planned.effects, consequences=found)) if found else planned


def _consequences(change: Change, world: World) -> Iterator[Consequence]:
    if change.action is Action.NOOP:
        return
    kind = GroupVersionKind.of(change.object.api_version, change.object.kind).group_kind
    for finder in all_finders():
        if kind in finder.kinds or "*" in finder.kinds:
            yield from finder.find(change, world)


def _load(name: str) -> Finder:
    module = importlib.import_module(f"{__name__}.{name}")
    finder = module.FINDER
    assert isinstance(finder, Finder)
    return finder._replace(doc=module.__doc__ or "")
