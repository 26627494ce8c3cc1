"""Sets of completion indexes, and their text form: ``1,3-5,7``.

Upstream: pkg/controller/job/indexed_job_utils.go (orderedIntervals)
"""

from collections.abc import Collection, Iterable

from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.whole import whole

ANNOTATION = "batch.kubernetes.io/job-completion-index"
UNKNOWN = -1


def index_of(pod: Json) -> int:
    """The completion index in a pod's annotations, or UNKNOWN."""
    index = whole(annotations_of(pod).get(ANNOTATION) or "")
    return UNKNOWN if index is None else index


def parse(text: str, completions: int) -> frozenset[int]:
    """Read the text form; indexes beyond the completions are dropped."""
    found: set[int] = set()
    for part in text.split(",") if text else ():
        written, _, end = part.partition("-")
        first, last = whole(written), whole(end or written)
        if first is not None and last is not None:
            found.update(range(first, min(last, completions - 1) + 1))
    return frozenset(found)


def show(indexes: Iterable[int]) -> str:
    """Write the text form: two neighbours with a comma, three or more with a dash."""
    runs: list[list[int]] = []
    for index in sorted(indexes):
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return ",".join(_run(first, last) for first, last in runs)


def _run(first: int, last: int) -> str:
    if first == last:
        return str(first)
    return f"{first}{',' if last == first + 1 else '-'}{last}"


def first_missing(taken: Collection[int], count: int, completions: int) -> list[int]:
    """The smallest indexes that are not taken."""
    found: list[int] = []
    for index in range(completions):
        if len(found) == count:
            break
        if index not in taken:
            found.append(index)
    return found
