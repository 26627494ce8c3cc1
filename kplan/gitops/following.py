"""From objects to applications, and from what those build to further ones: applications of applications."""

import posixpath
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from kplan.api.object import Object
from kplan.gitops.kinds import KINDS
from kplan.gitops.looking import Looking
from kplan.gitops.model import Application, Unfollowed
from kplan.gitops.order import in_order
from kplan.gitops.projects import Project
from kplan.gitops.repository import Repository

Build = Callable[[Application], Sequence[Object]]
"""Builds the objects of an application."""
_MOST = 20_000
"""Applications that are followed."""


@dataclass(slots=True)
class Found:
    """The applications in the order of their waves and dependencies, and what is not followed."""

    applications: list[Application] = field(default_factory=list)
    unfollowed: list[Unfollowed] = field(default_factory=list)
    projects: dict[tuple[str, str], Project] = field(default_factory=dict)
    """By title and root of an application, the AppProject that it belongs to, if that is known."""


def deploys(one: Object) -> bool:
    """Whether an object deploys others."""
    return f"{one.gvk.kind}.{one.gvk.group}" in KINDS


def follow(objects: Iterable[Object], repository: Repository, build: Build) -> Found:
    """Read the objects that deploy others, build what they name, and go on with what that holds."""
    looking, made = Looking(repository), dict[tuple[str, str, str], Application]()
    unfollowed: dict[Unfollowed, None] = {}
    pending: list[tuple[Object, str, str]] = []

    def take(some: Iterable[Object], parent: str, root: str) -> None:
        for one in some:
            own = root if parent else posixpath.dirname(_file(one))
            looking.add([one], own)
            if deploys(one):
                pending.append((one, parent, own))

    take(objects, "", "")
    while pending and len(made) < _MOST:
        one, parent, looking.root = pending.pop(0)
        for found in KINDS[f"{one.gvk.kind}.{one.gvk.group}"](one, looking):
            if isinstance(found, Unfollowed):
                unfollowed[found] = None
                continue
            key = found.kind, found.title, looking.root
            if (known := made.get(key)) is None:
                made[key] = replace(found, parent=parent, root=looking.root)
                take(build(made[key]), found.title, looking.root)
            elif parent and not known.parent:
                made[key] = replace(known, parent=parent)
    kept = _without_raw(made.values())
    places = {_place(one) for one in made.values()} - {_place(one) for one in kept}
    titles = {f"{one.kind}/{one.title}".lower() for one in kept}
    told = [one for one in unfollowed if _place(one) not in places or one.title in titles]
    return Found(in_order(kept), told, dict(_projects(kept, looking)))


def _projects(
    applications: Iterable[Application], looking: Looking
) -> Iterator[tuple[tuple[str, str], Project]]:
    """The project of each application that has one;
    it lies in the namespace of Argo CD, wherever the application does.
    """
    for one in applications:
        looking.root = one.root
        named = [each for each in looking.of_kind("argoproj.io", "AppProject") if each.name == one.project]
        own = [each for each in named if each.namespace == one.namespace]
        if named and one.project:
            yield (one.title, one.root), Project((own or named)[0])


def _file(one: Object) -> str:
    return posixpath.normpath(one.origin.location().file) if one.origin else ""


def _without_raw(applications: Iterable[Application]) -> list[Application]:
    """Without objects of files that an application is made of, read by themselves:
    deployed they may have another name.
    """
    found = list(applications)
    deployed = {_place(one) for one in found if one.parent}
    return [one for one in found if one.parent or _place(one) not in deployed]


def _place(one: Application | Unfollowed) -> tuple[str, int]:
    return posixpath.normpath(one.location.file), one.location.line
