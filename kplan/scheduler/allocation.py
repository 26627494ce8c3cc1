"""Scores from how full a node is: for one node, and for all at once with the same integers.

Upstream: pkg/scheduler/framework/plugins/noderesources/resource_allocation.go
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

from kplan.api.podresources import CPU, MEMORY, Resources, is_scalar
from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.columns import Columns
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import MAX_NODE_SCORE

WeightedResource = tuple[str, int]
DEFAULT_RESOURCES: Final[tuple[WeightedResource, ...]] = ((CPU, 1), (MEMORY, 1))
Usage = list[tuple[int, int, int, int]]
"""For each resource: requested with the pod, requested without it, allocatable, weight."""


def usage(
    node: NodeInfo, resources: Sequence[WeightedResource], requests: Resources, *, non_zero: bool
) -> Usage:
    """Collect what scoring looks at on one node; resources the node does not have are left out."""
    rows = []
    for name, weight in resources:
        wanted = requests.get(name, 0)
        allocatable = node.allocatable.get(name, 0)
        if allocatable and (wanted or not is_scalar(name)):
            taken = _taken(node, name, non_zero=non_zero)
            rows.append((taken + wanted, taken, allocatable, weight))
    return rows


def _taken(node: NodeInfo, name: str, *, non_zero: bool) -> int:
    if non_zero and name == CPU:
        return node.non_zero_cpu
    if non_zero and name == MEMORY:
        return node.non_zero_memory
    return node.requested.get(name, 0)


def least_allocated(rows: Usage) -> int:
    """The emptier the better."""
    total = sum(
        weight * ((most - used) * MAX_NODE_SCORE // most) for used, _, most, weight in rows if used <= most
    )
    weights = sum(weight for *_, weight in rows)
    return total // weights if weights else 0


def most_allocated(rows: Usage) -> int:
    """The fuller the better."""
    total = sum(weight * (min(used, most) * MAX_NODE_SCORE // most) for used, _, most, weight in rows)
    weights = sum(weight for *_, weight in rows)
    return total // weights if weights else 0


def ratio(shape: Sequence[tuple[int, int]]) -> Callable[[Usage], int]:
    """A line through points of utilisation and score (0..10)."""
    points = [(utilization, score * (MAX_NODE_SCORE // 10)) for utilization, score in shape]

    def score(rows: Usage) -> int:
        total = weights = 0
        for used, _, most, weight in rows:
            points_here = along(points, 100 if used > most else used * 100 // most)
            if points_here > 0:
                total += points_here * weight
                weights += weight
        return math.floor(total / weights + 0.5) if weights else 0

    return score


def along(points: Sequence[tuple[int, int]], at: int) -> int:
    """The height of a broken line at a place, in integers."""
    for index, (x, y) in enumerate(points):
        if at <= x:
            if index == 0:
                return y
            before_x, before_y = points[index - 1]
            return before_y + _toward_zero((y - before_y) * (at - before_x), x - before_x)
    return points[-1][1]


def _toward_zero(number: int, divisor: int) -> int:
    return number // divisor if number >= 0 else -(-number // divisor)


def balance(rows: Usage) -> int:
    """The more evenly the node's resources are used with the pod, the better."""
    return _evenness([(used, most) for used, _, most, _ in rows])


def balance_gained(rows: Usage) -> int:
    """The more evenly the pod makes the node's resources used, the better; 75 is neutral."""
    better = balance(rows) - _evenness([(taken, most) for _, taken, most, _ in rows])
    return MAX_NODE_SCORE // 2 + _toward_zero(MAX_NODE_SCORE // 2 + better, 2)


def _evenness(parts: Sequence[tuple[int, int]]) -> int:
    fractions = [min(used / most, 1.0) for used, most in parts]
    deviation = 0.0
    if len(fractions) == 2:
        deviation = abs((fractions[0] - fractions[1]) / 2)
    elif len(fractions) > 2:
        mean = sum(fractions) / len(fractions)
        squares = 0.0
        for fraction in fractions:
            squares += (fraction - mean) * (fraction - mean)
        deviation = math.sqrt(squares / len(fractions))
    return int((1 - deviation) * MAX_NODE_SCORE)


