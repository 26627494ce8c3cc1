"""DefaultPreemption: a pod that fits nowhere has pods of lower priority evicted, as few of them as possible.

Upstream: pkg/scheduler/framework/plugins/defaultpreemption/default_preemption.go, pkg/scheduler/framework/preemption
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.scheduler.arrays import Ints
from kplan.scheduler.diagnosis import fit_error
from kplan.scheduler.framework import Handle, Nomination, PluginArgs
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.status import SUCCESS, Status
from kplan.scheduler.trials import Trials
from kplan.scheduler.twins import Candidate, Twins
from kplan.selectors.labels import Selector

if TYPE_CHECKING:
    from kplan.scheduler.cyclestate import CycleState

NO_VICTIMS: Final = Status.unresolvable("No preemption victims found for incoming pod")
NOT_HELPFUL: Final = "Preemption is not helpful for scheduling"
NEVER: Final = Status.unschedulable("preemption: not eligible due to preemptionPolicy=Never.")
WAITING: Final = Status.unschedulable(
    "preemption: not eligible due to a terminating pod on the nominated node."
)
_MAX_INT32: Final = 2**31 - 1
_MOST_TEMPLATES: Final = 64
_NOT_STARTED: Final = -(10**30)


class Budget(NamedTuple):
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
        self._known: dict[tuple[Any, ...], tuple[Trials[Candidate], Twins]] = {}

    def post_filter(self, handle: Handle) -> tuple[Nomination | None, Status]:
        """Nominate a node and name the victims, or say why there are none."""
        refusal = self._not_eligible(handle)
        if refusal is not None:
            return None, refusal
        nodes = handle.unschedulable()
        if isinstance(nodes, list) or not handle.filters_are_cacheable():
            return self._one_by_one(handle, [handle.snapshot.nodes[index] for index in nodes])
        return self._remembering(handle, nodes)

    def _one_by_one(self, handle: Handle, nodes: Sequence[NodeInfo]) -> tuple[Nomination, Status]:
        candidates, statuses = self._dry_run(handle, nodes)
        if not candidates:
            return self._nothing_found(handle, statuses)
        best = pick(candidates)
        return _nomination(best, [item for item in candidates if item.cost == best.cost]), SUCCESS

    def _remembering(self, handle: Handle, nodes: Ints) -> tuple[Nomination, Status]:
        """Post-filtering for many similar pods: a node is tried again only after it has changed."""
        (trials, twins), budgets, snapshot = self._trials(handle), read_budgets(handle), handle.snapshot

        def attempt(index: int) -> Candidate | Status:
            node = snapshot.nodes[index]
            if budgets:  # they may name single pods
                return self._select_victims(handle, node, budgets)
            return twins.attempt(handle, node, lambda: self._select_victims(handle, node, budgets))

        contested = [snapshot.node(name) for name in snapshot.nominated_nodes]
        trials.follow(snapshot, [node.index for node in contested if node is not None])
        found = trials.first(nodes, self._enough(len(nodes)), attempt)
        if found.size:
            return _nomination(*trials.best(found)), SUCCESS
        return self._nothing_found(handle, trials.refusals(nodes))

    def _enough(self, nodes: int) -> int:
        """After how many candidates no more are looked for."""
        return min(max(nodes * self.percentage // 100, self.absolute), nodes)

    def _not_eligible(self, handle: Handle) -> Status | None:
        """A pod that must not preempt, or has done so and only needs to wait."""
        pod = handle.pod
        if pod.template.spec.get("preemptionPolicy") == "Never":
            return NEVER
        node = handle.snapshot.node(pod.nominated) if pod.nominated else None
        if node is not None and handle.node_is_unresolvable(node):
            return None
        if node is not None and any(
            other.priority < pod.priority and leaving_for_another(other.value) for other in node.pods
        ):
            return WAITING
        return None

    def _nothing_found(self, handle: Handle, statuses: Sequence[Status]) -> tuple[Nomination, Status]:
        reasons = Counter(reason for status in statuses for reason in status.reasons)
        absent = len(handle.snapshot.nodes) - len(statuses)
        if absent:
            reasons[NOT_HELPFUL] += absent
        text = fit_error(len(handle.snapshot.nodes), reasons)
        return Nomination("", ()), Status.unschedulable(f"preemption: {text}")

    def _dry_run(self, handle: Handle, nodes: Sequence[NodeInfo]) -> tuple[list[Candidate], list[Status]]:
        """Try nodes in order until there are enough candidates, one of them without a broken disruption budget."""
        wanted = self._enough(len(nodes))
        budgets = read_budgets(handle)
        candidates: list[Candidate] = []
        statuses: list[Status] = []
        unbroken = False
        for node in nodes:
            found = self._select_victims(handle, node, budgets)
            if isinstance(found, Status):
                statuses.append(found)
                continue
            candidates.append(found)
            unbroken = unbroken or not found.violations
            if unbroken and len(candidates) >= wanted:
                break
        return candidates, statuses

    def _trials(self, handle: Handle) -> tuple[Trials[Candidate], Twins]:
        """Results for pods of this template; they hold within an epoch, since nothing beyond the node is read."""
        key = (handle.snapshot, handle.epoch, handle.pod.template)
        if key not in self._known and len(self._known) >= _MOST_TEMPLATES:
            del self._known[next(iter(self._known))]
        if key not in self._known:
            self._known[key] = Trials(len(handle.snapshot.nodes)), Twins()
        return self._known[key]

    def _select_victims(
        self, handle: Handle, node: NodeInfo, budgets: Sequence[Budget]
    ) -> Candidate | Status:
        """Remove every less important pod, then let as many as possible stay, the most important first."""
        pod = handle.pod
        lesser = [other for other in node.pods if other.priority < pod.priority]
        if not lesser:
            return NO_VICTIMS
        trial = Trial(handle, node)
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
        return Candidate(node, tuple(victims), violations, cost(victims, violations))


class Trial:
    """A node on which pods are taken off and put back to see whether the incoming one fits."""

    def __init__(self, handle: Handle, node: NodeInfo) -> None:
        self.handle = handle
        self.node = node.copy()
        self.state: CycleState = handle.state().clone()

    def remove(self, other: PodInfo) -> None:
        """Take a pod off."""
        self.node.remove(other)
        self.handle.remove_pod(self.state, other, self.node)

    def fits(self) -> Status:
        """Whether the incoming pod fits now."""
        return self.handle.filter_with_nominated(self.state, self.node)

    def spare(self, other: PodInfo) -> bool:
        """Put a pod back if the incoming one still fits."""
        self.node.add(other)
        self.handle.add_pod(self.state, other, self.node)
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


def _nomination(best: Candidate, equals: Sequence[Candidate]) -> Nomination:
    return Nomination(best.node.name, best.victims, best.violations, equals)


def pick(candidates: Sequence[Candidate]) -> Candidate:
    """The node whose victims matter least; among equals, which upstream leaves to chance, the first tried."""
    return min(candidates, key=lambda candidate: candidate.cost)


def cost(victims: Sequence[PodInfo], violations: int) -> tuple[int, int, int, int, int]:
    """What losing these pods would mean, the weightiest part first."""
    priorities = [victim.priority for victim in victims]
    highest = max(priorities)
    starts = [victim.start_time for victim in victims if victim.priority == highest and victim.start_time]
    latest = -int("".join(filter(str.isdigit, min(starts)))) if starts else _NOT_STARTED
    return (
        violations,
        priorities[0],
        sum(priority + _MAX_INT32 + 1 for priority in priorities),
        len(priorities),
        latest,
    )


def leaving_for_another(value: Json) -> bool:
    """Whether a pod is on its way out because the scheduler chose it."""
    if "deletionTimestamp" not in value["metadata"]:
        return False
    conditions = (value.get("status") or {}).get("conditions") or ()
    found: Json = next((item for item in conditions if item.get("type") == "DisruptionTarget"), {})
    return found.get("status") == "True" and found.get("reason") == "PreemptionByScheduler"


def read_budgets(handle: Handle) -> list[Budget]:
    """Every disruption budget that selects something."""
    budgets = []
    for value in handle.snapshot.objects.list("policy", "PodDisruptionBudget"):
        selector = Selector.stored_label_selector((value.get("spec") or {}).get("selector"))
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
            if not pod.template.labels or budget.namespace != pod.namespace or pod.name in budget.disrupted:
                continue
            if budget.selector.matches(pod.template.labels):
                left[index] -= 1
                forbidden = forbidden or left[index] < 0
        (protected if forbidden else others).append(pod)
    return protected, others
