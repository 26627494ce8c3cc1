"""Reading Deployments and their ReplicaSets: counts, fenceposts, revisions, which one is new.

Upstream: pkg/controller/deployment/util/deployment_util.go
"""

from collections.abc import Iterable, Sequence

from kplan.api.intstr import scaled_value
from kplan.api.metadata import annotations_of
from kplan.api.object import Json
from kplan.api.pods import creation_order
from kplan.api.podtemplate.equality import equal_ignore_hash
from kplan.api.whole import whole
from kplan.api.workloadspec import replicas_of, rolling_update_of, strategy_of
from kplan.namedtuples import NamedTuple

REVISION = "deployment.kubernetes.io/revision"
REVISION_HISTORY = "deployment.kubernetes.io/revision-history"
DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas"
MAX_REPLICAS = "deployment.kubernetes.io/max-replicas"
ROLLBACK_TO = "deprecated.deployment.rollback.to"
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
OWN_ANNOTATIONS = frozenset(
    {LAST_APPLIED, REVISION, REVISION_HISTORY, DESIRED_REPLICAS, MAX_REPLICAS, ROLLBACK_TO}
)
"""Annotations that are not copied between a Deployment and its ReplicaSets."""

UNLIMITED = (1 << 31) - 1
_REVISION_HISTORY_LENGTH = 2000
_NOTHING: Json = {}


def total(replica_sets: Iterable[Json]) -> int:
    """The sum of spec.replicas."""
    return sum([replicas_of(rs) for rs in replica_sets])


class Tally:
    """Sums over ReplicaSets, counted in one pass."""

    __slots__ = ("available", "has_conditions", "leaving", "ready", "replicas", "size")

    def __init__(self, replica_sets: Iterable[Json]) -> None:
        size = replicas = ready = available = leaving = 0
        self.has_conditions = False
        for rs in replica_sets:
            spec, counted = rs["spec"], rs.get("status") or _NOTHING
            size += spec["replicas"] if "replicas" in spec else replicas_of(rs)
            if "replicas" in counted:
                replicas += counted["replicas"] or 0
            if "readyReplicas" in counted:
                ready += counted["readyReplicas"] or 0
            if "availableReplicas" in counted:
                available += counted["availableReplicas"] or 0
            if "terminatingReplicas" in counted:
                leaving += counted["terminatingReplicas"] or 0
            self.has_conditions = self.has_conditions or "conditions" in counted
        self.size = size
        """The sum of spec.replicas."""
        self.replicas, self.ready, self.available = replicas, ready, available
        self.leaving = leaving
        """How many pods are ending."""


def active(replica_sets: Iterable[Json]) -> list[Json]:
    """The ReplicaSets that want pods."""
    return [rs for rs in replica_sets if replicas_of(rs) > 0]


def is_rolling(deployment: Json) -> bool:
    """Whether the strategy is RollingUpdate."""
    return bool(strategy_of(deployment).get("type") == "RollingUpdate")


class Terms(NamedTuple):
    """The terms of a rollout."""

    replicas: int
    """How many pods the Deployment wants."""
    max_surge: int
    """How many pods above spec.replicas it may run."""
    max_unavailable: int
    """How many pods below spec.replicas may be available meanwhile."""


_TERMS: dict[int, tuple[Json, Terms]] = {}
_REMEMBERED = 4096


def terms(deployment: Json) -> Terms:
    """What a rollout keeps to; remembered by the identity of the spec, for it is asked at every turn."""
    spec = deployment["spec"]
    known = _TERMS.get(id(spec))
    if known is None or known[0] is not spec:
        if len(_TERMS) >= _REMEMBERED:
            _TERMS.clear()
        known = _TERMS[id(spec)] = (spec, _terms(deployment))
    return known[1]


def _terms(deployment: Json) -> Terms:
    wanted = replicas_of(deployment)
    if not is_rolling(deployment):
        return Terms(wanted, 0, 0)
    surge, unavailable = fenceposts(deployment)
    return Terms(wanted, surge, min(unavailable, wanted))


def fenceposts(deployment: Json) -> tuple[int, int]:
    """Resolve maxSurge (up) and maxUnavailable (down); both 0 would never move, so one may be unavailable."""
    rolling = rolling_update_of(strategy_of(deployment))
    count = replicas_of(deployment)
    surge = scaled_value(rolling.get("maxSurge", 0), count, round_up=True)
    unavailable = scaled_value(rolling.get("maxUnavailable", 0), count, round_up=False)
    return (0, 1) if surge == 0 and unavailable == 0 else (surge, unavailable)


