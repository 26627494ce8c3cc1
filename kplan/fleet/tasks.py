"""Tasks of targets, and of the applications that Argo CD and Flux would deploy."""

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kplan.diagnostics import Diagnostic, Severity
from kplan.fleet.model import Task, Work
from kplan.gitops import Application, Repository, Tree
from kplan.inputs.request import Request
from kplan.namedtuples import NamedTuple
from kplan.pipeline import branching
from kplan.pipeline.applications import Deployed, deployed
from kplan.pipeline.branching import Earlier
from kplan.pipeline.loaded import Loaded, joined
from kplan.pipeline.loading import load
from kplan.simulation.scenario import Scenario
from kplan.state.sources.revision import Revision

GONE = "APP003"


class Wanted(NamedTuple):
    """A target before it is read."""

    name: str
    request: Request
    labels: Mapping[str, str]
    kubernetes: tuple[str, ...]
    namespace: str
    state: str | None
    scenario: Scenario | None = None
    """What it assumes for itself."""
    follows_state: bool = False
    """Nobody names a minor, so that a stored cluster is asked as its own."""


def of_targets(
    wanted: Iterable[Wanted], work: Work, base: Revision | None, directory: Path
) -> Iterator[Task]:
    """The tasks of targets, each read when its turn comes; with a base also as they were there."""
    for one in wanted:
        loaded = load(one.request)._replace(surroundings=None)
        earlier = None
        if base is not None:
            before = branching.load_at(one.request, base, directory)._replace(surroundings=None)
            earlier = Earlier(before, base)
        yield Task(
            one.name,
            work,
            loaded,
            earlier,
            one.labels,
            one.kubernetes,
            one.follows_state,
            one.namespace,
            one.state,
            str(directory),
            scenario=one.scenario,
        )


class Applications(NamedTuple):
    """The applications of this repository, now and at the base."""

    now: Deployed
    before: Deployed | None
    base: Revision | None
    read: Loaded = Loaded()
    """The files that lead to them."""

    @property
    def gone(self) -> list[Diagnostic]:
        """The applications of the base that nothing deploys now."""
        now = {_key(one) for one, _ in self.now.applications}
        found = self.before.applications if self.before else ()
        return [self._note(one) for one, _ in found if _key(one) not in now]

    def name_of(self, one: Application) -> str:
        """``application/argocd/guestbook``, with its folder where another one has the name as well."""
        everywhere = (*self.now.applications, *(self.before.applications if self.before else ()))
        roots = {other.root for other, _ in everywhere if (other.kind, other.title) == (one.kind, one.title)}
        name = f"{one.kind.partition('.')[0].lower()}/{one.title}"
        return f"{name} ({one.root or '.'})" if len(roots) > 1 else name

    def _note(self, one: Application) -> Diagnostic:
        base = self.base
        at = base.name if base else ""
        where = one.location._replace(file=base.told(one.location.file)) if base else one.location
        return Diagnostic(
            GONE, f"{self.name_of(one)} was deployed at {at}, and is not any more", Severity.WARNING,
            object=self.name_of(one), location=where if where.file else None,
            help="what it deployed is shown as deleted; if nothing prunes it, delete it by hand.",
        )  # fmt: skip


def follow(request: Request, repository: Repository, base: Revision | None, directory: Path) -> Applications:
    """Follow what is read, as it is now and as it was at the base."""
    loaded = load(request)
    now = deployed(loaded.objects, repository)
    if base is None:
        return Applications(now, None, None, loaded)
    there = repository._replace(tree=Tree(base.path_of(repository.tree.root, directory) or str(base.folder)))
    before = deployed(branching.load_at(request, base, directory).objects, there)
    here = base.path_of(".", directory) or str(base.folder)
    shown = [(replace(one, root=_relative(one.root, here)), loaded) for one, loaded in before.applications]
    return Applications(now, before._replace(applications=shown), base, loaded)


def _relative(root: str, here: str) -> str:
    """The folder of the base under its name in the working directory."""
    found = posixpath.relpath(root, here) if root.startswith(here) else root
    return "" if found == "." else found


def of_applications(found: Applications, task: Task) -> Iterator[Task]:
    """The tasks of applications, made after the model of one; those that are gone deploy nothing now."""
    now = {_key(one): (one, loaded) for one, loaded in found.now.applications}
    before = {_key(one): (one, loaded) for one, loaded in (found.before.applications if found.before else ())}
    around = joined(loaded for _, loaded in now.values())
    for key in (*now, *(one for one in before if one not in now)):
        application, loaded = now.get(key) or (before[key][0], Loaded())
        if not application.sources and not (key in before and before[key][0].sources):
            continue
        earlier = None
        if found.base is not None:
            earlier = Earlier(before[key][1] if key in before else Loaded(), found.base)
        labels = {**application.labels, "cluster": application.cluster or "in-cluster"}
        yield replace(
            task, name=found.name_of(application), loaded=loaded, earlier=earlier, labels=labels, prunes=application.prunes or key not in now,
            namespace=application.target_namespace or task.namespace,
            around=around._replace(surroundings=None) if task.work.verb == "lint" else Loaded(),
        )  # fmt: skip


def _key(one: Application) -> tuple[str, str, str]:
    return one.kind, one.title, one.root
