"""TaintToleration: a node's taints turn pods away, or make it a place to avoid.

Upstream: pkg/scheduler/framework/plugins/tainttoleration/taint_toleration.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.scheduler.arrays import Ints, np
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import ClusterEvent, News
from kplan.scheduler.framework import Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import default_normalize, default_normalize_all
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SUCCESS, Status
from kplan.schema.changes.behaviours import CURRENT, Behaviour, Behaviours
from kplan.selectors.taints import PREFER_NO_SCHEDULE, tolerated, untolerated

REFUSED: Final = Status.unresolvable("node(s) had untolerated taint(s)")


class TaintToleration:
    """Refuses untolerated hard taints and counts untolerated soft ones."""

    name = "TaintToleration"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def __init__(self, behaviours: Behaviours = CURRENT) -> None:
        self._names_taint = Behaviour.TAINT_MESSAGE not in behaviours

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A taint may be lifted, or a new node come."""
        return frozenset({ClusterEvent.NODE_ADDED, ClusterEvent.NODE_TAINTED})

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A node whose taints the pod tolerates now and did not before (isSchedulableAfterNodeChange)."""
        del event, snapshot
        tolerations, before = pod.template.tolerations, news.before
        if untolerated(news.after.taints, tolerations) is not None:
            return False
        return before is None or untolerated(before.taints, tolerations) is not None

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        return self._judge(node.taints, pod.template.tolerations) if node.taints else SUCCESS

    def _judge(self, taints: Sequence[Json], tolerations: Sequence[Json]) -> Status:
        taint = untolerated(taints, tolerations)
        if taint is None or not self._names_taint:
            return SUCCESS if taint is None else REFUSED
        text = f"node(s) had untolerated taint {{{taint.get('key', '')}: {taint.get('value', '')}}}"
        return Status.unresolvable(text)

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """The taint behind a refusal."""
        del state
        taint = untolerated(node.taints, pod.template.tolerations) or {}
        value = f"={taint['value']}" if taint.get("value") else ""
        return f"taint {taint.get('key')}{value}:{taint.get('effect')} is not tolerated"

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node, each distinct set of taints once."""
        del state
        statuses = [SUCCESS]

        def number(taints: Sequence[Json]) -> int:
            status = self._judge(taints, template.tolerations)
            if status not in statuses:
                statuses.append(status)
            return statuses.index(status)

        refused = snapshot.columns.by_distinct("taints", _taints, number, np.int16)
        return Verdicts(refused, statuses) if len(statuses) > 1 else None

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """Count what the pod would have to put up with."""
        del state
        return count_intolerable_prefer_no_schedule(node.taints, pod.template)

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The fewer the better."""
        del state, nodes
        return default_normalize(scores, reverse=True)

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Score these nodes."""
        return default_normalize_all(self._raw(state, template, snapshot)[feasible], reverse=True)

    def _raw(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Ints:
        raw: Ints | None = state.get(self.name)
        if raw is None:
            raw = snapshot.columns.by_distinct(
                "taints",
                _taints,
                lambda taints: count_intolerable_prefer_no_schedule(taints, template),
                np.int64,
            )
            state[self.name] = raw
        return raw

    def is_settled(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> bool:
        """Whether the pod would have to put up with as much on every node."""
        raw = self._raw(state, template, snapshot)
        return bool((raw == raw[0]).all())


def _taints(node: NodeInfo) -> list[Json]:
    return node.taints


def count_intolerable_prefer_no_schedule(taints: Sequence[Json], template: PodTemplate) -> int:
    """How many soft taints the pod does not tolerate."""
    tolerations = [
        item for item in template.tolerations if item.get("effect", "") in ("", PREFER_NO_SCHEDULE)
    ]
    return sum(
        taint.get("effect") == PREFER_NO_SCHEDULE and not tolerated(tolerations, taint) for taint in taints
    )
