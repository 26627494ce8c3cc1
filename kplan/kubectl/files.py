"""The files of ``-f``, read and refused as kubectl does.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go
"""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kplan.api.object import Object
from kplan.apiserver.validation.gojson import stream_error
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import UsageError
from kplan.inputs.request import Depth, Request
from kplan.inputs.walk import File, Walk
from kplan.kubectl.decoding import broken, objects_of
from kplan.kubectl.verb import Given
from kplan.manifest.loader import STDIN, STDIN_NAME, UnreadableError, load_text, read_bytes, text_of
from kplan.manifest.parser import SYNTAX
from kplan.manifest.stream import split

_EXTENSIONS = (".json", ".yaml", ".yml")
_WHILE = re.compile(" while (?:parsing|scanning) ")
_OF_THE_READER = "control characters are not allowed"
"""What it says without a line."""
_OF_THE_PARSER = "did not find expected"
"""Its lines are counted from 0, those of the scanner from 1."""


def reader(stdin: Callable[[int], bytes] | None = None) -> Callable[..., Given]:
    """A reader of files, and of this standard input for ``-``."""

    def read(filenames: Sequence[str], *, recursive: bool) -> Given:
        for name in filenames:
            _check_folder(name, recursive=recursive)
        request = Request(tuple(filenames), Depth.ALL if recursive else Depth.OWN, stdin=stdin)
        walk = Walk(request)
        walk.run()
        for problem in walk.diagnostics:
            raise UsageError(problem.message)
        return Given([one for file in walk.files for one in _objects(file, request)])

    return read


def _objects(file: File, request: Request) -> Iterator[Object]:
    """What kubectl finds in a file, up to the first text in it that is no YAML. Raises UsageError."""
    name = STDIN_NAME if file.path == STDIN else file.path
    try:
        text, _ = text_of(read_bytes(file.path, request.limits, request.stdin))
    except UnreadableError as refusal:
        raise UsageError(refusal.diagnostic.message) from refusal
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    as_json = stream_error(text) if text.lstrip().startswith("{") else ""
    for chunk in split(text):
        if chunk.problem:
            yield broken(name, chunk.problem.removeprefix("json: "))
            return
        loaded = load_text(chunk.text, name, request.limits)
        errors = [one for one in loaded.diagnostics if one.severity is Severity.ERROR]
        if errors:
            why = as_json or f"error converting YAML to JSON: yaml: {yaml_problem(errors[0])}"
            yield broken(name, why)
            return
        as_json = ""  # of a text that is neither, kubectl says why it is no JSON
        for document in loaded.documents:
            yield from objects_of(document)


def _check_folder(name: str, *, recursive: bool) -> None:
    """Refuse a folder without files of manifests. Raises UsageError."""
    folder = Path(name)
    if not folder.is_dir():
        return
    found = folder.rglob("*") if recursive else folder.iterdir()
    if not any(one.suffix in _EXTENSIONS and one.is_file() for one in found):
        raise UsageError(f"error reading [{name}]: recognized file extensions are [{' '.join(_EXTENSIONS)}]")


def yaml_problem(problem: Diagnostic) -> str:
    """The error of kubectl's YAML library for invalid YAML."""
    text = _WHILE.split(problem.message, maxsplit=1)[0]
    found = problem.location
    if problem.rule != SYNTAX or found is None or text == _OF_THE_READER:
        return problem.message
    number = found.line - 1 if text.startswith(_OF_THE_PARSER) else found.line
    line = f"line {number}: " if found.line > 1 else ""
    return f"{line}{text}"
