"""PodTopologySpread over all nodes at once, from sums that bindings keep up to date.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/{filtering,scoring}.go, which looks at one node after the
    other.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.columns import Column
from kplan.scheduler.incremental_counts import DomainCounts, incremental
from kplan.scheduler.normalizing import MAX_NODE_SCORE
from kplan.scheduler.podinfo import PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.spreading import HOSTNAME, NO_DOMAIN, Constraint
from kplan.selectors.taints import untolerated


class HardColumns(NamedTuple):
    """One hard constraint over all nodes."""

    constraint: Constraint
    domain: DomainCounts
    domains: Ints
    self_match: int
    unlabelled: Bools | None

    def uneven(self) -> Bools:
        """The nodes on which one pod more would make the spread too uneven."""
        bound = self.constraint.max_skew - self.self_match + self.min_match()
        uneven: Bools = (self.domain.totals > bound)[self.domain.codes]
        return uneven

    def min_match(self) -> int:
        """How many pods there are in the emptiest domain."""
        if self.domains.size < self.constraint.min_domains:
            return 0
        return int(self.domain.totals[self.domains].min()) if self.domains.size else NO_DOMAIN


class SoftColumns(NamedTuple):
    """The soft constraints of a template over all nodes."""

    columns: Sequence[tuple[Constraint, Column, DomainCounts]]
    unlabelled: Bools | None
    """The nodes that are not scored, as they lack a label; None if all are."""

    def scores(self, feasible: Ints) -> Ints | None:
        """The scores of some nodes, normalised; None if there is nothing to score by."""
        if not self.columns:
            return None
        ignored = self.unlabelled[feasible] if self.unlabelled is not None else None
        labelled = feasible if ignored is None else feasible[~ignored]
        total: Any = 0.0
        for constraint, column, domain in self.columns:
            if constraint.topology_key == HOSTNAME:
                size, near = labelled.size, domain.totals[feasible]
            else:
                size, near = (
                    int(np.count_nonzero(np.bincount(column.codes[labelled], minlength=1))),
                    domain.totals[column.codes[feasible]],
                )
            part = near * math.log(size + 2) + (constraint.max_skew - 1)
            if not column.everywhere:
                part = np.where(column.codes[feasible] != column.missing, part, 0.0)
            total = total + part
        return _normalize_all(np.floor(total + 0.5).astype(np.int64), ignored)


def hard_columns(
    constraints: Sequence[Constraint], template: PodTemplate, snapshot: Snapshot
) -> Iterator[HardColumns]:
    """The hard constraints of a template over all nodes."""
    for constraint, column, domain in _domain_counts(
        constraints, constraints, template, snapshot, every=True
    ):
        carried = column.codes if domain.eligible is None else column.codes[domain.eligible]
        unlabelled = column.codes == column.missing
        domains = np.unique(carried[carried != column.missing])
        yield HardColumns(
            constraint,
            domain,
            domains,
            constraint.self_match(template),
            unlabelled if unlabelled.any() else None,
        )


def soft_columns(
    constraints: Sequence[Constraint], template: PodTemplate, snapshot: Snapshot, *, every: bool
) -> SoftColumns:
    """The soft constraints of a template over all nodes; ``every`` if only nodes with all labels are scored."""
    columns = [(item, snapshot.columns.label(item.topology_key)) for item in constraints]
    unlabelled: Any = None
    for _, column in columns if every else ():
        if not column.everywhere:
            missing = column.codes == column.missing
            unlabelled = missing if unlabelled is None else unlabelled | missing
    # what divides no node weighs nothing, unless nothing else is there to weigh
    weighed = [item for item, column in columns if column.values] or constraints
    counted: list[tuple[Constraint, Column, DomainCounts]] = []
    for item in weighed:
        if item.topology_key == HOSTNAME:  # by node, whatever the label says
            domain = incremental(snapshot).domains(item.pods, None)
            counted.append((item, snapshot.columns.label(HOSTNAME), domain))
        else:
            counted += _domain_counts((item,), constraints, template, snapshot, every=every)
    return SoftColumns(counted, unlabelled if unlabelled is not None and unlabelled.any() else None)


def _domain_counts(
    wanted: Sequence[Constraint],
    constraints: Sequence[Constraint],
    template: PodTemplate,
    snapshot: Snapshot,
    *,
    every: bool,
) -> Iterator[tuple[Constraint, Column, DomainCounts]]:
    """For each of those wanted, its label's column and the sums over the nodes that count."""
    columns = snapshot.columns
    labelled: Any = np.ones(columns.size, dtype=np.bool_)
    for constraint in constraints if every else ():
        labelled = labelled & columns.having(constraint.topology_key)
    for constraint in wanted:
        eligible: Any = labelled if every else np.ones(columns.size, dtype=np.bool_)
        if constraint.honors_affinity and not template.node_affinity.empty:
            eligible = eligible & np.array(
                [template.node_affinity.matches(node.name, node.labels) for node in snapshot.nodes]
            )
        if constraint.honors_taints:
            eligible = eligible & columns.by_distinct(
                "taints",
                lambda node: node.taints,
                lambda taints: untolerated(taints, template.tolerations) is None,
                np.bool_,
            )
        domain = incremental(snapshot).domains(
            constraint.pods, constraint.topology_key, None if eligible.all() else eligible
        )
        yield constraint, columns.label(constraint.topology_key), domain


def _normalize_all(scores: Ints, ignored: Bools | None) -> Ints:
    counted = scores if ignored is None else scores[~ignored]
    highest = max(int(counted.max()), 0) if counted.size else 0
    lowest = int(counted.min()) if counted.size else 0
    if highest == 0:
        result = np.full(scores.size, MAX_NODE_SCORE, dtype=np.int64)
    else:
        result = MAX_NODE_SCORE * (highest + lowest - scores) // highest
    if ignored is not None:
        result[ignored] = 0
    return result
