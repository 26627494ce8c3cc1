"""NodeAffinity: node selectors and node affinity, the pod's own and the profile's.

Upstream: pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.scheduler.arrays import Bools, Ints, np
from kplan.scheduler.columns import Columns
from kplan.scheduler.cyclestate import CycleState
from kplan.scheduler.dependence import ClusterPart, Dependence, PodPart
from kplan.scheduler.events import PLACES_CHANGED, ClusterEvent, News
from kplan.scheduler.framework import PluginArgs, Verdicts
from kplan.scheduler.nodeinfo import NodeInfo
from kplan.scheduler.normalizing import default_normalize, default_normalize_all
from kplan.scheduler.podinfo import PodInfo, PodTemplate
from kplan.scheduler.snapshot import Snapshot
from kplan.scheduler.status import SKIP, SUCCESS, Status
from kplan.selectors.nodes import NodeSelector, NodeSelectorTerm, PreferredTerms, required_node_affinity
from kplan.selectors.requirement import Requirement

REFUSED: Final = Status.unresolvable("node(s) didn't match Pod's node affinity/selector")
ENFORCED: Final = Status.unresolvable("node(s) didn't match scheduler-enforced node affinity")
CONFLICT: Final = Status.unresolvable("pod affinity terms conflict")
_REQUIRED: Final = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED: Final = "preferredDuringSchedulingIgnoredDuringExecution"


class NodeAffinity:
    """Refuses nodes the pod does not select and ranks those it prefers."""

    name = "NodeAffinity"
    depends_on = Dependence(PodPart.TEMPLATE, ClusterPart.NODE)

    def __init__(self, args: PluginArgs | None = None) -> None:
        added: Mapping[str, Any] = (args or {}).get("addedAffinity") or {}
        required = added.get(_REQUIRED)
        self.added = None if required is None else NodeSelector.parse(required)
        self.added_preferred = PreferredTerms.parse(added.get(_PREFERRED))

    def events_to_register(self) -> frozenset[ClusterEvent]:
        """A node may get other labels, or a new one come."""
        return PLACES_CHANGED

    def helped_by(self, pod: PodInfo, event: ClusterEvent, news: News, snapshot: Snapshot) -> bool:
        """A node that matches now and did not before (isSchedulableAfterNodeChange)."""
        del event, snapshot
        return self._matches(pod, news.after) and (news.before is None or not self._matches(pod, news.before))

    def pre_filter(
        self, state: CycleState, pod: PodInfo, snapshot: Snapshot
    ) -> tuple[frozenset[str] | None, Status]:
        """Find the only nodes the pod can mean, when it names them."""
        del state, snapshot
        required = required_node_affinity(pod.template.spec)
        if required is None and self.added is None and "nodeSelector" not in pod.template.spec:
            return None, SKIP
        names = named_nodes((required or {}).get("nodeSelectorTerms") or ())
        return (None, CONFLICT) if names is not None and not names else (names, SUCCESS)

    def filter(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> Status:
        """Judge one node."""
        del state
        if self._kept_out(node):
            return ENFORCED
        return SUCCESS if pod.template.node_affinity.matches(node.name, node.labels) else REFUSED

    def _kept_out(self, node: NodeInfo) -> bool:
        return self.added is not None and not self.added.matches(node.name, node.labels)

    def _matches(self, pod: PodInfo, node: NodeInfo) -> bool:
        return not self._kept_out(node) and pod.template.node_affinity.matches(node.name, node.labels)

    def detail(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> str:
        """What the pod selects and what the node has instead."""
        del state
        affinity = pod.template.node_affinity
        if affinity.selector is not None and not affinity.selector.matches(node.labels):
            missed = [item for item in affinity.selector.requirements if not item.matches(node.labels)]
            return "; ".join(_mismatch(item, node) for item in missed)
        terms = affinity.terms.terms if affinity.terms is not None else ()
        missed = [
            item
            for term in terms
            for item in (term.labels.requirements if term.labels else ())
            if not item.matches(node.labels)
        ]
        return "; ".join(dict.fromkeys(_mismatch(item, node) for item in missed))

    def filter_all(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> Verdicts | None:
        """Judge every node by its labels' columns."""
        del state
        columns = snapshot.columns
        ids = np.where(required_affinity_met(template, columns), 0, 1).astype(np.int16)
        if self.added is not None:
            ids[~_any_term(self.added, columns)] = 2
        return Verdicts(ids, (SUCCESS, REFUSED, ENFORCED)) if ids.any() else None

    def pre_score(
        self, state: CycleState, pod: PodInfo, nodes: Sequence[NodeInfo], snapshot: Snapshot
    ) -> Status:
        """Nothing preferred, nothing to rank."""
        del state, nodes, snapshot
        return SUCCESS if pod.template.preferred_nodes.terms or self.added_preferred.terms else SKIP

    def score(self, state: CycleState, pod: PodInfo, node: NodeInfo) -> int:
        """The weights of all terms that match."""
        del state
        return self.added_preferred.score(node.name, node.labels) + pod.template.preferred_nodes.score(
            node.name, node.labels
        )

    def normalize(self, state: CycleState, scores: list[int], nodes: Sequence[NodeInfo]) -> list[int]:
        """The most preferred node gets 100."""
        del state, nodes
        return default_normalize(scores, reverse=False)

    def score_all(
        self, state: CycleState, template: PodTemplate, snapshot: Snapshot, feasible: Ints
    ) -> Ints | None:
        """Score these nodes."""
        terms = (*template.preferred_nodes.terms, *self.added_preferred.terms)
        if not terms:
            return None
        raw = state.get(self.name)
        if raw is None:
            raw = np.zeros(snapshot.columns.size, dtype=np.int64)
            for term, weight in terms:
                raw += weight * _term(term, snapshot.columns)
            state[self.name] = raw
        return default_normalize_all(raw[feasible], reverse=False)

    def is_settled(self, state: CycleState, template: PodTemplate, snapshot: Snapshot) -> bool:
        """Whether nothing is preferred."""
        del state, snapshot
        return not template.preferred_nodes.terms and not self.added_preferred.terms


