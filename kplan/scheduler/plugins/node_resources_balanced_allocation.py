"""NodeResourcesBalancedAllocation: rather a node whose cpu and memory run out together.

Upstream: pkg/scheduler/framework/plugins/noderesources/balanced_allocation.go
"""

from collections.abc import Sequence

from kplan.scheduler.allocation import (
    DEFAULT_RESOURCES,
    UsageColumns,
    balance,
    balance_all,
    balance_gained,
    balance_gained_all,
    usage,
)
from kplan.scheduler.arrays import Ints
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.framework import PluginArgs
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours


class NodeResourcesBalancedAllocation:
    """Scores how evenly the pod would leave a node used."""

    name = "NodeResourcesBalancedAllocation"
    depends_on = Dependence(PodPart.REQUESTS, ClusterPart.NODE_AND_PODS, sums_alone=True)

    def __init__(self, args: PluginArgs | None = None, behaviours: Behaviours = CURRENT) -> None:
        self._gain = Behaviour.BALANCE_GAINED in behaviours
        resources = (args or {}).get("resources") or ()
        self.resources = (
            tuple((item["name"], item.get("weight") or 1) for item in resources) or DEFAULT_RESOURCES
        )

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """A pod that requests none of the resources is not scored."""
        del state, nodes, snapshot
        return SUCCESS if self.counts(pod.template) else SKIP

    def counts(self, template: PodTemplate) -> bool:
        """Whether the pod requests any of the resources."""
        return any(template.requests.get(name) for name, _ in self.resources)

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Score one node."""
        del state
        rows = usage(node, self.resources, pod.template.requests, non_zero=False)
        return balance_gained(rows) if self._gain else balance(rows)

    def cacheable_scores(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Ints | None:
        """The scores of all nodes; they stay true until a node changes."""
        del state
        if not self.counts(template):
            return None
        usages = UsageColumns(snapshot.columns, self.resources, template.requests, non_zero=False)
        return balance_gained_all(usages) if self._gain else balance_all(usages)
