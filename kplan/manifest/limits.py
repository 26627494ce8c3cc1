"""How much input one run accepts, so that hostile files end in a message and not in a machine out of memory."""

from kplan.namedtuples import NamedTuple


class Limits(NamedTuple):
    """Bounds on what is read."""

    max_file_bytes: int = 64 << 20
    """Size of one file or of standard input."""
    max_depth: int = 200
    """Nesting of mappings and sequences in one document."""
    max_nodes: int = 16 << 20
    """Values (and keys) in one document: as many as a file of that size can hold written out, not repeated."""
    max_files: int = 200_000
    """Most files to read."""

    @classmethod
    def of_files(cls, size: int) -> "Limits":
        """Bounds for files of up to that many bytes."""
        return cls(max_file_bytes=size, max_nodes=max(cls().max_nodes, size // 4))


DEFAULT = Limits()
DEEPEST = 500
"""Levels that every command bears, also one that only reads a state they were stored in."""
STATE = Limits.of_files(2 << 30)
"""For what a cluster printed: one document may hold all of it."""
