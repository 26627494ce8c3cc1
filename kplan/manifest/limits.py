"""How much input one run accepts, so that hostile files end in a message and not in a machine out of memory."""

from typing import NamedTuple


class Limits(NamedTuple):
    """Bounds on what is read; each is an option of the command line's configuration."""

    max_file_bytes: int = 64 << 20
    """Size of one file or of standard input."""
    max_depth: int = 200
    """Nesting of mappings and sequences in one document."""
    max_nodes: int = 5_000_000
    """Values (and keys) in one document."""
    max_files: int = 200_000
    """Files found under the paths given."""


DEFAULT = Limits()
