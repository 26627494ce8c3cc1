"""All stages on one screen: load, open the state, admit; simulate and plan build on them.

Commands and library users call these; nothing else knows every stage.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Severity, in_order
from kplan.manifest.limits import DEFAULT as LIMITS
from kplan.manifest.limits import Limits
from kplan.manifest.loader import load_paths
from kplan.schema import releases

if TYPE_CHECKING:
    from pathlib import Path

    from kplan.api.object import Json
    from kplan.kubectl.apply import ApplyOptions, ApplyResult
    from kplan.kubectl.diff import DiffOptions, DiffResult
    from kplan.kubectl.dry_run import DryRun
    from kplan.kubectl.reading import Options
    from kplan.lint.selection import LintOptions
    from kplan.plan.model import Plan
    from kplan.scheduler.profile import Profile
    from kplan.simulation.engine import Progress
    from kplan.simulation.scenario import Scenario
    from kplan.state.store import Store

_BETWEEN_REQUESTS = 0.05
"""Seconds that kubectl apply lets pass from one object to the next."""


class Loaded(NamedTuple):
    """The objects of the user's files in reading order, and what could not be read."""

    objects: Sequence[Object] = ()
    diagnostics: Sequence[Diagnostic] = ()
    files: int = 0
    """How many files there were to read."""


def load(
    paths: Iterable[str],
    *,
    recursive: bool = False,
    stdin: Callable[[int], bytes] | None = None,
    limits: Limits = LIMITS,
) -> Loaded:
    """Read files, directories, globs and standard input into objects."""
    read = load_paths(list(paths), recursive=recursive, stdin=stdin, limits=limits)
    decoded = decode(read.documents)
    return Loaded(tuple(decoded.objects), (*read.diagnostics, *decoded.diagnostics), read.files)


class State(NamedTuple):
    """What is in the cluster, opened."""

    store: "Store"
    title: str
    """One line that says where it comes from."""
    revision: int = 0
    """The revision of a stored state; 0 for every other source."""
    diagnostics: Sequence[Diagnostic] = ()
    """What could not be read, or what an API server would refuse of it."""
    fresh: bool = False
    """Whether it is made of manifests that no controller has seen yet."""


def open_state(
    spec: str | None,
    directory: "Path",
    *,
    kubernetes: str = releases.DEFAULT,
    known: Iterable[Object] = (),
    namespace: str | None = None,
) -> State:
    """Open ``--state``; what is given as manifests is applied to an empty cluster first. Raises UsageError.

    ``known`` objects give back the values of Secrets that are stored as hashes; ``namespace`` is theirs where they
    name none.
    """
    from kplan.state.secrets import reveal
    from kplan.state.sources import open_state as read

    snapshot = read(spec, directory, kubernetes)
    store = snapshot.store() if snapshot.revision else canonical(snapshot.objects)
    reveal(store, known, namespace or "default")
    refused: list[Diagnostic] = []
    if snapshot.manifests:
        from kplan.apiserver.server import Server
        from kplan.kubectl.apply import ApplyOptions, apply
        from kplan.kubectl.diagnose import diagnose
        from kplan.kubectl.reading import Options
        from kplan.schema.catalog import Catalog

        server = Server(store, catalog=Catalog.for_version(kubernetes))
        failures = apply(
            snapshot.manifests, server, ApplyOptions(Options(patient=True), furnish=True)
        ).failures
        refused = [found for failure in failures for found in diagnose(failure)]
        _register_nodes(store, snapshot.manifests, kubernetes)
    found = in_order([*snapshot.diagnostics, *refused])
    return State(store, snapshot.title, snapshot.revision, found, bool(snapshot.manifests))


def _register_nodes(store: "Store", manifests: Iterable[Object], kubernetes: str) -> None:
    """Let the kubelets of nodes that were given as manifests report, before any pod looks for a place."""
    from kplan.api.noderegistration import free_addresses
    from kplan.state.sources.nodes import registered

    addresses = free_addresses(store.list("", "Node"))
    for item in manifests:
        node = store.get(item.key) if (item.gvk.group, item.gvk.kind) == ("", "Node") else None
        if node is not None:
            store.put(registered(node, next(addresses), minor=kubernetes))


