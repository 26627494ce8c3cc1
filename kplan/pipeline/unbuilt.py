"""What kustomize says of a folder, as findings at the lines of its kustomization that it is about."""

import re
from collections.abc import Iterable, Iterator
from os.path import isfile, join, realpath, relpath
from typing import Final

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath
from kplan.kustomize.kustomization import NAMES
from kplan.manifest.loader import load_file

UNBUILT: Final = "KUS001"
DEPRECATED: Final = "KUS002"
_NOT_FETCHED: Final = r".*: (remote (?:base|file) '[^']*' is not fetched: [^']*)$"
_NAMED: Final = r"'([^'\s]+)'|\[([^\[\]\s]+)\]"
_FIELD: Final = r"'(\w+)'"


def kustomization_of(directory: str) -> str:
    """The kustomization file of a folder, else the folder."""
    names = (join(directory, name) for name in NAMES)  # noqa: PTH118 - shown as given
    return next((name for name in names if isfile(name)), directory)  # noqa: PTH113 - likewise


def refusal(directory: str, text: str) -> Diagnostic:
    """Why a folder cannot be built, with the paths in it as they are seen from here:
    what is said is the same on every machine.
    """
    path, here = kustomization_of(directory), realpath("")
    location, excerpt = _place(path, _names_in(text, directory))
    shown = re.sub(rf"(?<![\w./-]){re.escape(here)}/", "", text)  # not in the midst of another path
    return Diagnostic(UNBUILT, shown, location=location, excerpt=excerpt)


def shortened(said: Diagnostic) -> Diagnostic:
    """The error without kustomize's other attempts, if one of them only says that kplan fetches nothing."""
    found = re.match(_NOT_FETCHED, said.message, re.DOTALL) if said.rule == UNBUILT else None
    return said if found is None else said._replace(message=found[1])


def deprecations(directory: str, warnings: Iterable[str]) -> Iterator[Diagnostic]:
    """Kustomize's deprecation warnings, each once, at the field concerned."""
    path = kustomization_of(directory)
    for text in dict.fromkeys(warnings):
        field, location, excerpt = re.search(_FIELD, text), Location(path), ""
        documents = load_file(path).documents if field is not None and isfile(path) else ()  # noqa: PTH113 - likewise
        if field is not None and documents:
            location, excerpt = documents[0].pointed(FieldPath.of(field[1]), key=True)
        message = text.removeprefix("# Warning: ")
        yield Diagnostic(DEPRECATED, message, Severity.INFO, location=location, excerpt=excerpt)


def _names_in(text: str, directory: str) -> Iterator[str]:
    """What a refusal names, as the kustomization may name it; the last is the cause."""
    for names in reversed(re.findall(_NAMED, text)):
        name = "".join(names)
        yield name
        if name.startswith("/"):
            yield relpath(name, realpath(directory))


def _place(path: str, names: Iterable[str]) -> tuple[Location, str]:
    """The first of the names that a file has a line with."""
    documents = load_file(path).documents if isfile(path) else ()  # noqa: PTH113 - likewise
    if not documents:
        return Location(path), ""
    texts = list(_texts(documents[0].value, ()))
    found = (field for name in names for field, value in texts if value == name)
    field = next(found, None)
    return (Location(path), "") if field is None else documents[0].pointed(FieldPath.of(*field))


def _texts(value: object, steps: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The texts in a value, with where each stands."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _texts(inner, (*steps, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*steps, index))
    elif isinstance(value, str):
        yield steps, value
