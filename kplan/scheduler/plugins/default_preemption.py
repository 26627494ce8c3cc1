"""DefaultPreemption: an important pod without a place has less important ones evicted, as few and as kindly as it can.

Upstream: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go, pkg/scheduler/framework/preemption
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.scheduler.cycle import Cycle, Nomination, fit_error
from kplan.scheduler.framework import CycleState, PluginArgs
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Status
from kplan.selectors.labels import Selector

NO_VICTIMS: Final = Status.unresolvable("No preemption victims found for incoming pod")
NOT_HELPFUL: Final = "Preemption is not helpful for scheduling"
NEVER: Final = Status.unschedulable("preemption: not eligible due to preemptionPolicy=Never.")
WAITING: Final = Status.unschedulable(
    "preemption: not eligible due to a terminating pod on the nominated node."
)
_MAX_INT32: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node that would fit once these pods are gone."""

    node: NodeInfo
    victims: tuple[PodInfo, ...]
    violations: int
    """How many of the victims a disruption budget would have kept."""


@dataclass(frozen=True, slots=True)
class Budget:
    """A disruption budget: whom it protects and how many more may go."""

    namespace: str
    selector: Selector
    allowed: int
    disrupted: frozenset[str]


class DefaultPreemption:
    """Finds victims."""

    name = "DefaultPreemption"

    def __init__(self, args: PluginArgs | None = None) -> None:
        args = args or {}
        percentage, absolute = args.get("minCandidateNodesPercentage"), args.get("minCandidateNodesAbsolute")
        self.percentage = 10 if percentage is None else int(percentage)
        self.absolute = 100 if absolute is None else int(absolute)
        self._known: dict[tuple[Any, ...], tuple[int, Candidate | Status]] = {}

    def post_filter(self, cycle: Cycle) -> tuple[Nomination | None, Status]:
        """Nominate a node and name the victims, or say why there are none."""
        refusal = self._not_eligible(cycle)
        if refusal is not None:
            return None, refusal
        nodes = cycle.unschedulable_nodes()
        candidates, statuses = self._dry_run(cycle, nodes)
        if not candidates:
            return Nomination("", ()), Status.unschedulable(
                f"preemption: {self._nothing_found(cycle, statuses)}"
            )
        best = pick(candidates)
        return Nomination(best.node.name, best.victims, best.violations), SUCCESS

    def _not_eligible(self, cycle: Cycle) -> Status | None:
        """A pod that must not preempt, or has done so and only needs to wait."""
        pod = cycle.pod
        if pod.cls.spec.get("preemptionPolicy") == "Never":
            return NEVER
        node = cycle.snapshot.node(pod.nominated) if pod.nominated else None
        if node is not None and cycle.node_is_unresolvable(node):
            return None
        if node is not None and any(
            other.priority < pod.priority and leaving_for_another(other.value) for other in node.pods
        ):
            return WAITING
        return None

    def _nothing_found(self, cycle: Cycle, statuses: Sequence[Status]) -> str:
        reasons = Counter(reason for status in statuses for reason in status.reasons)
        absent = len(cycle.snapshot.nodes) - len(statuses)
        if absent:
            reasons[NOT_HELPFUL] += absent
        return fit_error(len(cycle.snapshot.nodes), reasons)

    def _dry_run(self, cycle: Cycle, nodes: Sequence[NodeInfo]) -> tuple[list[Candidate], list[Status]]:
        """Try nodes in order until there are enough candidates, one of them kind to every budget."""
        wanted = min(max(len(nodes) * self.percentage // 100, self.absolute), len(nodes))
        budgets = read_budgets(cycle)
        candidates: list[Candidate] = []
        statuses: list[Status] = []
        kind = False
        for node in nodes:
            found = self._try(cycle, node, budgets)
            if isinstance(found, Status):
                statuses.append(found)
                continue
            candidates.append(found)
            kind = kind or not found.violations
            if kind and len(candidates) >= wanted:
                break
        return candidates, statuses

    def _try(self, cycle: Cycle, node: NodeInfo, budgets: Sequence[Budget]) -> Candidate | Status:
        """What a node would cost; the answer holds until the node changes, when nothing beyond it matters."""
        if not cycle.depends_on_node_alone(node):
            return self._select_victims(cycle, node, budgets)
        key = (cycle.snapshot, cycle.epoch, cycle.pod.cls, node.name)
        known = self._known.get(key)
        if known is None or known[0] != node.generation:
            if len(self._known) > 100_000:
                self._known.clear()
            known = self._known[key] = (node.generation, self._select_victims(cycle, node, budgets))
        return known[1]

    def _select_victims(self, cycle: Cycle, node: NodeInfo, budgets: Sequence[Budget]) -> Candidate | Status:
        """Remove every less important pod, then let as many as possible stay, the most important first."""
        pod = cycle.pod
        lesser = [other for other in node.pods if other.priority < pod.priority]
        if not lesser:
            return NO_VICTIMS
        trial = Trial(cycle, node)
        for other in lesser:
            trial.remove(other)
        status = trial.fits()
        if not status.ok:
            return status
        protected, others = split_by_budget(by_importance(lesser), budgets)
        victims: list[PodInfo] = []
        violations = 0
        for other in (*protected, *others):
            if not trial.spare(other):
                victims.append(other)
                violations += other in protected
        if not victims:
            return Status.error(f'expected at least one victim pod on node "{node.name}"')
        if protected and others:
            victims = by_importance(victims)
        return Candidate(node, tuple(victims), violations)


class Trial:
    """A node on which pods are taken off and put back to see whether the incoming one fits."""

    def __init__(self, cycle: Cycle, node: NodeInfo) -> None:
        self.cycle = cycle
        self.node = node.copy()
        self.state: CycleState = cycle.state().clone()

    def remove(self, other: PodInfo) -> None:
        """Take a pod off."""
        self.node.remove(other)
        self.cycle.remove_pod(self.state, other, self.node)

    def fits(self) -> Status:
        """Whether the incoming pod fits now."""
        return self.cycle.filter_with_nominated(self.state, self.node)

    def spare(self, other: PodInfo) -> bool:
        """Put a pod back if the incoming one still fits."""
        self.node.add(other)
        self.cycle.add_pod(self.state, other, self.node)
        if self.fits().ok:
            return True
        self.remove(other)
        return False


def by_importance(pods: Sequence[PodInfo]) -> list[PodInfo]:
    """Higher priority first, then the one that started first.

    Upstream takes "now" as the start of a pod that has not started, anew at each comparison, so that the pod it looks
    at first always seems older; its insertion sort then turns equals around. We sort the same way.
    """
    ordered: list[PodInfo] = []
    for pod in pods:
        place = len(ordered)
        while place and _more_important(pod, ordered[place - 1]):
            place -= 1
        ordered.insert(place, pod)
    return ordered


def _more_important(pod: PodInfo, other: PodInfo) -> bool:
    if pod.priority != other.priority:
        return pod.priority > other.priority
    if not pod.start_time:
        return not other.start_time
    return not other.start_time or pod.start_time < other.start_time


def pick(candidates: Sequence[Candidate]) -> Candidate:
    """The node whose victims matter least; among equals the first tried."""
    return min(candidates, key=_cost)


def _cost(candidate: Candidate) -> tuple[int, int, int, int, "_Latest"]:
    priorities = [victim.priority for victim in candidate.victims]
    highest = max(priorities)
    starts = [victim.start_time for victim in candidate.victims if victim.priority == highest]
    earliest = min((start for start in starts if start), default="")
    return (
        candidate.violations,
        priorities[0],
        sum(priority + _MAX_INT32 + 1 for priority in priorities),
        len(priorities),
        _Latest(earliest),
    )


@dataclass(frozen=True, slots=True)
class _Latest:
    """A start time of which the later is the better; not started yet is the latest."""

    time: str

    def __lt__(self, other: "_Latest") -> bool:
        if not self.time or not other.time:
            return not self.time and bool(other.time)
        return self.time > other.time


def leaving_for_another(value: Json) -> bool:
    """Whether a pod is on its way out because the scheduler chose it."""
    if "deletionTimestamp" not in value["metadata"]:
        return False
    conditions = (value.get("status") or {}).get("conditions") or ()
    found = next((item for item in conditions if item.get("type") == "DisruptionTarget"), {})
    return found.get("status") == "True" and found.get("reason") == "PreemptionByScheduler"


def read_budgets(cycle: Cycle) -> list[Budget]:
    """Every disruption budget that selects something."""
    budgets = []
    for value in cycle.snapshot.objects.list("policy", "PodDisruptionBudget"):
        selector = Selector.from_label_selector((value.get("spec") or {}).get("selector"))
        status = value.get("status") or {}
        if not selector.empty:
            budgets.append(
                Budget(
                    value["metadata"].get("namespace") or "",
                    selector,
                    status.get("disruptionsAllowed") or 0,
                    frozenset(status.get("disruptedPods") or ()),
                )
            )
    return budgets


def split_by_budget(
    pods: Sequence[PodInfo], budgets: Sequence[Budget]
) -> tuple[list[PodInfo], list[PodInfo]]:
    """Those whose eviction a budget forbids, and the others, each in the order given."""
    left = [budget.allowed for budget in budgets]
    protected: list[PodInfo] = []
    others: list[PodInfo] = []
    for pod in pods:
        forbidden = False
        for index, budget in enumerate(budgets):
            if not pod.cls.labels or budget.namespace != pod.namespace or pod.name in budget.disrupted:
                continue
            if budget.selector.matches(pod.cls.labels):
                left[index] -= 1
                forbidden = forbidden or left[index] < 0
        (protected if forbidden else others).append(pod)
    return protected, others
