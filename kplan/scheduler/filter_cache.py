"""The answers of one plug-in for all nodes, kept from pod to pod: the statuses of a filter, the numbers of a score."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from kplan.scheduler.arrays import Ints, Numbers, np
from kplan.scheduler.cache import Cache
from kplan.scheduler.columns import ColumnSubset
from kplan.scheduler.counting import PodCounts
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.framework import CacheableScorePlugin, FilterPlugin, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Status

if TYPE_CHECKING:
    from kplan.scheduler.snapshot import Objects

FEW: Final = 12
"""Up to this many changed nodes are asked about one by one, which costs less than setting up arrays."""


class FilterCache:
    """One filter's answers: for every node the number of a status, 0 for success."""

    __slots__ = ("ids", "numbers", "plugin", "statuses")

    def __init__(self, plugin: FilterPlugin, verdicts: Verdicts | None, size: int) -> None:
        self.plugin = plugin
        self.ids: Numbers = np.zeros(size, dtype=np.int16) if verdicts is None else verdicts.ids
        self.statuses: list[Status] = [SUCCESS] if verdicts is None else list(verdicts.statuses)
        self.numbers = {status: number for number, status in enumerate(self.statuses)}

    def write(self, index: int, status: Status) -> None:
        """Replace one node's answer."""
        self.ids[index] = self._number(status)

    def write_many(self, indexes: Ints, verdicts: Verdicts | None) -> None:
        """Replace the answers of some nodes."""
        if verdicts is None:
            self.ids[indexes] = 0
        else:
            numbers = np.array([self._number(status) for status in verdicts.statuses], dtype=np.int16)
            self.ids[indexes] = numbers[verdicts.ids]

    def _number(self, status: Status) -> int:
        number = self.numbers.get(status)
        if number is None:
            number = self.numbers[status] = len(self.statuses)
            self.statuses.append(status)
        return number


class ScoreCache:
    """One plug-in's scores of all nodes, and what they weigh."""

    __slots__ = ("plugin", "scores", "weight")

    def __init__(self, plugin: CacheableScorePlugin, weight: int, scores: Ints) -> None:
        self.plugin = plugin
        self.weight = weight
        self.scores = scores


class NodeSubset:
    """Some of a snapshot's nodes, for array methods; the nodes are as they are, only fewer."""

    def __init__(self, cache: Cache, indexes: Ints | slice) -> None:
        self._cache = cache
        self.columns = ColumnSubset(cache.columns, indexes)
        self.objects: Objects = cache.objects

    @property
    def nodes(self) -> Sequence[NodeInfo]:
        """These nodes."""
        return self.columns.nodes

    @property
    def counts(self) -> PodCounts:
        """Pods counted over the whole cluster."""
        return self._cache.counts

    def node(self, name: str) -> NodeInfo | None:
        """Any node by name."""
        return self._cache.node(name)

    def claim_in_use(self, namespace: str, claim: str) -> bool:
        """Whether any pod on any node uses a volume claim."""
        return self._cache.claim_in_use(namespace, claim)

    @property
    def nominated_nodes(self) -> Collection[str]:
        """Nodes that somebody is nominated to."""
        return self._cache.nominated_nodes

    def nominated(self, node: str) -> Sequence[PodInfo]:
        """Pods that wait for victims on a node to go."""
        return self._cache.nominated(node)


def judge_all(
    cycle: Cycle, plugin: FilterPlugin, cache: Cache, vector_state: CycleState, *, stays: bool
) -> FilterCache | None:
    """Ask a filter about every node: from arrays if it can, else node by node.

    None if it lets all of them pass, and what it says ``stays`` as it is.
    """
    pod, size = cycle.pod, len(cache.nodes)
    vectorized = cycle.framework.vectorized(plugin)
    if vectorized is not None:
        verdicts = vectorized.filter_all(vector_state, pod.template, cache)
        passing = verdicts is None or not verdicts.ids.any()
        return None if stays and passing else FilterCache(plugin, verdicts, size)
    kept, state = FilterCache(plugin, None, size), cycle.state()
    for node in cache.nodes:
        kept.write(node.index, plugin.filter(state, pod, node))
    return kept if not stays or kept.ids.any() else None
