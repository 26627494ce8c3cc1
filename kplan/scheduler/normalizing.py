"""Brings raw scores of nodes to the range that all plug-ins share.

Upstream: pkg/scheduler/framework/plugins/helper/normalize_score.go
"""

from typing import Final

from kplan.scheduler.arrays import Ints, np

MAX_NODE_SCORE: Final = 100
"""The best score that a plug-in gives."""


def default_normalize(scores: list[int], *, reverse: bool) -> list[int]:
    """Scale to 0..100 by the highest score; reversed, the highest becomes the lowest."""
    highest = max(scores, default=0)
    if highest == 0:
        return [MAX_NODE_SCORE] * len(scores) if reverse else scores
    scaled = [MAX_NODE_SCORE * score // highest for score in scores]
    return [MAX_NODE_SCORE - score for score in scaled] if reverse else scaled


def default_normalize_all(scores: Ints, *, reverse: bool) -> Ints | None:
    """The same for an array; None if every score would be 0."""
    highest = int(scores.max()) if scores.size else 0
    if highest == 0:
        return np.full(scores.size, MAX_NODE_SCORE, dtype=np.int64) if reverse else None
    scaled = scores * MAX_NODE_SCORE // highest
    return MAX_NODE_SCORE - scaled if reverse else scaled
