"""One field that names another object: a row of the table of references."""

from typing import Final

from kplan.namedtuples import NamedTuple

SAME: Final = "same"
"""The object named lives in the namespace of the one that names it."""
CLUSTER: Final = "cluster"
"""The object named has no namespace."""
GIVEN: Final = "given"
"""A ``namespace`` beside the name says where; without one it is the same."""


class Row(NamedTuple):
    """One field that names an object of a fixed kind."""

    pattern: str
    group: str
    kind: str
    scope: str = SAME
    typed: bool = False
    """Whether a ``kind`` (and a group) beside the name may override those of the row."""
