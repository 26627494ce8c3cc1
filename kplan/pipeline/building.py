"""Folders with a kustomization to objects, each with its place in the files that it was built from."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from os.path import isfile, join, normpath, realpath, relpath
from typing import Final

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.errors import UsageError
from kplan.inputs.ledger import Ledger
from kplan.inputs.request import Chart, Request
from kplan.inputs.sight import content_digest
from kplan.kustomize import Built, KustomizeError
from kplan.kustomize import build as built_by_kustomize
from kplan.kustomize.documents import Files
from kplan.kustomize.edits import Edits
from kplan.kustomize.files import Trace, standing
from kplan.kustomize.places import BuiltDocument
from kplan.pipeline.generators import kustomizations
from kplan.pipeline.loaded import Loaded
from kplan.pipeline.unbuilt import UNBUILT, deprecations, kustomization_of, refusal, shortened
from kplan.report import InputSummary

UNRENDERED: Final = "HELM001"
_OFFLINE: Final = ("is not fetched", "external plugins disabled", "must specify --enable-helm")
"""Words of refusals that say nothing against a folder: only that it needs more than its own files."""


def build(directory: str, *, restricted: bool = True, edits: Edits | None = None) -> Loaded:
    """Build a folder as ``kubectl kustomize`` does; why it cannot be built is an error in kustomize's words.

    ``edits`` are what Argo CD or Flux add to its kustomization, which may be absent then.

    The origin of every object is a document that finds its fields in the files that the folder was built from.
    """
    return _build(directory, restricted=restricted, edits=edits)[0]


def rebuild(directory: str, changed: Mapping[str, bytes]) -> Loaded:
    """The same with some files as they may become, by the names that they are shown with."""
    trace = Trace({realpath(name): data for name, data in changed.items()})
    return _build(directory, trace=trace)[0]


def render(chart: Chart, *, needed: bool = True) -> Loaded:
    """Render a chart with the user's helm; why that cannot be done is an error. The origin of
    an object is its template.

    Where it is not ``needed``, it is a warning that there is no helm.
    """
    from kplan.helm import HelmMissingError, documents_of, template

    try:
        rendered = documents_of(template(chart), chart.path)
    except UsageError as error:
        missing = isinstance(error, HelmMissingError) and not needed
        severity = Severity.WARNING if missing else Severity.ERROR
        message = error.message.removeprefix(f"{chart.path}: ")
        refused = Diagnostic(UNRENDERED, message, severity, location=Location(chart.path), help=error.hint)
        return Loaded((), (refused,), InputSummary(files=1))
    decoded = decode(rendered.documents)
    files = {source.name: None for one in rendered.documents for source in one.sources}
    summary = InputSummary(len(files), len(decoded.objects), manifests=tuple(files), built=(chart.path,))
    said = (*rendered.diagnostics, *decoded.diagnostics)
    return Loaded(tuple(decoded.objects), said, summary, unsent=frozenset(decoded.unsent))


class Builds:
    """Builds what a request names and what is found in its folders, and keeps the results."""

    def __init__(self, request: Request) -> None:
        self._loaded: list[Loaded] = []
        self._given = {normpath(path) for path in request.paths}
        self._ledger = request.ledger
        self._trace = Trace()
        self._built: set[str] = set()
        self._read: set[str] = set()
        for folder in request.kustomizations:
            self._add(folder, given=True)
        for chart in request.charts:
            self._loaded.append(render(chart))

    @property
    def loaded(self) -> Sequence[Loaded]:
        """The results of all builds; a failure is reported at its cause, not again for each folder around it."""
        said = [one.message for each in self._loaded for one in each.diagnostics if one.rule == UNBUILT]
        if not said:
            return self._loaded
        return [each._replace(diagnostics=_of_own_cause(each.diagnostics, said)) for each in self._loaded]

    def run(self, folders: Iterable[str]) -> Collection[str]:
        """Build folders that were found; gives the real paths of all files that have been read."""
        for folder in folders:
            self._add(folder, given=folder in self._given)
        return self._read

    def _add(self, folder: str, *, given: bool) -> None:
        if realpath(folder) in self._built:
            return
        self._built.add(realpath(folder))
        loaded, read = _build(folder, trace=self._trace)
        if self._ledger is not None:
            _note(self._ledger, self._trace)
        self._read.update(read)
        self._loaded.append(loaded if given else _as_found(loaded))


def _of_own_cause(found: Iterable[Diagnostic], said: Sequence[str]) -> list[Diagnostic]:
    """The failures, without those that only repeat the failure of a folder inside."""
    return [
        shortened(one)
        for one in found
        if one.rule != UNBUILT or not any(text != one.message and text in one.message for text in said)
    ]


def _as_found(loaded: Loaded) -> Loaded:
    """A folder that nobody named may wait for what only another tool brings: that it is not built is no error."""
    said = [
        one._replace(
            severity=Severity.INFO if any(words in one.message for words in _OFFLINE) else Severity.WARNING
        )
        if one.rule == UNBUILT
        else one
        for one in loaded.diagnostics
    ]
    return loaded._replace(diagnostics=said)


def _note(ledger: Ledger, trace: Trace) -> None:
    """Take down what builds looked at; what was read is what has to be there again."""
    ledger.standing |= {path: standing(path) for path in trace.looked if path not in ledger.standing}
    ledger.contents |= {path: content_digest(data).hex() for path, data in trace.contents.items()}


def _build(
    directory: str, *, restricted: bool = True, trace: Trace | None = None, edits: Edits | None = None
) -> tuple[Loaded, Collection[str]]:
    """The result of a build, and the real paths of the files that it read."""
    warnings: list[str] = []
    try:
        built = built_by_kustomize(
            directory, restricted=restricted, warnings=warnings, trace=trace, edits=edits
        )
    except KustomizeError as error:
        refused = refusal(directory, error.shown)
        return Loaded((), (refused,), InputSummary(files=1), unbuilt=tuple(_unbuilt(directory))), ()
    decoded = decode(_documents(directory, built))
    said = (*deprecations(directory, warnings), *decoded.diagnostics)
    manifests = {source.name: None for one in decoded.objects if one.origin for source in one.origin.sources}
    summary = InputSummary(
        len(built.files), len(decoded.objects), manifests=tuple(manifests), built=(directory,)
    )
    return Loaded(tuple(decoded.objects), said, summary, unsent=frozenset(decoded.unsent)), built.files.keys()


def _unbuilt(directory: str) -> Iterable[Object]:
    """The kustomization of a folder as an object."""
    path = kustomization_of(directory)
    return kustomizations([path]) if isfile(path) else ()  # noqa: PTH113 - likewise


def _documents(directory: str, built: Built) -> Sequence[BuiltDocument]:
    files = Files(built.files, _Shown(directory, realpath(directory)))
    return [BuiltDocument(directory, item, files) for item in built.resources]


@dataclass(frozen=True, slots=True)
class _Shown:
    """Shows real paths as they are reached from the folder as the user named it."""

    directory: str
    root: str

    def __call__(self, real: str) -> str:
        """The path of a file."""
        path = normpath(join(self.directory, relpath(real, self.root)))  # noqa: PTH118 - shown as given
        return path if realpath(path) == real else real
