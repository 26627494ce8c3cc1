"""What Argo CD and Flux would deploy: their objects followed through this repository, each application built."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.gitops import Application, Repository, Source, Unfollowed, follow
from kplan.gitops.merging import merged
from kplan.gitops.model import Refused, Tool
from kplan.gitops.order import synced
from kplan.gitops.projects import Project
from kplan.gitops.substitution import substituted
from kplan.inputs.request import Chart, Depth, Request
from kplan.namedtuples import NamedTuple
from kplan.pipeline.building import build, render
from kplan.pipeline.loaded import Loaded, joined
from kplan.pipeline.loading import load
from kplan.schema import discovery
from kplan.schema.crd import custom_kinds

UNFOLLOWED = "APP001"
REFUSED = "APP002"


class Deployed(NamedTuple):
    """Applications in the order of their waves and dependencies, each with its objects, and what is not followed."""

    applications: Sequence[tuple[Application, Loaded]] = ()
    unfollowed: Sequence[Unfollowed] = ()
    refused: Sequence[Refused] = ()
    """What their projects do not permit."""

    @property
    def findings(self) -> list[Diagnostic]:
        """What is not followed, and what is not permitted, at its place."""
        return [*map(_note, self.unfollowed), *map(_error, self.refused)]


def deployed(objects: Iterable[Object], repository: Repository) -> Deployed:
    """Follow the objects that deploy others, and build what each of them deploys."""
    built: dict[tuple[str, str, str], Loaded] = {}

    def built_of(one: Application) -> Sequence[Object]:
        built[one.kind, one.title, one.root] = made = application(one)
        return made.objects

    found = follow(objects, repository, built_of)
    made = [(one, built[one.kind, one.title, one.root]) for one in found.applications]
    return Deployed(made, found.unfollowed, tuple(_refused(made, found.projects)))


def _refused(
    made: Sequence[tuple[Application, Loaded]], projects: Mapping[tuple[str, str], Project]
) -> Iterator[Refused]:
    """What AppProjects forbid: applications, and objects of theirs whose scope is known."""
    scopes = discovery.bundled().extended(
        kind.resource
        for _, loaded in made
        for each in loaded.objects
        if each.gvk.kind == "CustomResourceDefinition"
        for kind in custom_kinds(each.value)
    )
    for one, loaded in made:
        if (project := projects.get((one.title, one.root))) is None:
            continue
        yield from (Refused(one, reason, one.location) for reason in project.refusals(one))
        for each in loaded.objects:
            resource = scopes.resource_for(each.gvk)
            reason = project.refusal_of(each, one, namespaced=resource.namespaced) if resource else ""
            if reason:
                yield Refused(one, reason, each.origin.location() if each.origin else one.location)


def application(one: Application) -> Loaded:
    """The objects of an application, in the order in which they are applied."""
    made = joined(_source(source, one) for source in one.sources)
    if made.unsent:
        made = made._replace(objects=made.sent, unsent=frozenset())
    objects = synced(made.objects) if one.kind.endswith(".argoproj.io") else list(made.objects)
    if one.creates_namespace and one.target_namespace and not _defines(objects, one.target_namespace):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one.target_namespace}}
        objects.insert(0, Object(namespace))
    return made._replace(objects=objects, surroundings=None)


def _source(source: Source, one: Application) -> Loaded:
    if source.tool is Tool.HELM:
        return _chart(source, one)
    if source.tool is Tool.DIRECTORY:
        return load(Request(source.files, Depth.OWN)) if source.files else Loaded()
    made = build(source.path, edits=source.edits)
    if source.variables is None:
        return made
    objects = [Object(substituted(each.value, source.variables), each.origin) for each in made.objects]
    return made._replace(objects=objects)


def _chart(source: Source, one: Application) -> Loaded:
    """A chart, rendered with the values that files and the application hold; what the application says counts more."""
    values: dict[str, Any] = {}
    for more in source.inline_values:
        values = merged(values, more)
    inline = json.dumps(values) if values else ""
    return render(
        Chart(source.path, source.release, one.target_namespace, source.values, inline), needed=False
    )


def _defines(objects: Iterable[Object], namespace: str) -> bool:
    return any(one.gvk.kind == "Namespace" and one.name == namespace for one in objects)


def _error(one: Refused) -> Diagnostic:
    return Diagnostic(
        REFUSED, f"Argo CD does not deploy it: {one.reason}", Severity.ERROR,
        object=f"{one.application.kind.lower()}/{one.application.title}",
        location=one.location if one.location.file else None,
        help="change the application, or what its AppProject permits.",
    )  # fmt: skip


def _note(one: Unfollowed) -> Diagnostic:
    where = one.location if one.location.file else Location("")
    return Diagnostic(
        UNFOLLOWED,
        f"not followed: {one.reason}",
        Severity.INFO,
        object=one.title,
        location=where,
        help=one.help,
    )
