"""One container's life: waiting, pulling, starting, running, ending, starting again after a pause.

Pure: from what is known and the time follow the next state, the next time to look, and what there is to say.

Upstream: pkg/kubelet/kuberuntime/{kuberuntime_manager,kuberuntime_container}.go, pkg/kubelet/images/image_manager.go
"""

from collections.abc import Iterator
from enum import Enum
from typing import assert_never

from kplan.api.containers import end_of, last_state_of, state_of, waiting_reason_of
from kplan.api.object import Json
from kplan.kubelet import liveness, probes
from kplan.kubelet.prospects import Prospects
from kplan.kubelet.restarts import BackOff, back_off, restarts_after
from kplan.kubelet.shell.program import Program
from kplan.kubelet.status import container_status, running, terminated, waiting
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import MILLISECOND, SECOND, Instant, go_duration, parse_instant, seconds
from kplan.simulation.scenario import Durations, Fate, ImageAssumption

CACHED_PULL: Instant = 300 * MILLISECOND
"""Asking the registry about an image that is on the node already."""
IMAGE_SIZE = 72_000_000
LONG: Instant = 300 * SECOND
"""What runs for longer than this is not waited for."""
TOLD = 6
"""After so many restarts nobody waits for the end of one more run, after which the container is held back."""
LONGEST = 6
"""After so many failed pulls the pause no longer grows."""


class Stage(Enum):
    """Where a container stands."""

    WAITING = "waiting"
    PULLING = "pulling"
    PULL_BACK_OFF = "pull-back-off"
    STARTING = "starting"
    RUNNING = "running"
    ENDED = "ended"
    CRASH_BACK_OFF = "crash-back-off"


class Event(NamedTuple):
    """An Event the kubelet records."""

    type: str
    reason: str
    message: str


