"""One pass over a StatefulSet's pods: fill the slots, condemn what is above, roll from the top.

Upstream: pkg/controller/statefulset/stateful_set_control.go
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.pods import is_available, is_terminating, recorded_phase
from kplan.api.revisions import template_of
from kplan.api.workloadspec import replicas_of, rolling_update_of, start_ordinal_of, update_strategy_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.statefulset import claims
from kplan.controllers.statefulset.identity import (
    identity_matches,
    in_range,
    is_created,
    is_running_and_ready,
    is_unavailable,
    is_unhealthy,
    new_pod,
    ordinal_of,
    revision_of,
    storage_matches,
)
from kplan.controllers.statefulset.podcontrol import PodControl
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import as_datetime
from kplan.simulation.podcontrol import slow_start
from kplan.simulation.reconciler import Context


class Update:
    """A StatefulSet, its pods and its two live revisions, under way to what it should be."""

    def __init__(
        self, context: Context, owner: Json, current: Json, update: Json, pods: Sequence[Json]
    ) -> None:
        self.context, self.owner, self.current, self.update = context, owner, current, update
        self._control = PodControl(context, owner)
        by_ordinal = {ordinal_of(pod): pod for pod in pods if in_range(pod, owner)}
        start = start_ordinal_of(owner)
        ordinals: Iterable[int] = range(start, start + replicas_of(owner))
        if not context.allowance.covers(owner, replicas_of(owner) - len(by_ordinal)):
            ordinals = sorted(by_ordinal)
        self.slots = [by_ordinal.get(number) or self._intended(number) for number in ordinals]
        outside = [pod for pod in pods if not in_range(pod, owner) and ordinal_of(pod) >= 0]
        self.condemned = sorted(outside, key=ordinal_of, reverse=True)
        self.counted_down = 0
        """Pods deleted for the update in this pass: no longer at the current revision."""

    @property
    def now(self) -> datetime:
        """The time."""
        return as_datetime(self.context.now)

    @property
    def minimum(self) -> int:
        """spec.minReadySeconds."""
        return int(self.owner["spec"].get("minReadySeconds") or 0)

    @property
    def monotonic(self) -> bool:
        """Whether pods come and go strictly in order."""
        return bool(self.owner["spec"].get("podManagementPolicy") != "Parallel")

    def run(self) -> StatusError | None:
        """Do what can be done now; a refusal ends the pass and is answered."""
        if self.owner["metadata"].get("deletionTimestamp") is not None:
            return None
        blocker = self._first_unavailable()
        steps: tuple[tuple[Sequence[Json], Callable[[int], bool]], ...] = (
            (self.slots, self._process_slot),
            (self.condemned, self._fix_claims),
            (self.condemned, lambda index: self._process_condemned(index, blocker)),
        )
        for pods, step in steps:
            stop, refusal = self._for_all(len(pods), step)
            if stop or refusal is not None:
                return refusal
        try:
            self._roll()
        except StatusError as refusal:
            return refusal
        return None

    def _intended(self, ordinal: int) -> Json:
        """The pod that should fill an empty slot."""
        strategy, start = update_strategy_of(self.owner), start_ordinal_of(self.owner)
        rolling = strategy.get("rollingUpdate")
        done = status_of(self.owner).get("currentReplicas") or 0
        kept = done if rolling is None else rolling.get("partition") or 0
        keeps = strategy.get("type") == "RollingUpdate" or rolling is not None
        revision = self.current if keeps and ordinal < start + kept else self.update
        return new_pod(
            self.owner,
            template_of(revision),
            revision["metadata"]["name"],
            ordinal,
            numbered=self._control.numbered,
        )

    def _first_unavailable(self) -> Json | None:
        candidates = (*self.slots, *reversed(self.condemned))
        return next((pod for pod in candidates if self._holds_up(pod)), None)

    def _holds_up(self, pod: Json) -> bool:
        if self.context.does(Behaviour.AVAILABLE_STATEFUL_PODS):
            return is_unavailable(pod, self.minimum, self.now)
        return is_unhealthy(pod)

    def _for_all(self, count: int, step: Callable[[int], bool]) -> tuple[bool, StatusError | None]:
        if not self.monotonic:
            refusal = slow_start(count, step)[1]
            return refusal is not None, refusal
        for index in range(count):
            try:
                if step(index):
                    return True, None
            except StatusError as refusal:
                return True, refusal
        return False, None

    def _process_slot(self, index: int) -> bool:
        """Bring one slot on; True means wait before the next."""
        pod = self.slots[index]
        phase = recorded_phase(pod)
        if phase in ("Failed", "Succeeded"):
            if not is_terminating(pod):
                self._control.delete(pod)
            return True
        if not is_created(pod):
            if claims.is_stale(self.context, self.owner, pod):
                return True
            self._control.create(pod)
            if self.monotonic:
                return True
        if phase == "Pending":
            claims.create_missing(self.context, self.owner, pod)
            self._control.apply_policy(pod)
        if self.monotonic and self._must_wait(pod):
            return True
        if not (
            identity_matches(self.owner, pod)
            and storage_matches(self.owner, pod)
            and self._control.policy_matches(pod)
        ):
            self._control.update(pod)
        return False

    def _must_wait(self, pod: Json) -> bool:
        unready = is_terminating(pod) or not is_running_and_ready(pod)
        return unready or not is_available(pod, self.minimum, self.now)

    def _fix_claims(self, index: int) -> bool:
        pod = self.condemned[index]
        if not self._control.policy_matches(pod):
            claims.apply_policy(self.context, self.owner, pod)
        return False

    def _process_condemned(self, index: int, blocker: Json | None) -> bool:
        """Delete one pod above the range, unless one that is not well must be waited for."""
        pod = self.condemned[index]
        if is_terminating(pod):
            return self.monotonic
        well = is_running_and_ready(pod) and is_available(pod, self.minimum, self.now)
        if self.monotonic and not well and pod is not blocker:
            return True
        self._control.delete(pod)
        return True

    def _roll(self) -> None:
        """Delete the topmost pod of another revision once everything above it is well."""
        strategy = update_strategy_of(self.owner)
        if strategy.get("type") == "OnDelete":
            return
        lowest = rolling_update_of(strategy).get("partition") or 0
        name = self.update["metadata"]["name"]
        for pod in reversed(self.slots[lowest:]):
            if revision_of(pod) != name and not is_terminating(pod):
                self._control.delete(pod)
                self.counted_down += 1
                return
            if self._holds_up(pod):
                return


def new_status(update: Update, collisions: int) -> Json:
    """Count the pods as they were read, and say which revisions are live."""
    current, latest = update.current["metadata"]["name"], update.update["metadata"]["name"]
    created = [pod for pod in (*update.slots, *update.condemned) if is_created(pod)]
    ready = [pod for pod in created if is_running_and_ready(pod)]
    staying = [revision_of(pod) for pod in created if not is_terminating(pod)]
    return {
        "observedGeneration": update.owner["metadata"].get("generation", 0),
        "replicas": len(created),
        "readyReplicas": len(ready),
        "availableReplicas": sum(is_available(pod, update.minimum, update.now) for pod in ready),
        "currentReplicas": staying.count(current) - update.counted_down,
        "updatedReplicas": staying.count(latest),
        "currentRevision": current,
        "updateRevision": latest,
        "collisionCount": collisions,
    }
