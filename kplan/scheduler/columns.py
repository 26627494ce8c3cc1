"""All nodes as arrays: one number a node and resource, one code a node and label.

What a plug-in computes for a node it computes here for five thousand at once; a binding changes one row.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from kplan.api.podresources import CPU, MEMORY, PODS
from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Bools, Ints, Numbers, np
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.selectors.labels import Requirement, Selector


class Column(NamedTuple):
    """The values of one label: one code for each node; the last code means that the node lacks the label."""

    codes: Ints
    values: tuple[str, ...]
    everywhere: bool = False
    """Whether all nodes are known to have the label."""

    @property
    def missing(self) -> int:
        """The code of nodes without the label."""
        return len(self.values)


class Columns(Protocol):
    """What array methods of plug-ins read: one row a node."""

    @property
    def nodes(self) -> Sequence[NodeInfo]:
        """The nodes, in the order of the rows."""

    @property
    def size(self) -> int:
        """How many rows there are."""

    @property
    def pods(self) -> Ints:
        """How many pods run on each node."""

    @property
    def non_zero(self) -> Mapping[str, Ints]:
        """Requests of cpu and memory in sum, if containers that request nothing count with a small default."""

    def allocatable(self, name: str) -> Ints:
        """What every node can allocate of a resource."""

    def requested(self, name: str) -> Ints:
        """What the pods of every node request of a resource."""

    def label(self, key: str) -> Column:
        """The column of a label."""

    def having(self, key: str) -> Bools:
        """Which nodes have a label."""

    def matching(self, selector: Selector) -> Bools:
        """Which nodes' labels a selector matches."""

    def distinct(self, name: str, read: Callable[[NodeInfo], Any]) -> tuple[Ints, list[Any]]:
        """Group nodes by something they have: a code a node, and the distinct things by code."""

    def by_distinct(
        self, name: str, read: Callable[[NodeInfo], Any], judge: Callable[[Any], Any], kind: Any
    ) -> Numbers:
        """Judge each distinct thing once and spread the answers over the nodes."""


