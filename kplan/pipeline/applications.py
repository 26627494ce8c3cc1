"""What Argo CD and Flux would deploy: their objects followed through this repository, each application built."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.gitops import Application, Repository, Source, Unfollowed, follow
from kplan.gitops.merging import merged
from kplan.gitops.model import Tool
from kplan.gitops.order import synced
from kplan.gitops.substitution import substituted
from kplan.inputs.request import Chart, Depth, Request
from kplan.pipeline.building import build, render
from kplan.pipeline.loaded import Loaded, joined
from kplan.pipeline.loading import load

UNFOLLOWED = "APP001"


class Deployed(NamedTuple):
    """Applications in the order of their waves and dependencies, each with its objects, and what is not followed."""

    applications: Sequence[tuple[Application, Loaded]] = ()
    unfollowed: Sequence[Unfollowed] = ()

    @property
    def findings(self) -> list[Diagnostic]:
        """What is not followed, as notes at its place."""
        return [_note(one) for one in self.unfollowed]


def deployed(objects: Iterable[Object], repository: Repository) -> Deployed:
    """Follow the objects that deploy others, and build what each of them deploys."""
    built: dict[tuple[str, str, str], Loaded] = {}

    def built_of(one: Application) -> Sequence[Object]:
        built[one.kind, one.title, one.root] = made = application(one)
        return made.objects

    found = follow(objects, repository, built_of)
    return Deployed(
        [(one, built[one.kind, one.title, one.root]) for one in found.applications], found.unfollowed
    )


def application(one: Application) -> Loaded:
    """The objects of an application, in the order in which they are applied."""
    made = joined(_source(source, one) for source in one.sources)
    if made.unsent:
        made = made._replace(objects=made.sent, unsent=frozenset())
    objects = synced(made.objects) if one.kind.endswith(".argoproj.io") else list(made.objects)
    if one.creates_namespace and one.target_namespace and not _defines(objects, one.target_namespace):
        namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": one.target_namespace}}
        objects.insert(0, Object(namespace))
    return made._replace(objects=objects)


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
