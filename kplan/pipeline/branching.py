"""What a branch changes: the same inputs read at a revision of git, and applied,
are the state that the branch meets.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Severity, has_error, in_order
from kplan.namedtuples import NamedTuple
from kplan.pipeline.building import UNRENDERED
from kplan.pipeline.loading import Loaded, load
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.api.gvk import ObjectKey
    from kplan.inputs.request import Chart, Request
    from kplan.kubectl.apply import ApplyOptions
    from kplan.kubectl.diff import DiffOptions, DiffResult
    from kplan.kubectl.reading import Info
    from kplan.pipeline.states import State
    from kplan.plan.change import Identity
    from kplan.plan.pruned import Pruning
    from kplan.report import Report
    from kplan.selectors.labels import Selector
    from kplan.state.sources.revision import Revision


class Base(NamedTuple):
    """The inputs of a revision, applied."""

    state: "State"
    named: Sequence["Info"]
    """The objects that they name."""

    @property
    def identities(self) -> "frozenset[Identity]":
        """The objects, as plans name them."""
        from kplan.plan.change import Identity

        return frozenset(
            Identity(one.resource.api_version, one.resource.kind, one.namespace, one.name)
            for one in self.named
        )

    def pruning(self, selector: "Selector") -> "Pruning":
        """Delete those that the branch no longer names."""
        from kplan.plan.pruned import Pruning

        return Pruning((), selector, named=frozenset(one.key for one in self.named))


class Earlier(NamedTuple):
    """The inputs as they are in a revision."""

    loaded: Loaded
    revision: "Revision"


def load_base(revision: str, request: "Request", directory: Path) -> Earlier:
    """Read what a request names as it is in a revision of git. Raises UsageError.

    Paths that the revision does not have hold nothing in it; those outside the repository are as they are. What is
    wrong with the revision is no error: the branch may be what mends it.
    """
    from kplan.state.sources.revision import read_revision

    with TemporaryDirectory(prefix="kplan-base-") as folder:
        read = read_revision(revision, directory, Path(folder).resolve())
        loaded = load_at(request, read, directory)
    found = [*(_absent(one, read) for one in read.absent if one.endswith((".yaml", ".yml", ".json")))]
    return Earlier(loaded._replace(diagnostics=[*found, *loaded.diagnostics]), read)


def load_for_lint(
    revision: str, request: "Request", context: "Request | None", directory: Path
) -> tuple[Earlier, Loaded | None]:
    """The same with the files around those that are named, and what references are looked up in. Raises UsageError."""
    from kplan.state.sources.revision import read_revision

    with TemporaryDirectory(prefix="kplan-base-") as folder:
        read = read_revision(revision, directory, Path(folder).resolve())
        loaded = load_at(request, read, directory)
        around = load_at(context, read, directory) if context else None
        if loaded.surroundings and around is None:
            near = loaded.surroundings()
            loaded = loaded._replace(surroundings=lambda: near)
    return Earlier(loaded, read), around


def load_at(request: "Request", read: "Revision", directory: Path) -> Loaded:
    """Read what a request names in the folder of a revision that is there already."""
    paths = tuple(_there(request.paths, read, directory))
    root = read.path_of(request.root, directory) or request.root
    built = tuple(_there(request.kustomizations, read, directory))
    charts = tuple(_chart(one, read, directory) for one in request.charts)
    there = request._replace(paths=paths, kustomizations=built, charts=charts, root=root, tolerant=True)
    return load(there) if paths or built or charts else Loaded()


def without_told(earlier: Earlier, head: Loaded) -> Earlier:
    """A revision without the charts that cannot be rendered there for the reason that is told
    of the ``head`` already.
    """
    told = {one.message for one in head.diagnostics if one.rule == UNRENDERED}
    left = [one for one in earlier.loaded.diagnostics if one.rule != UNRENDERED or one.message not in told]
    return earlier._replace(loaded=earlier.loaded._replace(diagnostics=left))


def base_state(
    earlier: Earlier, options: "ApplyOptions", *, kubernetes: str = DEFAULT, on: "State | None" = None,
    head: Sequence[Object] = (),
) -> Base:  # fmt: skip
    """Apply the inputs of a revision to an empty cluster, or to the state that they are ``on``.

    Namespaces and kinds that neither they nor the ``head`` define, which is to be applied next, are taken to be there.
    """
    from dataclasses import replace

    from kplan.apiserver.server import Server
    from kplan.kubectl.apply import apply
    from kplan.kubectl.diagnose import diagnose
    from kplan.pipeline.states import State, held, register_nodes
    from kplan.pipeline.surroundings import add_surroundings
    from kplan.schema.catalog import Catalog
    from kplan.state.sources.manifests import cluster_for

    loaded, revision = earlier
    kept = on.store.fork() if on else held(cluster_for(loaded.objects, kubernetes)).store
    server = Server(kept, catalog=Catalog.for_version(kubernetes), track_fields=True)
    reading = options.reading._replace(patient=True)
    add_surroundings(server, [*loaded.objects, *head], reading.namespace)
    done = apply(loaded.sent, server, replace(options, reading=reading, emulate_controllers=True))
    register_nodes(kept, loaded.objects, kubernetes)
    refused = [one for failure in done.failures for one in diagnose(failure)]
    found = [
        *(on.diagnostics if on else ()),
        *(_mild(one, revision) for one in (*loaded.diagnostics, *refused)),
    ]
    state = State(kept, f"the manifests at {revision.name}", diagnostics=found, fresh=True)
    state = state._replace(facts=on.facts) if on else state
    return Base(state, tuple(one.info for one in done.applied))


def add_removed(result: "DiffResult", before: Base, options: "DiffOptions") -> None:
    """Add the files of objects that the branch no longer names;
    one whose generated name changed is compared with its new self.
    """
    from kplan.kubectl.diff import file_name
    from kplan.kubectl.pruning import pruned_file

    store = before.state.store
    visited = {
        info.key: info for info in (*result.visited, *(one.info for one in result.failures if one.info))
    }
    new = [(info.key, file_name(info)) for key, info in visited.items() if store.get(key) is None]
    for info in before.named:
        value = store.get(info.key)
        if value is None or info.key in visited or not options.reading.selector.matches(Object(value).labels):
            continue
        gone = pruned_file(info.resource, value, options)
        file = _follows(info.key, new)
        if file is None:
            result.files.append(gone)
        else:
            result.files = [one._replace(live=gone.live) if one.name == file else one for one in result.files]


def refused_before(report: "Report") -> "Report":
    """A report in which what was refused at the base already, in the same words, is a warning:
    the branch did not bring it.
    """
    known = {_words(one) for one in report.findings if one.severity is Severity.WARNING}
    findings = [
        one._replace(severity=Severity.WARNING)
        if one.severity is Severity.ERROR and one.object and _words(one) in known
        else one
        for one in report.findings
    ]
    return report._replace(findings=in_order(findings), broken=has_error(findings))


def _words(one: Diagnostic) -> tuple[str, str, str, str]:
    return one.rule, one.object, one.message, str(one.path)


def _follows(key: "ObjectKey", new: "Iterable[tuple[ObjectKey, str]]") -> str | None:
    """The file of the object that is this one under a new generated name."""
    from kplan.plan.likeness import generated_alike

    return next((file for other, file in new if generated_alike(key, other)), None)


def _there(paths: Iterable[str], read: "Revision", directory: Path) -> Iterator[str]:
    for path in paths:
        inside = None if path == "-" else read.path_of(path, directory)
        if inside is None:
            yield path
        elif any(sign in path for sign in "*?[") or Path(inside).exists():
            yield inside


def _chart(chart: "Chart", read: "Revision", directory: Path) -> "Chart":
    """A chart with its files of values as they are in the revision."""
    at = [read.path_of(path, directory) or path for path in (chart.path, *chart.values)]
    return chart._replace(path=at[0], values=tuple(at[1:]))


def _absent(path: str, read: "Revision") -> Diagnostic:
    text = f"{read.name}:{path}: cannot be read: it is not in the git repository, which is a part of one"
    return Diagnostic("YAML001", text, Severity.WARNING, help="fetch it first: git fetch --refetch")


def _mild(found: Diagnostic, read: "Revision") -> Diagnostic:
    """The same as a warning, at its place in the revision."""
    severity = Severity.WARNING if found.severity is Severity.ERROR else found.severity
    where = found.location
    if where is not None:
        where = where._replace(file=read.told(where.file), built_by=read.told(where.built_by))
    return found._replace(
        severity=severity, location=where, message=read.told(found.message), help=read.told(found.help)
    )
