"""Columns of numbers and texts, packed into the fields of a database's row.

Numbers stand side by side, texts as JSON: a column of thousands is read in a tenth of the time that as many rows take.
"""

import json
import sys
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

Columns = Sequence[Sequence[Any]]


def packed(entries: Sequence[Sequence[Any]], numbers: int) -> Iterator[bytes | str]:
    """Entries of as many numbers, and then texts, as the fields of one row."""
    columns = list(zip(*entries, strict=True))
    for column in columns[:numbers]:
        yield _little(array("q", column)).tobytes()
    for column in columns[numbers:]:
        yield json.dumps(column, separators=(",", ":"), ensure_ascii=False)


def unpacked(rows: Sequence[Sequence[Any]], numbers: int) -> Columns | None:
    """The columns of some rows, one behind the other; None if there is no row or one is damaged."""
    fields = list(zip(*rows, strict=True))
    if not fields:
        return None
    try:
        found = [_numbers(field) for field in fields[:numbers]]
        texts = [[*chain.from_iterable(map(json.loads, field))] for field in fields[numbers:]]
    except (ValueError, TypeError, RecursionError):
        return None
    sound = all({*map(type, column)} <= {str, type(None)} for column in texts)
    return [*found, *texts] if sound and len({*map(len, [*found, *texts])}) == 1 else None


def _numbers(column: Iterable[bytes]) -> Sequence[int]:
    found = array("q")
    for some in column:
        found.frombytes(some)
    return _little(found)


def _little(numbers: "array[int]") -> "array[int]":
    """Numbers as a file holds them, or the other way round."""
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