class UsageColumns:
    """The same rows for every node of a snapshot; what does not count on a node has allocatable 0."""

    def __init__(
        self,
        columns: Columns,
        resources: Sequence[WeightedResource],
        requests: Resources,
        *,
        non_zero: bool,
    ) -> None:
        self.rows: list[tuple[Ints, Ints, Ints, int]] = []
        for name, weight in resources:
            wanted = requests.get(name, 0)
            if not wanted and is_scalar(name):
                continue
            allocatable = columns.allocatable(name)
            taken = (
                columns.non_zero[name] if non_zero and name in columns.non_zero else columns.requested(name)
            )
            self.rows.append((taken + wanted, taken, allocatable, weight))
        self.size = columns.size


def least_allocated_all(usages: UsageColumns) -> Ints:
    """``least_allocated`` for every node."""
    total, weights = np.zeros(usages.size, dtype=np.int64), np.zeros(usages.size, dtype=np.int64)
    for used, _, most, weight in usages.rows:
        divisor = np.maximum(most, 1)
        score = np.where((used <= most) & (most > 0), (most - used) * MAX_NODE_SCORE // divisor, 0)
        total += weight * score
        weights += np.where(most > 0, weight, 0)
    return total // np.maximum(weights, 1)


def most_allocated_all(usages: UsageColumns) -> Ints:
    """``most_allocated`` for every node."""
    total, weights = np.zeros(usages.size, dtype=np.int64), np.zeros(usages.size, dtype=np.int64)
    for used, _, most, weight in usages.rows:
        total += weight * (np.minimum(used, most) * MAX_NODE_SCORE // np.maximum(most, 1))
        weights += np.where(most > 0, weight, 0)
    return total // np.maximum(weights, 1)


def balance_all(usages: UsageColumns) -> Ints:
    """``balance`` for every node."""
    return _evenness_all([(used, most) for used, _, most, _ in usages.rows], usages.size)


def balance_gained_all(usages: UsageColumns) -> Ints:
    """``balance_gained`` for every node."""
    better = balance_all(usages)
    better -= _evenness_all([(taken, most) for _, taken, most, _ in usages.rows], usages.size)
    return MAX_NODE_SCORE // 2 + np.trunc((MAX_NODE_SCORE // 2 + better) / 2).astype(np.int64)


def _evenness_all(parts: Sequence[tuple[Ints, Ints]], size: int) -> Ints:
    if len(parts) == 2 and all(most.min(initial=1) > 0 for _, most in parts):
        one, other = (np.minimum(used / most, 1.0) for used, most in parts)
        return ((1 - np.abs((one - other) / 2)) * MAX_NODE_SCORE).astype(np.int64)
    fractions = [np.minimum(used / np.maximum(most, 1), 1.0) for used, most in parts]
    counted = [most > 0 for _, most in parts]
    number = sum((mask.astype(np.int64) for mask in counted), np.zeros(size, dtype=np.int64))
    total: Any = np.zeros(size)
    for fraction, mask in zip(fractions, counted, strict=True):
        total = total + np.where(mask, fraction, 0.0)
    mean = total / np.maximum(number, 1)
    squares: Any = np.zeros(size)
    for fraction, mask in zip(fractions, counted, strict=True):
        squares = squares + np.where(mask, (fraction - mean) * (fraction - mean), 0.0)
    deviation = np.where(number > 2, np.sqrt(squares / np.maximum(number, 1)), 0.0)
    if len(parts) >= 2:
        deviation = np.where(number == 2, np.abs(_difference(fractions, counted, size) / 2), deviation)
    return ((1 - deviation) * MAX_NODE_SCORE).astype(np.int64)


def _difference(fractions: Sequence[Any], counted: Sequence[Any], size: int) -> Any:
    """First minus second of the two resources that count on each node."""
    difference, seen = np.zeros(size), np.zeros(size, dtype=np.int64)
    for fraction, mask in zip(fractions, counted, strict=True):
        sign = np.where(seen == 0, 1.0, np.where(seen == 1, -1.0, 0.0))
        difference = difference + np.where(mask, sign * fraction, 0.0)
        seen = seen + mask
    return difference