class Life:
    """One container."""

    def __init__(
        self,
        spec: Json,
        assumed: ImageAssumption,
        durations: Durations,
        policy: str,
        is_init: bool = False,
        pod: str = "",
        counted: bool = False,
        first_wait: str = "ContainerCreating",
        program: Program | None = None,
        grace: int = 30,
    ) -> None:
        """A container of a ``pod``, which messages name ``web-0_default(uid)``.

        The ``policy`` of restarts is the container's own, or the pod's. Somebody who ``counted`` restarts, as a Job
        does, brings a crash loop to an end. ``first_wait`` is why it waits before it was ever made; its ``program`` is
        what its command does, if that is known; it has ``grace`` seconds to end when it is told to.
        """
        self.durations, self.policy, self.is_init, self.grace = durations, policy, is_init, grace
        self.pod, self.counted, self.first_wait = pod, counted, first_wait
        self._take_on(spec, assumed, program)
        self.stage = Stage.WAITING
        self.since: Instant = 0
        self.due: Instant | None = None
        self.made = False
        """Whether the container was ever made."""
        self.restarts = 0
        """The number of the attempt that was made last; a container that is held back has not been made."""
        self.back_off = BackOff()
        self.pulls = 0
        self.ready = self.started = False
        self.exit_code = 0
        self.last: Json = {}
        self.complained = False
        """Whether a failing probe was reported since the last start."""
        self.complaints = 0
        """How many failures of a probe that ends it were reported since the last start."""
        self.turned = 0
        """How many turns of its readiness were told since the last start."""
        self.blocked = ""
        """Why its environment cannot be made."""
        self._terminated: Json = {}
        self._shown: Json = {}
        """The state that is shown until the next container is made."""

    def _take_on(self, spec: Json, assumed: ImageAssumption, program: Program | None) -> None:
        """Be of this spec from now on."""
        self.spec, self.assumed, self.program = spec, assumed, program
        self.name, self.image = str(spec["name"]), str(spec.get("image", ""))
        self._adopted = False
        self.prospects = self._prospects(started=False)

    def _prospects(self, *, started: bool) -> Prospects:
        passes = self.is_init and not self.is_sidecar
        return Prospects(
            self.spec, self.assumed, self.durations, self.program, self.grace, passes=passes, started=started
        )

    @property
    def is_sidecar(self) -> bool:
        """Whether it is an init container that runs beside the others."""
        return self.is_init and self.policy == "Always"

    @property
    def settled(self) -> bool:
        """Whether the container has ended for good."""
        return self.stage is Stage.ENDED and self.due is None

    @property
    def patient(self) -> bool:
        """Whether what it waits for is a mere repetition."""
        if self.stage is Stage.RUNNING:
            ahead = self.prospects
            over = ahead.over
            told = TOLD if over is not None and over <= LONG else 1
            again = over is not None and self.restarts > told and not self.counted
            known = self.program is not None and ahead.ends  # what a scenario assumes is waited for
            return again or (known and ahead.run_time > LONG and self.due == self.since + ahead.run_time)
        return self.stage is Stage.PULL_BACK_OFF or (self.stage is Stage.CRASH_BACK_OFF and not self.counted)

    @property
    def is_past(self) -> bool:
        """Whether an init container no longer holds the others back: ended well, or a sidecar that has started."""
        if self.is_sidecar:
            return self.started
        return self.settled and self.exit_code == 0

    @property
    def restartable(self) -> bool:
        """Whether it starts again after the way in which it ended last."""
        return restarts_after(self.spec, self.policy, self.exit_code)

    def begin(self, now: Instant, *, cached: bool) -> Iterator[Event]:
        """Start over with the image: use what is on the node, or pull."""
        self._shown = self._json()
        policy = self.spec.get("imagePullPolicy", "IfNotPresent")
        if policy == "Never" and self.assumed.fate is Fate.PULL_FAILS:
            self.stage, self.since, self.due, self.blocked = Stage.PULL_BACK_OFF, now, None, self._absent
            yield Event("Warning", "ErrImageNeverPull", self._absent)
            yield Event("Warning", "Failed", "Error: ErrImageNeverPull")
            return
        cached = cached or policy == "Never"
        if cached and policy != "Always" and self.assumed.fate is not Fate.PULL_FAILS:
            text = f'Container image "{self.image}" already present on machine and can be accessed by the pod'
            yield Event("Normal", "Pulled", text)
            self._prepare(now)
            return
        self.stage, self.since = Stage.PULLING, now
        wanted = self.assumed.pull if self.assumed.pull is not None else self.durations.pull
        self.due = now + (min(CACHED_PULL, seconds(wanted)) if cached else seconds(wanted))
        yield Event("Normal", "Pulling", f'Pulling image "{self.image}"')

    def advance(self, now: Instant, *, cached: bool, missing: str = "") -> Iterator[Event]:
        """Do what is due; a container does not start while something its environment needs is missing."""
        match self.stage:
            case Stage.STARTING if missing:
                if missing != self.blocked:
                    yield Event("Warning", "Failed", f"Error: {missing}")
                self.blocked, self.due = missing, None
                self.last = self._terminated or self.last
            case Stage.PULLING if self.assumed.fate is Fate.PULL_FAILS:
                yield from self._pull_failed(now)
            case Stage.PULLING:
                took = go_duration(now - self.since)
                text = f'Successfully pulled image "{self.image}" in {took} ({took} including waiting). '
                yield Event("Normal", "Pulled", f"{text}Image size: {IMAGE_SIZE} bytes.")
                self._prepare(now)
            case Stage.STARTING:
                yield Event("Normal", "Created", "Container created")
                yield Event("Normal", "Started", "Container started")
                self._make()
                self._run(now)
                yield from self._unready(now)
            case Stage.RUNNING:
                yield from self._while_running(now)
            case Stage.PULL_BACK_OFF if self.blocked:
                pass
            case Stage.PULL_BACK_OFF:
                yield from self.begin(now, cached=cached)
            case Stage.CRASH_BACK_OFF | Stage.ENDED:
                yield from self._again(now, cached=cached)
            case Stage.WAITING:
                pass
            case unknown:
                assert_never(unknown)

    def status(self) -> Json:
        """The container's entry in the pod's status."""
        state = self._json()
        return container_status(
            self.name, self.image, state,
            ready=self.ready, started=self.started, restarts=self.restarts, last=self.last,
        )  # fmt: skip

    def adopt(self, status: Json, now: Instant) -> None:
        """Take over the state of a container from a snapshot."""
        state = state_of(status)
        self.restarts, self.last = int(status.get("restartCount") or 0), dict(last_state_of(status))
        self.made = bool(self.restarts or self.last or "running" in state or "terminated" in state)
        self.ready, self.started = bool(status.get("ready")), bool(status.get("started", status.get("ready")))
        self._terminated = dict(self.last)
        end = end_of(status) or self.last.get("terminated") or {}
        began = (state.get("running") or end).get("startedAt")
        self.back_off = BackOff(back_off(self.restarts), parse_instant(began) if began else now)
        if "running" in state:
            self.stage, self.since = Stage.RUNNING, parse_instant(began) if began else now
            self._adopted = self.started
            self.prospects = self._prospects(started=self.started)
            self.complaints = sum(self.since + time <= now for time in self.prospects.failures)
            self.turned = sum(self.since + turn.time <= now for turn in self.prospects.turns)
            self.due = self._next_while_running(now)
            return
        self.exit_code = int(end.get("exitCode") or 0)
        self.since = parse_instant(end["finishedAt"]) if end.get("finishedAt") else now
        if "terminated" in state:
            self.stage, self._terminated = Stage.ENDED, dict(state)
            self.due = now if self.restartable else None
        else:
            self._resume(waiting_reason_of(status), now)

    def _resume(self, reason: str, now: Instant) -> None:
        """Wait on where a container was held back."""
        if reason == "CrashLoopBackOff" and (self.prospects.ends or self.prospects.failures):
            self.stage = Stage.CRASH_BACK_OFF
            self.due = max(now, self.back_off.wakes(self.since))
        elif reason == "ErrImageNeverPull" and self.assumed.fate is Fate.PULL_FAILS:
            self.stage, self.since, self.blocked = Stage.PULL_BACK_OFF, now, self._absent
        elif reason in ("ImagePullBackOff", "ErrImagePull") and self.assumed.fate is Fate.PULL_FAILS:
            self.stage, self.since, self.pulls = Stage.PULL_BACK_OFF, now, LONGEST
            self.due = now + back_off(self.pulls)

    @property
    def takes_image(self) -> bool:
        """Whether another image in its spec matters to it:
        what ended for good, or runs and ends by itself, is left alone.
        """
        return not self.settled and not (self.is_init and not self.is_sidecar and self.stage is Stage.RUNNING)

    def change(self, new: "Life", now: Instant, *, cached: bool) -> Iterator[Event]:
        """Go on with another image: what runs is ended, and no pause of the old image holds back the new one."""
        waits = self.stage is Stage.WAITING
        if self.stage is Stage.RUNNING:
            yield Event("Normal", "Killing", f"Container {self.name} definition changed, will be restarted")
            self.stop(now)
        self._take_on(new.spec, new.assumed, new.program)
        self.pulls, self.back_off, self.blocked = 0, BackOff(), ""
        if not waits:
            self.stage, self.since = (Stage.ENDED if self.made else Stage.WAITING), now
            yield from self.begin(now, cached=cached)

    def stop(self, now: Instant) -> None:
        """End it from outside."""
        if self.stage is Stage.RUNNING:
            self._end(now, 0)
        self.stage, self.due, self.ready, self.started = Stage.ENDED, None, False, False

    @property
    def _absent(self) -> str:
        return f'Container image "{self.image}" is not present with pull policy of Never'

    def _prepare(self, now: Instant) -> None:
        wanted = self.assumed.start if self.assumed.start is not None else self.durations.start
        self.stage, self.due = Stage.STARTING, now + seconds(wanted)

    def _make(self) -> None:
        """Create the container anew; the result of the previous run becomes the last state."""
        self.restarts, self.made = self.restarts + self.made, True
        self.last, self._terminated = self._terminated or self.last, {}

    def _run(self, now: Instant) -> None:
        self.stage, self.since, self.blocked = Stage.RUNNING, now, ""
        if self._adopted:  # its next run has to start as any other
            self._adopted, self.prospects = False, self._prospects(started=False)
        self.started, self.ready, self.complained, self.complaints, self.turned = False, False, False, 0, 0
        self._probe(now)
        self.due = self._next_while_running(now)

    def _probe(self, now: Instant) -> None:
        start = self.prospects.until_started
        self.started = start is not None and now >= self.since + start
        self.ready = self.started and self.prospects.is_ready(now - self.since)

    def _next_while_running(self, now: Instant) -> Instant | None:
        after = self.prospects.next_after(now - self.since)
        return None if after is None else self.since + after

    def _unhealthy(self, now: Instant) -> Iterator[Event]:
        """Tell of each failure of a probe that ends it, and of the end that the last one brings."""
        every = self.prospects.failures
        failed = [time for time in every if self.since + time <= now]
        for number in range(self.complaints, len(failed)):
            yield Event("Warning", "Unhealthy", self.prospects.failure_message())
            if number + 1 == len(every):
                end = f"Container {self.name} failed {self.prospects.failing} probe, will be restarted"
                yield Event("Normal", "Killing", end)
        self.complaints = len(failed)

    def _unready(self, now: Instant) -> Iterator[Event]:
        """Tell of the first failure of each row of a readiness probe whose command is known."""
        turns = [turn for turn in self.prospects.turns if self.since + turn.time <= now]
        for turn in turns[self.turned :]:
            if turn.failure is not None:
                yield Event("Warning", "Unhealthy", f"Readiness probe failed: {turn.failure}")
        self.turned = len(turns)

    def _while_running(self, now: Instant) -> Iterator[Event]:
        yield from self._unhealthy(now)
        ahead = self.prospects
        if ahead.failures and now >= self.since + ahead.killed:
            self._end(now, liveness.KILLED if self.program is not None else 0)
            self.due = now if self.restartable else None
            return
        if ahead.ends and now >= self.since + ahead.run_time:
            self._end(now, ahead.exit_code)
            self.due = now if self.restartable else None
            return
        failure = ahead.first_failure
        if failure is not None and not self.complained and now >= self.since + failure:
            self.complained = True
            yield Event("Warning", "Unhealthy", probes.failure_message(self.spec))
        yield from self._unready(now)
        self._probe(now)
        self.due = self._next_while_running(now)

    def _end(self, now: Instant, code: int) -> None:
        self.exit_code, self.ready, self.started = code, False, False
        self.stage = Stage.ENDED
        self._terminated = terminated(code, self.since, now)
        self.since = now

    def _again(self, now: Instant, *, cached: bool) -> Iterator[Event]:
        """Start an ended container again: at once the first time, later after a pause that doubles."""
        until = self.back_off.ends(self.since)
        if until <= now:
            self.back_off.lengthen(self.since, now)
            yield from self.begin(now, cached=cached)
            return
        self.stage, self.due = Stage.CRASH_BACK_OFF, self.back_off.wakes(self.since)
        self.last = self._terminated
        yield Event(
            "Warning", "BackOff", f"Back-off restarting failed container {self.name} in pod {self.pod}"
        )

    def _pull_failed(self, now: Instant) -> Iterator[Event]:
        text = f'failed to pull and unpack image "{self.image}": failed to resolve reference "{self.image}": not found'
        yield Event("Warning", "Failed", f'Failed to pull image "{self.image}": {text}')
        yield Event("Warning", "Failed", "Error: ErrImagePull")
        yield Event("Normal", "BackOff", f'Back-off pulling image "{self.image}"')
        yield Event("Warning", "Failed", "Error: ImagePullBackOff")
        self.pulls += 1
        self.stage, self.since = Stage.PULL_BACK_OFF, now
        self.due = now + back_off(min(self.pulls, LONGEST))
        self.last = self._terminated or self.last

    def _json(self) -> Json:
        match self.stage:
            case Stage.RUNNING:
                return running(self.since)
            case Stage.ENDED:
                return self._terminated or terminated(self.exit_code, self.since, self.since)
            case Stage.CRASH_BACK_OFF:
                text = f"back-off {go_duration(self.back_off.pause)} restarting failed container={self.name} pod={self.pod}"
                return waiting("CrashLoopBackOff", text)
            case Stage.STARTING if self.blocked:
                return waiting("CreateContainerConfigError", self.blocked)
            case Stage.PULL_BACK_OFF if self.blocked:
                return waiting("ErrImageNeverPull", self.blocked)
            case Stage.PULL_BACK_OFF:
                return waiting("ImagePullBackOff", f'Back-off pulling image "{self.image}"')
            case Stage.WAITING:
                return waiting(self.first_wait)
            case Stage.PULLING | Stage.STARTING:
                return self._shown
            case unknown:
                assert_never(unknown)
