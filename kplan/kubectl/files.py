"""The files of ``-f``, read and refused as kubectl does.

Upstream: staging/src/k8s.io/cli-runtime/pkg/resource/{builder,visitor}.go
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from kplan.api.decode import NO_TYPE, decode
from kplan.apiserver.field import go_quote
from kplan.diagnostics import Diagnostic, Severity
from kplan.errors import UsageError
from kplan.inputs.reading import read as load
from kplan.inputs.request import Depth, Request
from kplan.kubectl.verb import Given
from kplan.manifest.parser import SYNTAX

_EXTENSIONS = (".json", ".yaml", ".yml")
_OF_THE_PARSER = "did not find expected"
"""Its lines are counted from 0, those of the scanner from 1."""


def reader(stdin: Callable[[int], bytes] | None = None) -> Callable[..., Given]:
    """A reader of files, and of this standard input for ``-``."""

    def read(filenames: Sequence[str], *, recursive: bool) -> Given:
        for name in filenames:
            _check_folder(name, recursive=recursive)
        depth = Depth.ALL if recursive else Depth.OWN
        loaded = load(Request(tuple(filenames), depth, stdin=stdin))
        decoded = decode(loaded.documents)
        for problem in (*loaded.diagnostics, *decoded.diagnostics):
            if problem.severity is Severity.ERROR:
                raise UsageError(_refusal(problem))
        return Given(decoded.objects)

    return read


def _check_folder(name: str, *, recursive: bool) -> None:
    """Refuse a folder without files of manifests. Raises UsageError."""
    folder = Path(name)
    if not folder.is_dir():
        return
    found = folder.rglob("*") if recursive else folder.iterdir()
    if not any(one.suffix in _EXTENSIONS and one.is_file() for one in found):
        raise UsageError(f"error reading [{name}]: recognized file extensions are [{' '.join(_EXTENSIONS)}]")


def _refusal(problem: Diagnostic) -> str:
    """What kubectl says of a file; of one that is no YAML it says where it found that out."""
    found = problem.location
    if problem.rule == NO_TYPE and found is not None:
        name = "STDIN" if found.file in ("-", "<stdin>") else found.file
        return (
            f"error validating {go_quote(name)}: error validating data: {problem.message}; if you choose to ignore these "
            "errors, turn validation off with --validate=false"
        )
    if problem.rule != SYNTAX or found is None:
        return problem.message
    return f"error parsing {found.file}: error converting YAML to JSON: yaml: {yaml_problem(problem)}"


def yaml_problem(problem: Diagnostic) -> str:
    """What kubectl's YAML library says of a text that is no YAML."""
    text = problem.message.partition(" while parsing")[0]
    found = problem.location
    if problem.rule != SYNTAX or found is None:
        return problem.message
    number = found.line - 1 if text.startswith(_OF_THE_PARSER) else found.line
    line = f"line {number}: " if found.line > 1 else ""
    return f"{line}{text}"
