"""Tables whose columns the command line names: ``NAME:.metadata.name,IMAGE:.spec.image``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
"""

from collections.abc import Iterable, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.printers.columns.column import NONE
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.printers.jsonpath.nodes import Template
from kplan.kubectl.printers.jsonpath.text import relaxed_text, template_of, values_of
from kplan.kubectl.printers.output import Output
from kplan.kubectl.printers.table import aligned
from kplan.namedtuples import NamedTuple

_TWO_LINES: Final = (
    "Expected format is one line of space separated headers, one line of space separated column specs."
)


class CustomColumn(NamedTuple):
    """A heading and the path of its cells."""

    heading: str
    path: str
    """A template with braces; what is wrong inside of them shows once the headings are printed."""


class _Filled(NamedTuple):
    """A column whose path is read."""

    path: Template

    def cell(self, value: Json) -> str:
        """What the path finds, joined by commas."""
        from kplan.kubectl.printers.describe.words import go  # noqa: PLC0415 - a table needs no describer

        found = values_of(self.path, value)
        return ",".join(map(go, found)) if found else NONE


def custom_table(output: Output, values: Iterable[Json], *, headers: bool) -> str:
    """A table of objects. Raises UsageError if the columns cannot be read."""
    columns = _from_file(output.template) if output.name.endswith("-file") else _from_line(output.template)
    rows = [[column.heading for column in columns]] if headers else []
    try:
        cells = [_Filled(template_of(column.path)) for column in columns]
        rows.extend([one.cell(output.shown(value)) for one in cells] for value in values)
    except UsageError as error:
        raise TemplateFailedError(error.message, aligned(rows)) from error
    return aligned(rows)


def _from_line(spec: str) -> Sequence[CustomColumn]:
    columns = []
    for part in spec.split(","):
        heading, colon, path = part.partition(":")
        if not colon:
            raise UsageError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(CustomColumn(heading, relaxed_text(path)))
    return columns


def _from_file(content: str) -> Sequence[CustomColumn]:
    """The first line names headings, the second their paths."""
    lines = [line.split() for line in content.splitlines()[:2]]
    if len(lines) < 2:
        missing = "spec" if lines else "header"
        raise UsageError(f"invalid template, missing {missing} line. {_TWO_LINES}")
    headings, paths = lines
    if len(headings) != len(paths):
        raise UsageError(
            f"number of headers ({len(headings)}) and field specifications ({len(paths)}) don't match"
        )
    return [CustomColumn(heading, relaxed_text(path)) for heading, path in zip(headings, paths, strict=True)]
