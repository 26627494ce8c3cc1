"""The kubelet's state for one pod: the lives of its containers, and what they mean for the pod as a whole.

Upstream: pkg/kubelet/kubelet_pods.go (getPhase), pkg/kubelet/status/generate.go
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kplan.kubelet.life import Life, Stage
from kplan.simulation.clock import Instant
from kplan.simulation.reconciler import DONE, Result

if TYPE_CHECKING:
    from kplan.api.object import Json

_COMING = (Stage.PULLING, Stage.STARTING)
"""Stages of a container that is about to run, whatever its previous run ended with."""


class Running:
    """The kubelet's state for one pod."""

    def __init__(self, uid: str, node: str, init: list[Life], main: list[Life]) -> None:
        self.uid, self.node, self.init, self.main = uid, node, init, main
        self.stopping_until: Instant | None = None
        self.reported: set[str] = set()
        self.told: Json | None = None
        """The pod as it was when its status said all that there is to say."""

    @property
    def all(self) -> Sequence[Life]:
        """Every container."""
        return [*self.init, *self.main] if self.init else self.main

    def is_quiet(self, now: Instant) -> bool:
        """Whether nothing is due and nothing waits to start: a look at the pod would find what the last one found."""
        if self.init:
            return False
        for life in self.main:
            if life.stage is Stage.WAITING or life.blocked or (life.due is not None and life.due <= now):
                return False
        return True

    def next_look(self, now: Instant) -> Result:
        """When the next container has something to do."""
        waiting = [life for life in self.all if life.due is not None]
        if not waiting:
            return DONE
        due = min([life.due for life in waiting if life.due is not None])
        return Result(max(0, due - now), background=all(life.patient for life in waiting))

    def to_start(self) -> Sequence[Life]:
        """The next init container, or all main containers once the init containers are past."""
        for life in self.init:
            if life.stage is Stage.WAITING:
                return [life]
            if not life.is_past:
                return []
        return [life for life in self.main if life.stage is Stage.WAITING]

    @property
    def only_sidecars_run(self) -> bool:
        """Whether nothing is left but sidecars, which end with the containers they are there for."""
        running = any(life.is_sidecar and life.stage is Stage.RUNNING for life in self.init)
        return running and bool(self.main) and all(life.settled for life in self.main)

    @property
    def is_initialized(self) -> bool:
        """Whether the init containers are past, or were when the main ones began."""
        if not self.init:
            return True
        begun = any(life.stage is not Stage.WAITING for life in self.main)
        return begun or all(life.is_past for life in self.init)

    @property
    def is_ready(self) -> bool:
        """Whether all main containers and all sidecars are ready."""
        for life in self.main:
            if not life.ready:
                return False
        return bool(self.main) and all(life.ready for life in self.init if life.is_sidecar)

    @property
    def phase(self) -> str:
        """The pod's phase from its containers (getPhase)."""
        early = self._phase_before_main() if self.init else ""
        if early:
            return early
        stages = [life.stage if life.made else Stage.WAITING for life in self.main]
        if Stage.WAITING in stages:
            return "Pending"
        if Stage.RUNNING in stages or any(
            life.is_sidecar and life.stage is Stage.RUNNING for life in self.init
        ):
            return "Running"
        if any((life.restartable and not life.settled) or life.stage in _COMING for life in self.main):
            return "Running"
        return "Failed" if any(life.exit_code for life in self.main) else "Succeeded"

    def _phase_before_main(self) -> str:
        """The phase if it follows from the init containers; else nothing."""
        regular = [life for life in self.init if not life.is_sidecar]
        if any(life.made and _has_failed(life) and not life.restartable for life in regular):
            return "Failed"
        sidecars = [life for life in self.init if life.is_sidecar]
        begun = any(life.made for life in self.main)
        pending = any(not life.made or life.stage is Stage.RUNNING for life in regular)
        starting = not begun and any(life.stage is Stage.RUNNING and not life.started for life in sidecars)
        return "Pending" if pending or starting or not all(life.made for life in sidecars) else ""


def _has_failed(life: Life) -> bool:
    return life.stage is not Stage.RUNNING and life.exit_code != 0
