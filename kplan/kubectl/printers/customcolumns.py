"""Tables whose columns the command line names: ``NAME:.metadata.name,IMAGE:.spec.image``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/customcolumn.go
"""

from collections.abc import Iterable, Sequence

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.printers.columns.column import NONE
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.printers.jsonpath.nodes import Template
from kplan.kubectl.printers.jsonpath.text import relaxed, values_of
from kplan.kubectl.printers.output import Output
from kplan.kubectl.printers.table import aligned
from kplan.namedtuples import NamedTuple


class CustomColumn(NamedTuple):
    """A heading and the path of its cells."""

    heading: str
    path: Template

    def cell(self, value: Json) -> str:
        """What the path finds, joined by commas."""
        from kplan.kubectl.printers.describe.words import go  # noqa: PLC0415 - a table needs no describer

        return ",".join(map(go, values_of(self.path, value))) or NONE


def custom_table(output: Output, values: Iterable[Json], *, headers: bool) -> str:
    """A table of objects. Raises UsageError where the columns cannot be read."""
    columns = _from_file(output.template) if output.name.endswith("-file") else _from_line(output.template)
    rows = [[column.heading for column in columns]] if headers else []
    try:
        rows.extend([column.cell(output.shown(value)) for column in columns] for value in values)
    except UsageError as error:
        raise TemplateFailedError(error.message, aligned(rows)) from error
    return aligned(rows)


def _from_line(spec: str) -> Sequence[CustomColumn]:
    columns = []
    for part in spec.split(","):
        heading, colon, path = part.partition(":")
        if not colon:
            raise UsageError(f"unexpected custom-columns spec: {part}, expected <header>:<json-path-expr>")
        columns.append(CustomColumn(heading, relaxed(path)))
    return columns


def _from_file(content: str) -> Sequence[CustomColumn]:
    """The first line names headings, the second their paths."""
    lines = [line.split() for line in content.splitlines()]
    if len(lines) < 2 or len(lines[0]) != len(lines[1]):
        raise UsageError("number of columns and of paths of custom-columns differ")
    return [CustomColumn(heading, relaxed(path)) for heading, path in zip(*lines[:2], strict=True)]
