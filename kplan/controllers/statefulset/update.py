"""One pass over a StatefulSet's pods: fill the slots, condemn what is above, roll from the top.

Upstream: pkg/controller/statefulset/{stateful_set_control,stateful_pod_control}.go
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
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
    with_identity,
    with_storage,
)
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import as_datetime
from kplan.simulation.podcontrol import slow_start
from kplan.simulation.reconciler import Context, ObjectKey


@dataclass
class Update:
    """A StatefulSet, its pods and its two live revisions, under way to what it should be."""

    context: Context
    owner: Json
    current: Json
    update: Json
    pods: Sequence[Json]
    slots: list[Json] = field(default_factory=list)
    condemned: list[Json] = field(default_factory=list)
    counted_down: int = 0
    """Pods deleted for the update in this pass: no longer at the current revision."""

    def __post_init__(self) -> None:
        by_ordinal = {ordinal_of(pod): pod for pod in self.pods if in_range(pod, self.owner)}
        start = start_ordinal_of(self.owner)
        ordinals: Iterable[int] = range(start, start + replicas_of(self.owner))
        if not self.context.allowance.covers(self.owner, replicas_of(self.owner) - len(by_ordinal)):
            ordinals = sorted(by_ordinal)
        self.slots = [by_ordinal.get(number) or self._intended(number) for number in ordinals]
        outside = [pod for pod in self.pods if not in_range(pod, self.owner) and ordinal_of(pod) >= 0]
        self.condemned = sorted(outside, key=ordinal_of, reverse=True)

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

    @property
    def numbered(self) -> bool:
        """Whether pods have their ordinal in a label."""
        return self.context.does(Behaviour.POD_INDEX_LABEL)

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
            self.owner, template_of(revision), revision["metadata"]["name"], ordinal, numbered=self.numbered
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
                self._delete(pod)
            return True
        if not is_created(pod):
            if claims.is_stale(self.context, self.owner, pod):
                return True
            self._create(pod)
            if self.monotonic:
                return True
        if phase == "Pending":
            claims.create_missing(self.context, self.owner, pod)
            self._apply_policy(pod)
        if self.monotonic and self._must_wait(pod):
            return True
        if not (
            identity_matches(self.owner, pod)
            and storage_matches(self.owner, pod)
            and self._policy_matches(pod)
        ):
            self._repair(pod)
        return False

    def _must_wait(self, pod: Json) -> bool:
        unready = is_terminating(pod) or not is_running_and_ready(pod)
        return unready or not is_available(pod, self.minimum, self.now)

    def _policy_matches(self, pod: Json) -> bool:
        return claims.match_policy(self.context, self.owner, pod)

    def _fix_claims(self, index: int) -> bool:
        pod = self.condemned[index]
        if not self._policy_matches(pod):
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
        self._delete(pod)
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
                self._delete(pod)
                self.counted_down += 1
                return
            if self._holds_up(pod):
                return

    def _create(self, pod: Json) -> None:
        try:
            claims.create_missing(self.context, self.owner, pod)
        except StatusError as refusal:
            self._say("Create", pod, refusal)
            raise
        self.context.allowance.take()
        try:
            made = self.context.client.create(pod)
        except StatusError as refusal:
            if refusal.reason != "AlreadyExists":
                self._apply_policy(pod)
                self._say("Create", pod, refusal)
            raise
        self._apply_policy(made)
        self._say("Create", pod, None)

    def _repair(self, pod: Json) -> None:
        """Put identity, storage and the claims' owners right."""
        fixed = pod if identity_matches(self.owner, pod) else with_identity(pod, numbered=self.numbered)
        if not storage_matches(self.owner, fixed):
            fixed = with_storage(self.owner, fixed)
            claims.create_missing(self.context, self.owner, fixed)
        if not self._policy_matches(fixed):
            self._apply_policy(fixed)
        try:
            self.context.client.update(fixed)
        except StatusError as refusal:
            self._say("Update", pod, refusal)
            raise
        self._say("Update", pod, None)

    def _apply_policy(self, pod: Json) -> None:
        try:
            claims.apply_policy(self.context, self.owner, pod)
        except StatusError as refusal:
            self._say("Update", pod, refusal)
            raise

    def _delete(self, pod: Json) -> None:
        key = ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
        try:
            self.context.client.delete(key)
        except StatusError as refusal:
            if refusal.code != 404:
                self._say("Delete", pod, refusal)
                raise
        self._say("Delete", pod, None)

    def _say(self, verb: str, pod: Json, refusal: StatusError | None) -> None:
        text = f"{verb} Pod {pod['metadata']['name']} in StatefulSet {self.owner['metadata']['name']}"
        if refusal is None:
            self.context.event(self.owner, "Normal", f"Successful{verb}", f"{text} successful")
        else:
            self.context.event(
                self.owner, "Warning", f"Failed{verb}", f"{text} failed error: {refusal.message}"
            )


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