def named_nodes(terms: Sequence[Mapping[str, Any]]) -> frozenset[str] | None:
    """The nodes that every term names; None when some term does not name any."""
    names: set[str] = set()
    for term in terms:
        wanted: set[str] | None = None
        for field in term.get("matchFields") or ():
            if field.get("key") == "metadata.name" and field.get("operator") == "In":
                values = set(field.get("values") or ())
                wanted = values if wanted is None else wanted & values
        if wanted is None:
            return None
        names |= wanted
    return frozenset(names) if terms else None


def required_affinity_met(template: PodTemplate, columns: Columns) -> Bools:
    """For every node, whether it meets what the pod demands."""
    affinity = template.node_affinity
    met = np.ones(columns.size, dtype=np.bool_)
    if affinity.selector is not None:
        met &= columns.matching(affinity.selector)
    if affinity.terms is not None:
        met &= _any_term(affinity.terms, columns)
    return met


def _mismatch(requirement: Requirement, node: NodeInfo) -> str:
    value = node.labels.get(requirement.key)
    return f"wants {requirement}, " + (
        f"node has {requirement.key}={value}" if value is not None else "node has no such label"
    )


def _any_term(selector: NodeSelector, columns: Columns) -> Bools:
    met = np.zeros(columns.size, dtype=np.bool_)
    for term in selector.terms:
        met |= _term(term, columns)
    return met


def _term(term: NodeSelectorTerm, columns: Columns) -> Bools:
    if term.fields is not None or term.errors:
        return np.array([term.matches(node.name, node.labels) for node in columns.nodes], dtype=np.bool_)
    return columns.matching(term.labels) if term.labels is not None else np.ones(columns.size, dtype=np.bool_)