def at_rest(state: State, *, kubernetes: str = releases.DEFAULT) -> State:
    """A state made of manifests after controllers, scheduler and kubelets have done their work; others as they are."""
    if not state.fresh:
        return state
    from kplan.cluster import Cluster

    cluster = Cluster(state.store.fork(), version=kubernetes)
    cluster.run()
    title = f"{state.title}, applied and played until the cluster is at rest"
    return State(cluster.store, title, state.revision, state.diagnostics)


def canonical(objects: "Iterable[Json]") -> "Store":
    """Objects that a cluster printed, as today's API server would hold them: without nulls, with its defaults."""
    from kplan.apiserver.server import Server
    from kplan.state.store import Store

    server = Server(Store())
    server.load(objects)
    return server.store


def definitions(spec: str | None, directory: str, *, kubernetes: str = releases.DEFAULT) -> "Sequence[Json]":
    """The CustomResourceDefinitions of ``--state``, or of the stored state where there is one. Raises UsageError."""
    if spec is None:
        from kplan.state import home

        if home.find(directory) is None:
            return ()
        from pathlib import Path

        from kplan.state.sources import sqlite

        stored = sqlite.find(Path(directory))
        return stored.definitions() if stored else ()
    from pathlib import Path

    store = open_state(spec, Path(directory), kubernetes=kubernetes).store
    return store.list("apiextensions.k8s.io", "CustomResourceDefinition")


class Linted(NamedTuple):
    """What lint has to say, sorted, and how many objects it looked at."""

    diagnostics: Sequence[Diagnostic]
    checked: int


def lint(
    loaded: Loaded,
    options: "LintOptions",
    *,
    kubernetes: str = releases.DEFAULT,
    more: Iterable[Diagnostic] | None = None,
    definitions: "Sequence[Json]" = (),
) -> Linted:
    """Check objects against the rules; ``more`` are findings of other stages, where no rule says it better.

    ``definitions`` of custom resources that the cluster has serve the kinds they define.
    """
    from kplan.lint.codes import SERVER_CODES
    from kplan.lint.linter import codes_that_run
    from kplan.lint.linter import lint as run
    from kplan.lint.selection import settle
    from kplan.schema.catalog import Catalog
    from kplan.schema.crd import custom_kinds

    catalog = Catalog.for_version(kubernetes)
    if definitions:
        catalog = catalog.extended(kind for one in definitions for kind in custom_kinds(one))
    sources = {item.origin.source.name: item.origin.source for item in loaded.objects if item.origin}
    found = [*loaded.diagnostics, *run(loaded.objects, catalog, options)]
    places = {one.location for one in found if one.severity is Severity.ERROR}
    found += [one for one in more or () if one.location not in places]
    ran = codes_that_run(options) | ({code.code for code in SERVER_CODES} if more is not None else set())
    return Linted(in_order(settle(found, list(sources.values()), options, ran)), len(loaded.objects))


def check(
    loaded: Loaded,
    *,
    kubernetes: str = releases.DEFAULT,
    namespace: str | None = None,
    definitions: "Sequence[Json]" = (),
) -> list[Diagnostic]:
    """What the API server's decoding and validation refuse of the objects, wherever they are applied.

    Admission is left out, for it depends on a cluster; ``definitions``, and those among the objects, serve the kinds
    they define.
    """
    from kplan.apiserver.attributes import Chain
    from kplan.apiserver.server import Server
    from kplan.kubectl.dry_run import check as ask
    from kplan.kubectl.reading import Options
    from kplan.schema.catalog import Catalog
    from kplan.state.store import Store

    server = Server(Store(definitions), catalog=Catalog.for_version(kubernetes), plugins=Chain())
    definitions_first = sorted(loaded.objects, key=lambda one: one.gvk.kind != "CustomResourceDefinition")
    return ask(definitions_first, server, Options(namespace or "default"))


