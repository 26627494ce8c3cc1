"""Rows as kubectl lays them out: columns three blanks apart, the last one as long as it is.

Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/{tableprinter,tabwriter}.go
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import Column, Moment

_LINE_ENDS: Final = re.compile(r"[\f\n\r]")
_PADDING = 3
_NARROWEST = 6
"""The least width of a column, padding included."""


def table(
    objects: Sequence[Json],
    columns: Sequence[Column],
    moment: Moment,
    *,
    prefix: str = "",
    namespaces: bool = False,
    headers: bool = True,
    widths: list[int] | None = None,
    event: str = "",
) -> str:
    """A table of objects; ``prefix`` goes before names, ``namespaces`` and ``event`` add columns;
    ``widths`` remembers them.
    """
    shown = [column for column in columns if moment.wide or not column.wide]
    first = [*(["EVENT"] if event else []), *(["NAMESPACE"] if namespaces else [])]
    rows = [[*first, *(column.heading for column in shown)]] if headers else []
    for value in objects:
        cells = [_cell(column, value, moment) for column in shown]
        cells[0] = f"{prefix}{cells[0]}"
        place = [str(value["metadata"].get("namespace") or "")] if namespaces else []
        rows.append([*([event] if event else []), *place, *cells])
    return aligned(rows, widths)


def aligned(rows: Sequence[Sequence[str]], remembered: list[int] | None = None) -> str:
    """Rows with their columns aligned; ``remembered`` are the widths of rows before, and keeps those of these."""
    if not rows:
        return ""
    longest = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    if remembered is not None:
        before = [*remembered, *([0] * len(longest))]
        longest = [max(pair) for pair in zip(longest, before, strict=False)]
        remembered[:] = longest
    widths = [max(length + _PADDING, _NARROWEST) for length in longest]
    lines = (
        "".join([*(cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)), row[-1]])
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)


def _cell(column: Column, value: Json, moment: Moment) -> str:
    content: Any = column.cell(value, moment)
    first, *more = _LINE_ENDS.split(str(content), maxsplit=1)
    return escaped(first) + ("..." if more else "")


def escaped(text: str) -> str:
    """A text without what a terminal would take for an order."""
    return text.replace("\x1b", "^[").replace("\r", "\\r")
