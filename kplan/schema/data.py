"""Finds the bundled data files, in an installed package or in a checkout.

A wheel carries ``schemas/`` as ``kplan/_schemas``; an editable install has only the checkout's directory.
"""

from functools import cache
from pathlib import Path
from typing import Final

from kplan.errors import InternalError

_PACKAGE: Final = Path(__file__).resolve().parent.parent


@cache
def root() -> Path:
    """The directory that holds the data files."""
    for candidate in (_PACKAGE / "_schemas", _PACKAGE.parent / "schemas"):
        if candidate.is_dir():
            return candidate
    raise InternalError("the bundled schemas are missing", hint="reinstall kplan")


def read(name: str) -> bytes:
    """One data file, by its path below the directory."""
    return (root() / name).read_bytes()