class NodeColumns:
    """Arrays over the nodes, in the order of visiting."""

    def __init__(self, nodes: Sequence[NodeInfo]) -> None:
        self.nodes = nodes
        self.size = len(nodes)
        self._allocatable: dict[str, Ints] = {}
        self._requested: dict[str, Ints] = {}
        self.pods = np.zeros(self.size, dtype=np.int64)
        self.non_zero = {
            CPU: np.zeros(self.size, dtype=np.int64),
            MEMORY: np.zeros(self.size, dtype=np.int64),
        }
        self.every = np.arange(self.size, dtype=np.int64)
        self._columns: dict[str, Column] = {}
        self._distinct: dict[str, tuple[Ints, list[Any]]] = {}
        for name in (CPU, MEMORY, PODS):
            self.allocatable(name)
        for node in nodes:
            for name in node.requested:
                self.requested(name)
            self.refresh(node)

    def allocatable(self, name: str) -> Ints:
        """What every node can allocate of a resource."""
        if name not in self._allocatable:
            self._allocatable[name] = np.array(
                [node.allocatable.get(name, 0) for node in self.nodes], dtype=np.int64
            )
        return self._allocatable[name]

    def requested(self, name: str) -> Ints:
        """What the pods of every node request of a resource."""
        if name not in self._requested:
            self._requested[name] = np.array(
                [node.requested.get(name, 0) for node in self.nodes], dtype=np.int64
            )
        return self._requested[name]

    def refresh(self, node: NodeInfo) -> None:
        """Write one node's sums again."""
        index = node.index
        self.pods[index] = node.pod_count
        self.non_zero[CPU][index] = node.non_zero_cpu
        self.non_zero[MEMORY][index] = node.non_zero_memory
        for name, column in self._requested.items():
            column[index] = node.requested.get(name, 0)
        for name in node.requested:
            if name not in self._requested:
                self.requested(name)

    def label(self, key: str) -> Column:
        """The column of a label."""
        column = self._columns.get(key)
        if column is None:
            codes: dict[str, int] = {}
            raw = [
                codes.setdefault(value, len(codes)) if (value := node.labels.get(key)) is not None else -1
                for node in self.nodes
            ]
            array = np.array(raw, dtype=np.int64)
            without = array < 0
            array[without] = len(codes)
            column = self._columns[key] = Column(array, tuple(codes), not without.any())
        return column

    def having(self, key: str) -> Bools:
        """Which nodes have a label."""
        column = self.label(key)
        carried: Bools = column.codes != column.missing
        return carried

    def matching(self, selector: Selector) -> Bools:
        """Which nodes' labels a selector matches."""
        result = np.full(self.size, selector.selectable, dtype=np.bool_)
        for requirement in selector.requirements:
            result &= self._meeting(requirement)
        return result

    def _meeting(self, requirement: Requirement) -> Bools:
        column = self.label(requirement.key)
        table = [requirement.matches({requirement.key: value}) for value in column.values]
        table.append(requirement.matches({}))
        met: Bools = np.array(table, dtype=np.bool_)
        return met[column.codes]

    def distinct(self, name: str, read: Callable[[NodeInfo], Any]) -> tuple[Ints, list[Any]]:
        """Group nodes by something they have: a code a node, and the distinct things by code."""
        known = self._distinct.get(name)
        if known is None:
            codes: dict[str, int] = {}
            things: list[Any] = []
            raw = []
            for node in self.nodes:
                thing = read(node)
                code = codes.setdefault(repr(thing), len(codes))
                if code == len(things):
                    things.append(thing)
                raw.append(code)
            known = self._distinct[name] = (np.array(raw, dtype=np.int64), things)
        return known

    def by_distinct(
        self, name: str, read: Callable[[NodeInfo], Any], judge: Callable[[Any], Any], kind: Any
    ) -> Numbers:
        """Judge each distinct thing once and spread the answers over the nodes."""
        codes, things = self.distinct(name, read)
        return np.array([judge(thing) for thing in things], dtype=kind)[codes]

    def subset(self, indexes: Ints) -> "ColumnSubset":
        """The columns of some nodes."""
        return ColumnSubset(self, indexes)


class ColumnSubset:
    """Columns of some of the nodes: row ``i`` is about ``nodes[i]``, whatever ``nodes[i].index`` says."""

    def __init__(self, whole: NodeColumns, indexes: Ints | slice) -> None:
        self._whole = whole
        self._indexes = indexes
        self.size = int(whole.every[indexes].size)
        self.pods = whole.pods[indexes]
        self.non_zero = {name: column[indexes] for name, column in whole.non_zero.items()}

    @cached_property
    def nodes(self) -> Sequence[NodeInfo]:
        """These nodes."""
        return [self._whole.nodes[index] for index in self._whole.every[self._indexes]]

    def allocatable(self, name: str) -> Ints:
        """What these nodes can allocate of a resource."""
        return self._whole.allocatable(name)[self._indexes]

    def requested(self, name: str) -> Ints:
        """What the pods of these nodes request of a resource."""
        return self._whole.requested(name)[self._indexes]

    def label(self, key: str) -> Column:
        """The column of a label."""
        column = self._whole.label(key)
        return Column(column.codes[self._indexes], column.values)

    def having(self, key: str) -> Bools:
        """Which of these nodes have a label."""
        return self._whole.having(key)[self._indexes]

    def matching(self, selector: Selector) -> Bools:
        """Which of these nodes a selector matches."""
        return self._whole.matching(selector)[self._indexes]

    def distinct(self, name: str, read: Callable[[NodeInfo], Any]) -> tuple[Ints, list[Any]]:
        """Group these nodes by something they have: a code a node, and the distinct things by code."""
        codes, things = self._whole.distinct(name, read)
        return codes[self._indexes], things

    def by_distinct(
        self, name: str, read: Callable[[NodeInfo], Any], judge: Callable[[Any], Any], kind: Any
    ) -> Numbers:
        """Judge each distinct thing once and spread the answers over these nodes."""
        return self._whole.by_distinct(name, read, judge, kind)[self._indexes]
