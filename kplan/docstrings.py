"""How the docstring of a rule or a risk is read: a summary line, why it matters, and ``Fix:``."""

from functools import cache

from kplan.namedtuples import NamedTuple


class Documentation(NamedTuple):
    """The parts of a docstring that users read."""

    summary: str
    """What is wrong, in one line."""
    why: str
    """Why it matters."""
    fix: str
    """What to do about it."""


@cache
def documentation(doc: str) -> Documentation:
    """Read a docstring; parts that it has not are empty."""
    summary, _, rest = doc.strip().partition("\n")
    why, _, fix = rest.partition("Fix:")
    return Documentation(summary, why.strip(), " ".join(fix.split()))
