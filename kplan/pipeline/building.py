"""Folders with a kustomization to objects, each with its place in the files that it was built from."""

from collections.abc import Callable, Iterable, Sequence
from os.path import isfile, join, realpath, relpath
from typing import Final

from kplan.api.decode import decode
from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.kustomize import Built, KustomizeError
from kplan.kustomize import build as built_by_kustomize
from kplan.kustomize.kustomization import NAMES
from kplan.kustomize.places import BuiltDocument, Files
from kplan.pipeline.loading import Loaded
from kplan.report import InputSummary

UNBUILT: Final = "KUS001"
DEPRECATED: Final = "KUS002"


def build(directory: str, *, restricted: bool = True) -> Loaded:
    """Build a folder as ``kubectl kustomize`` does; why it cannot be built is an error in kustomize's words.

    The origin of every object is a document that finds its fields in the files that the folder was built from.
    """
    warnings: list[str] = []
    try:
        built = built_by_kustomize(directory, restricted=restricted, warnings=warnings)
    except KustomizeError as error:
        refused = Diagnostic(UNBUILT, str(error), location=Location(_kustomization(directory)))
        return Loaded((), (refused,), InputSummary(files=1))
    decoded = decode(_documents(directory, built))
    said = (*_deprecated(directory, warnings), *decoded.diagnostics)
    shown = _shown(directory)
    summary = InputSummary(
        len(built.files), len(decoded.objects), manifests=tuple(shown(path) for path in built.files)
    )
    return Loaded(tuple(decoded.objects), said, summary, unsent=frozenset(decoded.unsent))


def joined(parts: Iterable[Loaded]) -> Loaded:
    """Several loads as one, in order."""
    result = Loaded()
    for part in parts:
        result = _both(result, part) if result.inputs.files else part
    return result


def _both(one: Loaded, other: Loaded) -> Loaded:
    before = len(one.objects)
    first, second = one.inputs, other.inputs
    summary = InputSummary(
        first.files + second.files, first.objects + second.objects, (*first.skipped, *second.skipped),
        (*first.excluded, *second.excluded), {**first.below, **second.below},
        tuple(dict.fromkeys((*first.manifests, *second.manifests))),
    )  # fmt: skip
    unsent = one.unsent | {before + index for index in other.unsent}
    return Loaded(
        (*one.objects, *other.objects), (*one.diagnostics, *other.diagnostics), summary,
        one.surroundings or other.surroundings, frozenset(unsent),
    )  # fmt: skip


def _documents(directory: str, built: Built) -> Sequence[BuiltDocument]:
    files = Files(built.files, _shown(directory))
    return [BuiltDocument(directory, item, files) for item in built.resources]


def _shown(directory: str) -> Callable[[str], str]:
    """How the real path of a file is shown: as seen from here, unless the folder was given from the root."""
    here = realpath(".")
    return str if directory.startswith("/") else lambda path: relpath(path, here)


def _kustomization(directory: str) -> str:
    """The kustomization file of a folder, else the folder."""
    names = (join(directory, name) for name in NAMES)  # noqa: PTH118 - shown as given
    return next((name for name in names if isfile(name)), directory)  # noqa: PTH113 - likewise


def _deprecated(directory: str, warnings: Iterable[str]) -> Iterable[Diagnostic]:
    """Kustomize's warnings, each once."""
    where = Location(_kustomization(directory))
    for text in dict.fromkeys(warnings):
        yield Diagnostic(DEPRECATED, text.removeprefix("# Warning: "), Severity.INFO, location=where)
