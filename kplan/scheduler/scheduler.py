"""One pod at a time: which nodes may take it, which of them is best, and who would have to go where none may.

``schedule_one`` reads as upstream's scheduling cycle does and changes nothing; ``commit`` reserves what the decision
takes and writes it into the cache. The actor that watches a cluster and binds through its API server is in ``actor``.

Upstream: pkg/scheduler/schedule_one.go
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.cache import Cache
from kplan.scheduler.choice import HeapOrder
from kplan.scheduler.cycle import Cycle
from kplan.scheduler.decision import Decision
from kplan.scheduler.diagnosis import NodeToStatus, fit_error
from kplan.scheduler.framework import Nomination
from kplan.scheduler.podinfo import PodInfo
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.search import Found, NodeSearch
from kplan.scheduler.status import SUCCESS, Code, Status

NO_NODES: Final = "no nodes available to schedule pods"
_Table = tuple[tuple[str, int, tuple[int, ...]], ...]


class Scheduler:
    """A profile at work."""

    def __init__(
        self, profile: Profile = DEFAULT, *, one_by_one: bool = False, preemption: bool = True
    ) -> None:
        """``one_by_one`` asks every plug-in about every node as upstream does, and keeps nothing."""
        self.profile = profile
        self.framework = profile.framework()
        self.post_filters = self.framework.post_filters if preemption else []
        self.search = NodeSearch(self.framework, profile.percentage_of_nodes_to_score, one_by_one=one_by_one)
        self.heap = HeapOrder()

    def pre_enqueue(self, pod: PodInfo, cache: Cache) -> Status:
        """Whether the pod may enter the queue."""
        for plugin in self.framework.pre_enqueues:
            status = plugin.pre_enqueue(pod, cache)
            if not status.ok:
                return status.by(plugin.name)
        return SUCCESS

    def schedule_one(self, cache: Cache, pod: PodInfo, *, explain: bool = False) -> Decision:
        """Decide where a pod goes. Nothing is changed: see commit."""
        if not cache.nodes:
            return Decision(pod, message=NO_NODES)
        cycle = Cycle(self.framework, pod, cache, cache.epoch)
        best = None if explain else self.search.best(pod, cache)
        if best is not None:
            return Decision(pod, cache.nodes[best[0]].name, cycle=cycle, next_start=best[1])
        found = self.search.find(cycle, cache)
        if not len(found.nodes):
            return self._failed(cycle, cache, found)
        names: tuple[str, ...] = ()
        if explain or len(found.nodes) == 1:
            names = tuple(cache.nodes[index].name for index in found.nodes)
        if len(found.nodes) == 1:
            return Decision(
                pod,
                names[0],
                feasible=names,
                diagnosis=found.diagnosis,
                cycle=cycle,
                next_start=found.next_start,
            )
        totals, table = self._prioritize(cycle, cache, found, explain=explain)
        place, equals = self.heap.winner(totals)
        return Decision(
            pod,
            cache.nodes[found.nodes[place]].name,
            feasible=names,
            totals=tuple(map(int, totals)) if explain else (),
            table=table,
            ties=tuple(names[index] for index in equals) if explain else (),
            diagnosis=found.diagnosis,
            cycle=cycle,
            next_start=found.next_start,
        )

    def commit(self, cache: Cache, decision: Decision) -> Decision:
        """Reserve what a decision takes and write it into the cache: the pod counts on its node from now on.

        The answer is the decision as it stands: without a node if a Reserve or Permit plug-in refused.
        """
        cache.next_start = decision.next_start
        if not decision.node:
            if decision.nomination is not None:
                if decision.nomination.node:
                    cache.nominate(decision.pod, decision.nomination.node)
                else:
                    cache.drop_nomination(decision.pod)
            return decision
        if decision.cycle is not None:
            status = decision.cycle.reserve(cache.existing(decision.node))
            if not status.ok:
                return _refused(cache, decision, status)
        cache.add_pod(decision.pod, decision.node)
        return decision

    # -- scoring ---------------------------------------------------------------------------------------------------
    def _prioritize(
        self, cycle: Cycle, cache: Cache, found: Found, *, explain: bool
    ) -> tuple[Sequence[int] | Ints, _Table]:
        known = found.known
        if known is None:
            nodes = [cache.nodes[index] for index in found.nodes]
            return _added_up(list(cycle.score(self.framework.scores, nodes)), len(nodes))
        places = np.asarray(found.nodes)
        if not explain:
            return known.totals(cycle, places), ()
        rows = [(name, weight, scores.tolist()) for name, weight, scores in known.table(cycle, places)]
        return _added_up(rows, len(found.nodes))

    # -- nothing fits ----------------------------------------------------------------------------------------------
    def _failed(self, cycle: Cycle, cache: Cache, found: Found) -> Decision:
        """Run PostFilter, then say why no node fits; if a plug-in met an error, that is all there is to say."""
        if found.refusal.code is Code.ERROR:
            return Decision(
                cycle.pod,
                message=found.refusal.message,
                nomination=Nomination("", ()),
                cycle=cycle,
                next_start=found.next_start,
                broken=True,
            )
        cycle.diagnosis = found.diagnosis
        nomination, last = self._post_filter(cycle)
        reasons = found.diagnosis.reasons()
        for reason in cycle.absent_nodes_status.reasons:
            if len(cache.nodes) > len(found.diagnosis):
                reasons[reason] += len(cache.nodes) - len(found.diagnosis)
        message = fit_error(len(cache.nodes), reasons, pre_filter=found.refusal.message, post_filter=last)
        return Decision(
            cycle.pod,
            message=message,
            nomination=nomination,
            diagnosis=found.diagnosis,
            cycle=cycle,
            next_start=found.next_start,
            refused_by=found.diagnosis.plugins()
            | ({found.refusal.plugin} if found.refusal.plugin else set()),
        )

    def _post_filter(self, cycle: Cycle) -> tuple[Nomination | None, str]:
        nomination: Nomination | None = None
        reasons: list[str] = []
        for plugin in self.post_filters:
            result, status = plugin.post_filter(cycle)
            if status.ok or status.code is Code.UNRESOLVABLE:
                return result, status.message
            if status.code is Code.ERROR:
                return None, status.message
            nomination = result or nomination
            reasons.extend(status.reasons)
        return nomination, ", ".join(reasons)


def _added_up(rows: Sequence[tuple[str, int, list[int]]], nodes: int) -> tuple[list[int], _Table]:
    """The weighted totals of the nodes, and the table of scores they are the sum of."""
    totals = [sum(weight * scores[place] for _, weight, scores in rows) for place in range(nodes)]
    return totals, tuple((name, weight, tuple(scores)) for name, weight, scores in rows)


def _refused(cache: Cache, decision: Decision, status: Status) -> Decision:
    """The decision after a Reserve or Permit plug-in refused: upstream says so of the one node that was chosen."""
    cache.drop_nomination(decision.pod)
    return replace(
        decision,
        node="",
        message=fit_error(1, Counter(status.reasons)),
        ties=(),
        nomination=Nomination("", ()),
        diagnosis=NodeToStatus({cache.existing(decision.node).index: status}),
        refused_by=frozenset({status.plugin}),
    )
