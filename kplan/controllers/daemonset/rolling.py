"""Which pods a rolling update of a DaemonSet takes away, and on which nodes it makes new ones beside the old.

Upstream: pkg/controller/daemon/update.go (rollingUpdate)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from kplan.api.intstr import scaled_value
from kplan.api.object import Json
from kplan.api.pods import is_available, is_terminating
from kplan.api.workloadspec import rolling_update_of, update_strategy_of
from kplan.controllers.daemonset.nodes import is_updated, should_run
from kplan.namedtuples import NamedTuple


@dataclass(slots=True)
class Step:
    """What one pass does."""

    delete: list[Json] = field(default_factory=list)
    create_on: list[str] = field(default_factory=list)


class Bounds(NamedTuple):
    """How many nodes may be without a pod, or have two, of those that want one."""

    surge: int
    unavailable: int
    desired: int


def bounds(owner: Json, desired: int) -> Bounds:
    """Resolve maxSurge and maxUnavailable, both rounded up; both 0 would never move."""
    rolling = rolling_update_of(update_strategy_of(owner))
    surge = scaled_value(rolling.get("maxSurge", 0), desired, round_up=True)
    unavailable = scaled_value(rolling.get("maxUnavailable", 1), desired, round_up=True)
    return Bounds(surge, 1 if desired > 0 and surge == 0 and unavailable == 0 else unavailable, desired)


def allows_surge(owner: Json) -> bool:
    """Whether a node may have the old and the new pod at once."""
    strategy = update_strategy_of(owner)
    if strategy.get("type") != "RollingUpdate":
        return False
    return scaled_value(rolling_update_of(strategy).get("maxSurge", 0), 1, round_up=True) > 0


def plan(
    owner: Json,
    nodes: Mapping[str, Json],
    pods: Mapping[str, Sequence[Json]],
    revision_hash: str,
    now: datetime,
) -> Step:
    """Decide on one step."""
    wanting = [name for name, node in nodes.items() if should_run(owner, node)[0]]
    limits = bounds(owner, len(wanting))
    on_nodes = {name: pods.get(name, ()) for name in sorted({*pods, *wanting})}
    roll = _Roll(owner, nodes, revision_hash, now)
    return roll.surging(on_nodes, limits) if limits.surge else roll.replacing(on_nodes, limits)


class _Roll(NamedTuple):
    owner: Json
    nodes: Mapping[str, Json]
    revision_hash: str
    now: datetime

    def replacing(self, on_nodes: Mapping[str, Sequence[Json]], limits: Bounds) -> Step:
        """Delete old pods as far as enough nodes stay served."""
        missing, broken, candidates = 0, [], []
        for pods in on_nodes.values():
            pair = self._pair(pods)
            if pair is None or (pair[0] is None) == (pair[1] is None):
                missing += 1
                continue
            new, old = pair
            if new is not None:
                missing += not self._available(new)
            elif old is not None and not self._available(old):
                broken.append(old)
                missing += 1
            elif old is not None and missing < limits.unavailable:
                candidates.append(old)
        return Step(delete=broken + candidates[: max(0, limits.unavailable - missing)])

    def surging(self, on_nodes: Mapping[str, Sequence[Json]], limits: Bounds) -> Step:
        """Make new pods beside old ones, and delete the old ones whose successor is available."""
        step, surplus, available = Step(), 0, 0
        free: list[str] = []
        candidates: list[str] = []
        unwanted: list[Json] = []
        for name, pods in on_nodes.items():
            pair = self._pair(pods)
            if pair is None:
                surplus += 1
                continue
            new, old = pair
            present = old if old is not None else new
            available += present is not None and self._available(present)
            if old is None:
                continue
            if new is not None:
                if self._available(new):
                    step.delete.append(old)
                else:
                    surplus += 1
                continue
            wanted = should_run(self.owner, self.nodes[name])[0] if name in self.nodes else False
            if not self._available(old):
                if wanted:
                    free.append(name)
                else:
                    step.delete.append(old)
            elif not wanted:
                unwanted.append(old)
            elif surplus < limits.surge:
                candidates.append(name)
        step.delete += unwanted[: max(0, available - limits.desired)]
        step.create_on = free + candidates[: max(0, limits.surge - surplus)]
        return step

    def _pair(self, pods: Sequence[Json]) -> tuple[Json | None, Json | None] | None:
        """The new and the old pod of a node; None if there are two of a kind."""
        staying = [pod for pod in pods if not is_terminating(pod)]
        new = [pod for pod in staying if is_updated(pod, self.owner, self.revision_hash)]
        old = [pod for pod in staying if pod not in new]
        if len(new) > 1 or len(old) > 1:
            return None
        return (new[0] if new else None, old[0] if old else None)

    def _available(self, pod: Json) -> bool:
        return is_available(pod, self.owner["spec"].get("minReadySeconds") or 0, self.now)
