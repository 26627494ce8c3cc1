"""What becomes of a container while it runs: when its probes succeed and fail, and when it ends.

Pure: it follows from the spec, the program and what is assumed of the image; times count from the container's start.

Upstream: none; a real kubelet waits and sees.
"""

from kplan.api.object import Json
from kplan.kubelet import commandprobes, liveness, probes
from kplan.kubelet.shell.program import Program
from kplan.simulation.clock import SECOND, Instant, seconds
from kplan.simulation.scenario import Durations, Fate, ImageAssumption


class Prospects:
    """The future of one running container."""

    def __init__(
        self,
        spec: Json,
        assumed: ImageAssumption,
        durations: Durations,
        program: Program | None,
        grace: int,
        *,
        passes: bool,
        started: bool = False,
    ) -> None:
        """A container that ``passes`` is an init container that the others wait for; ``grace`` is how many
        seconds it gets to stop.

        The startup probe of a container that has ``started`` already is not run again.
        """
        spec = {**spec, "startupProbe": None} if started else spec
        self._spec, self._assumed, self._durations = spec, assumed, durations
        self._program, self._grace = program, grace
        goes_on = assumed.fate in (Fate.RUNS, Fate.UNHEALTHY)
        self.ends = assumed.fate in (Fate.SUCCEEDS, Fate.FAILS) or (passes and goes_on)
        """Whether it exits by itself; an init container does unless something is assumed otherwise."""
        self.until_started = probes.until_started(spec, assumed, program)
        """When its startup probe has succeeded; None for never."""
        self.turns = self._turns()
        """How its readiness goes, if its command and that of its probe tell; empty where they do not."""
        known = (turn.time for turn in self.turns if turn.ready)
        self.until_ready = next(known, None) if self.turns else probes.until_ready(spec, assumed, program)
        """When it is ready; None for never."""

    def _turns(self) -> tuple[commandprobes.Turn, ...]:
        program, started = self._program, self.until_started
        if (
            program is None
            or started is None
            or not commandprobes.is_known(self._spec, "readinessProbe", program)
        ):
            return ()
        return commandprobes.readiness(self._spec, program, started)

    def is_ready(self, past: Instant) -> bool:
        """Whether one is ready that has run for so long."""
        if self.turns:
            return next((turn.ready for turn in reversed(self.turns) if turn.time <= past), False)
        return self.until_ready is not None and past >= self.until_ready

    @property
    def run_time(self) -> Instant:
        """When it exits, if it does."""
        return seconds(self._assumed.run if self._assumed.run is not None else self._durations.run)

    @property
    def exit_code(self) -> int:
        """The exit code, if the container exits."""
        return self._assumed.exit_code if self._assumed.fate is Fate.FAILS else 0

    @property
    def first_failure(self) -> Instant | None:
        """When a startup or readiness probe fails first that depends on what is assumed; None if none does."""
        return None if self.turns else probes.first_failure(self._spec, self._assumed, self._program)

    @property
    def failing(self) -> str:
        """The probe that ends it: ``startup`` or ``liveness``; empty if none does."""
        if self._startup_failures:
            return "startup"
        return "liveness" if self._liveness_failures else ""

    @property
    def failures(self) -> tuple[Instant, ...]:
        """When that probe fails."""
        return self._startup_failures or self._liveness_failures

    @property
    def _startup_failures(self) -> tuple[Instant, ...]:
        return probes.startup_failures(self._spec, self._assumed, self._program)

    @property
    def _liveness_failures(self) -> tuple[Instant, ...]:
        if "livenessProbe" not in self._spec or self.until_started is None:
            return ()
        return liveness.failures(self._spec, self._assumed, self._program, self.until_started)

    @property
    def over(self) -> Instant | None:
        """When a run is over, however it ends; None if it goes on for ever."""
        ends = [self.run_time] if self.ends else []
        return min([*ends, self.killed] if self.failures else ends, default=None)

    @property
    def killed(self) -> Instant:
        """When it is gone after its probe ended it: a shell does not hear SIGTERM."""
        probe = self._spec[f"{self.failing}Probe"]
        grace = int(probe.get("terminationGracePeriodSeconds") or self._grace) * SECOND
        takes = grace if self._program is not None else min(grace, seconds(self._durations.stop))
        return self.failures[-1] + takes

    def failure_message(self) -> str:
        """The kubelet's message for the probe that ends the container."""
        if self.failing == "startup":
            return probes.startup_failure_message(self._spec, self._program)
        text = liveness.failure_text(self._spec, self._program, self.failures[-1])
        return f"Liveness probe failed: {text}"

    def next_after(self, past: Instant) -> Instant | None:
        """When something happens next to one that has run for so long."""
        times = [wait for wait in (self.until_started, self.until_ready) if wait is not None]
        times += [turn.time for turn in self.turns]
        failure = self.first_failure
        if failure is not None:
            times.append(failure)
        if self.ends:
            times.append(self.run_time)
        if failures := self.failures:
            times += [*failures, self.killed]
        return min([time for time in times if time > past], default=None)
