"""Files that are no manifests, and how many of what they are."""

from collections.abc import Sequence

from kplan.namedtuples import NamedTuple
from kplan.sentences import counted


class Skipped(NamedTuple):
    """A file that is no manifest, and what it is."""

    path: str
    what: str


def in_words(skipped: Sequence[Skipped]) -> str:
    """``3 files are not manifests: 2 kustomizations, 1 workflow``; empty if there is none."""
    if not skipped:
        return ""
    counts: dict[str, int] = {}
    for one in skipped:
        counts[one.what] = counts.get(one.what, 0) + 1
    parts = [
        f"{counted(number, what)}" for what, number in sorted(counts.items(), key=lambda i: (-i[1], i[0]))
    ]
    files = "1 file is not a manifest" if len(skipped) == 1 else f"{len(skipped)} files are not manifests"
    return f"{files}: {', '.join(parts)}"
