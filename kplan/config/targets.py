"""Targets of a fleet: those that are written out, those in files and folders, and folders that a pattern names."""

import os
from collections.abc import Iterable, Iterator
from glob import glob
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kplan.config import problems
from kplan.config.model import Target
from kplan.diagnostics import DiagnosedError, Diagnostic
from kplan.errors import UsageError
from kplan.inputs.request import Chart
from kplan.manifest.document import Document
from kplan.manifest.loader import load_file
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.config.reading import Configuration

_FILES = (".yaml", ".yml", ".json")
_MANIFEST = "a pattern names folders of manifests, as in --targets 'overlays/*'; -f reads what Argo CD and Flux deploy"
_KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class Placed(NamedTuple):
    """A target, and the folder that its paths are relative to."""

    target: Target
    folder: str

    def relative(self, path: str) -> str:
        """A path of the target as it is from the working directory."""
        return path if os.path.isabs(path) else os.path.relpath(os.path.join(self.folder, path))

    def paths(self, kind: str) -> tuple[str, ...]:
        """Its inputs of one kind."""
        found = (getattr(one, kind) for one in self.target.inputs)
        return tuple(self.relative(one) for one in found if one)

    def charts(self, kubernetes: str) -> tuple[Chart, ...]:
        """The charts among its inputs, to be rendered for this minor."""
        return tuple(
            Chart(
                self.relative(one.chart), one.release, one.namespace, tuple(map(self.relative, one.values)),
                sets=one.set, api_versions=one.api_versions, kubernetes=kubernetes,
            )
            for one in (given.helm for given in self.target.inputs)
            if one is not None
        )  # fmt: skip


def targets(configuration: "Configuration", given: Iterable[str]) -> list[Placed]:
    """The targets of the command line, else of the configuration, each name once. Raises UsageError."""
    folder = configuration.directory or "."
    written = list(given)
    found = [placed for one in written for placed in _of_path(one)] if written else [
        placed
        for one in configuration.get("targets") or ()
        for placed in (_of_path(os.path.join(folder, one)) if isinstance(one, str) else [Placed(Target.model_validate(one), folder)])
    ]  # fmt: skip
    if empty := next((one.target.name for one in found if not one.target.inputs), None):
        raise UsageError(f"target '{empty}' has no inputs", hint="give it some: inputs: [{path: deploy/}]")
    names = [one.target.name for one in found]
    if twice := next((name for place, name in enumerate(names) if name in names[:place]), None):
        raise UsageError(f"two targets are called '{twice}'", hint="give each a name of its own")
    return found


def _of_path(path: str) -> Iterator[Placed]:
    """A file of targets, a folder of such files, or a pattern of folders that are targets themselves."""
    matches = sorted(glob(path, recursive=True))
    if not matches:
        raise UsageError(
            f"no target at {path}", hint="name a file of targets, a folder of such files, or overlays/*"
        )
    for one in map(os.path.normpath, matches):
        if os.path.isfile(one):
            yield from _of_file(one)
        elif _is_input(one) or set("*?[") & set(path):
            yield _of_folder(one)
        else:
            files = sorted(os.path.join(one, name) for name in os.listdir(one) if name.endswith(_FILES))
            if not files:
                raise UsageError(f"{one} holds no files of targets", hint=_MANIFEST)
            yield from (placed for file in files for placed in _of_file(file))


def _is_input(folder: str) -> bool:
    return any(os.path.isfile(os.path.join(folder, name)) for name in _KUSTOMIZATIONS)


def _of_folder(folder: str) -> Placed:
    """A folder of manifests, or an overlay, as a target of its name."""
    kind = "kustomize" if _is_input(folder) else "path"
    labels = {"folder": os.path.basename(folder)}
    made = {"name": folder, "labels": labels, "inputs": [{kind: folder}]}
    return Placed(Target.model_validate(made), ".")


def _of_file(file: str) -> Iterator[Placed]:
    """Every target in a file: a mapping or a list of them a document."""
    loaded = load_file(file)
    if loaded.diagnostics:
        raise UsageError(f"{file}: {loaded.diagnostics[0].message}")
    for document in loaded.documents:
        if isinstance(document.value, dict) and {"apiVersion", "kind"} <= document.value.keys():
            raise UsageError(f"{file} is a manifest, not a file of targets", hint=_MANIFEST)
        yield from _of_document(document, os.path.dirname(file) or ".")


def _of_document(document: Document, folder: str) -> Iterator[Placed]:
    """The targets of a document. Raises DiagnosedError with all that is wrong in them."""
    several = isinstance(document.value, list)
    wrong = list[Diagnostic]()
    for number, value in enumerate(document.value if several else [document.value]):
        try:
            yield Placed(Target.model_validate(value), folder)
        except ValidationError as error:
            before = (number,) if several else ()
            wrong += problems.diagnostics(error, value, Target, _behind(before, problems.placed(document)))
    if wrong:
        raise DiagnosedError(wrong)


def _behind(before: problems.Steps, places: problems.Places) -> problems.Places:
    """Places of values within another one."""
    return lambda steps: places((*before, *steps))