def plan(
    loaded: Loaded,
    state: "Store",
    options: "ApplyOptions",
    scenario: "Scenario",
    *,
    kubernetes: str = releases.DEFAULT,
    profiles: "Mapping[str, Profile] | None" = None,
    progress: "Progress | None" = None,
) -> "Plan":
    """Apply objects to a copy of the state, let the cluster come to rest, and say what that came to.

    Pods are placed by the scheduler's ``profiles``, the default one unless others are given.
    """
    from kplan.cluster import Cluster
    from kplan.plan.builder import build
    from kplan.plan.rehearse import rehearse

    play = partial(Cluster, version=kubernetes, profiles=profiles, progress=progress)
    settled = play(state.fork(), scenario=scenario.model_copy(update={"incidents": ()}))
    settled.run()
    cluster = play(settled.store.fork(), scenario=scenario, start=settled.clock.now)
    pause = partial(cluster.advance, _BETWEEN_REQUESTS)
    applied = list(rehearse(loaded.objects, cluster.server, options, pause, cluster.run))
    cluster.run()
    return build(applied, cluster.outcome(), kubernetes)


def diff(
    loaded: Loaded, state: "Store", options: "DiffOptions", *, kubernetes: str = releases.DEFAULT
) -> "DiffResult":
    """Compare objects with the state, as kubectl diff does; the state stays as it is."""
    from kplan.apiserver.server import Server
    from kplan.kubectl.diff import diff as compare
    from kplan.kubectl.pruning import add_pruned
    from kplan.schema.catalog import Catalog

    server = Server(state.fork(), catalog=Catalog.for_version(kubernetes), track_fields=True)
    result = compare(loaded.objects, server, options)
    add_pruned(result, server, options)
    return result


def apply(
    loaded: Loaded,
    state: "Store",
    options: "ApplyOptions",
    *,
    kubernetes: str = releases.DEFAULT,
    now: datetime | None = None,
) -> "ApplyResult":
    """Apply objects to the state, as kubectl apply does; new nodes are ready at once. Committing it is the caller's."""
    from kplan.apiserver.server import EPOCH, Server
    from kplan.kubectl.apply import apply as write
    from kplan.schema.catalog import Catalog

    server = Server(state, catalog=Catalog.for_version(kubernetes), now=now or EPOCH, track_fields=True)
    new = [item for item in loaded.objects if state.get(item.key) is None]
    result = write(loaded.objects, server, options)
    _register_nodes(state, new, kubernetes)
    return result


def dry_run(
    loaded: Loaded, state: "Store", reading: "Options", *, kubernetes: str = releases.DEFAULT
) -> "DryRun":
    """Ask the API server about every object; later objects see earlier ones, the state stays as it is."""
    from kplan.apiserver.server import Server
    from kplan.kubectl.dry_run import dry_run as ask
    from kplan.schema.catalog import Catalog

    return ask(loaded.objects, Server(state.fork(), catalog=Catalog.for_version(kubernetes)), reading)


def admit_pod(value: "Json", state: "Store", *, kubernetes: str = releases.DEFAULT) -> "Json":
    """The pod as an API server over this state would store it. Raises StatusError."""
    from kplan.apiserver.server import Server
    from kplan.cluster.bootstrap import bootstrap
    from kplan.schema.catalog import Catalog

    server = Server(state.fork(), catalog=Catalog.for_version(kubernetes))
    bootstrap(server)
    namespace = value["metadata"].get("namespace") or "default"
    for missing in (
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}},
        {
            "apiVersion": "v1",
            "kind": "ServiceAccount",
            "metadata": {"name": "default", "namespace": namespace},
        },
    ):
        if server.find(server.store.key_of(missing)) is None:
            server.create(missing)
    return server.create(value, namespace=namespace, dry_run=True).value
