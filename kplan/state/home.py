"""Where the stored state of a directory is, without reading it.

Lint asks in every run and mostly finds nothing, so it should not have to load a database for that.
"""

from pathlib import Path
from typing import Final

HOME: Final = Path(".kplan") / "state.db"


def find(directory: Path) -> Path | None:
    """The file of a directory, or the nearest above."""
    return next(
        (folder / HOME for folder in (directory, *directory.parents) if (folder / HOME).is_file()), None
    )