def new_rs_replicas(deployment: Json, all_sets: Sequence[Json], current: int) -> int:
    """How many pods the new ReplicaSet may have now, when it has ``current``."""
    wanted = replicas_of(deployment)
    if not is_rolling(deployment):
        return wanted
    room = wanted + terms(deployment).max_surge - total(all_sets)
    return current if room <= 0 else current + min(room, wanted - current)


def oldest_first(replica_sets: Iterable[Json]) -> list[Json]:
    """By creation, then by name."""
    return sorted(replica_sets, key=creation_order)


def find_new(deployment: Json, replica_sets: Iterable[Json]) -> Json | None:
    """The oldest ReplicaSet whose template is the Deployment's."""
    template = deployment["spec"]["template"]
    matching = [rs for rs in replica_sets if _same(rs["spec"]["template"], template)]
    return min(matching, key=creation_order, default=None) if len(matching) != 1 else matching[0]


_COMPARED: dict[tuple[int, int], tuple[Json, Json, bool]] = {}


def _same(one: Json, other: Json) -> bool:
    """Compare two stored templates; the last comparisons are remembered by identity, for they come at every turn."""
    key = (id(one), id(other))
    known = _COMPARED.get(key)
    if known is None:
        if len(_COMPARED) >= _REMEMBERED:
            _COMPARED.clear()
        known = _COMPARED[key] = (one, other, equal_ignore_hash(one, other))
    return known[2]


def others(replica_sets: Sequence[Json], new: Json | None) -> list[Json]:
    """All ReplicaSets but the new one."""
    if new is None:
        return list(replica_sets)
    uid = new["metadata"]["uid"]
    return [rs for rs in replica_sets if rs["metadata"]["uid"] != uid]


def revision_of(value: Json) -> int:
    """The revision in the annotations; 0 if there is none, -1 if it is no number."""
    revision = whole(annotations_of(value).get(REVISION, "0"))
    return -1 if revision is None else revision


def max_revision(replica_sets: Iterable[Json]) -> int:
    """The highest revision, at least 0."""
    return max((revision_of(rs) for rs in replica_sets), default=0) if replica_sets else 0


def last_revision(replica_sets: Iterable[Json]) -> int:
    """The second highest revision: where a rollback without a number goes."""
    numbers = sorted((max(revision_of(rs), 0) for rs in replica_sets), reverse=True)
    return numbers[1] if len(numbers) > 1 else 0


def replicas_annotations(deployment: Json) -> dict[str, str]:
    """What a scaled ReplicaSet is told about the Deployment's size."""
    wanted = replicas_of(deployment)
    return {DESIRED_REPLICAS: str(wanted), MAX_REPLICAS: str(wanted + terms(deployment).max_surge)}


def revised_annotations(deployment: Json, replica_set: Json, revision: int) -> dict[str, str]:
    """The new ReplicaSet's annotations: the Deployment's, its revision and the revisions it had before."""
    result = dict(annotations_of(replica_set))
    result |= {key: text for key, text in annotations_of(deployment).items() if key not in OWN_ANNOTATIONS}
    before = result.get(REVISION)
    known = whole(before or "0")
    if known is not None and known < revision:
        result[REVISION] = str(revision)
        if before is not None:
            result[REVISION_HISTORY] = _longer_history(result.get(REVISION_HISTORY, ""), before)
    return result


_Annotations = dict[str, str]
_REVISED: dict[tuple[int, int, int], tuple[_Annotations, _Annotations, bool]] = {}


def is_revised(deployment: Json, replica_set: Json, revision: int) -> bool:
    """Whether the ReplicaSet has the annotations that it should have; answers are remembered by identity."""
    own, noted = annotations_of(deployment), annotations_of(replica_set)
    key = (id(own), id(noted), revision)
    known = _REVISED.get(key)
    if known is None:
        if len(_REVISED) >= _REMEMBERED:
            _REVISED.clear()
        answer = revised_annotations(deployment, replica_set, revision) == noted
        known = _REVISED[key] = (own, noted, answer)
    return known[2]


def _longer_history(history: str, revision: str) -> str:
    """Append a revision; the oldest go if the text would get too long."""
    if not history:
        return revision
    revisions = history.split(",")
    length, start = len(history) + len(revision) + 1, 0
    while length > _REVISION_HISTORY_LENGTH and start < len(revisions):
        length -= len(revisions[start]) + 1
        start += 1
    return ",".join([*revisions[start:], revision]) if length <= _REVISION_HISTORY_LENGTH else history
