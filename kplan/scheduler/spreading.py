"""Topology spread constraints, read for counting, and what is counted for them.

Upstream: pkg/scheduler/framework/plugins/podtopologyspread/common.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.namedtuples import NamedTuple
from kplan.scheduler.counting import PodCounts
from kplan.scheduler.matchers import Selected
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodTemplate
from kplan.selectors.labels import Selector
from kplan.selectors.requirement import Operator, Requirement
from kplan.selectors.taints import untolerated

HOSTNAME: Final = "kubernetes.io/hostname"
HARD: Final = "DoNotSchedule"
SOFT: Final = "ScheduleAnyway"
NO_DOMAIN: Final = 2**31 - 1
SYSTEM_DEFAULTS: Final[tuple[Mapping[str, Any], ...]] = (
    {"topologyKey": HOSTNAME, "whenUnsatisfiable": SOFT, "maxSkew": 3},
    {"topologyKey": "topology.kubernetes.io/zone", "whenUnsatisfiable": SOFT, "maxSkew": 5},
)


class Constraint(NamedTuple):
    """One spread constraint, ready to count."""

    max_skew: int
    topology_key: str
    pods: Selected
    min_domains: int
    honors_affinity: bool
    honors_taints: bool

    def counts_node(self, template: PodTemplate, node: NodeInfo) -> bool:
        """Whether the pods of a node count at all."""
        if self.honors_affinity and not template.node_affinity.matches(node.name, node.labels):
            return False
        return not self.honors_taints or untolerated(node.taints, template.tolerations) is None

    def self_match(self, template: PodTemplate) -> int:
        """1 if the pod itself will count."""
        return int(self.pods.selector.matches(template.labels))


class PreFilterState:
    """PreFilter data: for each hard constraint, the pods in each domain."""

    __slots__ = ("constraints", "domains")

    def __init__(self, constraints: tuple[Constraint, ...], domains: list[dict[str, int]]) -> None:
        self.constraints = constraints
        self.domains = domains

    def clone(self) -> "PreFilterState":
        """A copy that can be counted in and out of."""
        return PreFilterState(self.constraints, [dict(domains) for domains in self.domains])

    def min_match(self, index: int) -> int:
        """Pods in the emptiest domain; 0 while there are fewer domains than wanted."""
        domains = self.domains[index]
        return (
            0
            if len(domains) < self.constraints[index].min_domains
            else min(domains.values(), default=NO_DOMAIN)
        )


class PreScoreState:
    """PreScore data: for each soft constraint, the pods in each domain and what a pod there weighs."""

    __slots__ = ("constraints", "counts", "domains", "ignored", "weights")

    def __init__(self, constraints: tuple[Constraint, ...], counts: PodCounts) -> None:
        self.constraints = constraints
        self.counts = counts
        self.ignored: set[str] = set()
        self.domains: list[dict[str, int]] = []
        self.weights: list[float] = []


def parse(item: Mapping[str, Any], template: PodTemplate) -> Constraint:
    """Parse a constraint of a pod; ``selector`` is its selector if that is known already."""
    selector = item.get("selector") or Selector.from_label_selector(item.get("labelSelector"))
    own = [
        Requirement(key, Operator.EQUALS, (template.labels[key],))
        for key in item.get("matchLabelKeys") or ()
        if key in template.labels
    ]
    if own:
        selector = selector.adding(own)
    return Constraint(
        max_skew=int(item.get("maxSkew") or 0),
        topology_key=str(item.get("topologyKey", "")),
        pods=Selected(template.namespace, selector),
        min_domains=int(item.get("minDomains") or 1),
        honors_affinity=(item.get("nodeAffinityPolicy") or "Honor") == "Honor",
        honors_taints=(item.get("nodeTaintsPolicy") or "Ignore") == "Honor",
    )
