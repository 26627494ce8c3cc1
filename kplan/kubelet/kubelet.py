"""The kubelet's loop over bound pods: start what should run, watch it, stop what should go, and write it all down.

Upstream: pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod), pkg/kubelet/kubelet_pods.go, pkg/kubelet/active_deadline.go
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kplan.api import conditions
from kplan.api.containers import state_of, stop_sleep_of
from kplan.api.metadata import status_of
from kplan.api.nodes import images_of
from kplan.api.object import Json
from kplan.api.owners import owners_of
from kplan.api.pods import (
    container_statuses_of,
    init_container_statuses_of,
    init_containers_of,
    is_terminal,
    is_terminating,
    node_of,
    pod_ip_of,
    readiness_gates_of,
)
from kplan.apiserver.errors import StatusError
from kplan.kubelet.addresses import AddressBook
from kplan.kubelet.life import Event, Life, Stage
from kplan.kubelet.programs import Program, program_of
from kplan.kubelet.references import missing_environment, missing_volumes
from kplan.kubelet.status import pod_status, says_the_same
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import SECOND, Instant, parse_instant, seconds
from kplan.simulation.reconciler import (
    DONE,
    Cache,
    Context,
    EventType,
    ObjectKey,
    Request,
    Result,
    Watch,
    WatchEvent,
    itself,
)
from kplan.simulation.scenario import Fate, ImageAssumption

DEADLINE_EXCEEDED = "DeadlineExceeded"
_TOO_LONG = "Pod was active on the node longer than the specified deadline"


@dataclass(slots=True)
class Running:
    """What the kubelet knows of one pod."""

    uid: str
    init: list[Life]
    main: list[Life]
    stopping_until: Instant | None = None
    reported: set[str] = field(default_factory=set)
    told: Json | None = None
    """The pod as it was when its status said all that there is to say."""

    @property
    def all(self) -> list[Life]:
        """Every container."""
        return [*self.init, *self.main]


class Kubelet:
    """Runs the pods of all nodes."""

    name = "kubelet"

    def __init__(self) -> None:
        self._pods: dict[ObjectKey, Running] = {}
        self._images: dict[str, set[str]] = {}
        self._addresses = AddressBook()
        self._hindered: set[ObjectKey] = set()
        self.watches = (
            Watch("", "Pod", itself),
            Watch("", "Node", _bound_pods),
            Watch("", "ConfigMap", self._hindered_pods, delay=SECOND),
            Watch("", "Secret", self._hindered_pods, delay=SECOND),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring one pod on (syncPod)."""
        pod = context.cache.find(request)
        if pod is None or not node_of(pod):
            self._pods.pop(request, None)
            return DONE
        if context.outages.is_lost(node_of(pod), context.now):
            return DONE
        if is_terminal(pod) and not is_terminating(pod):
            self._pods.pop(request, None)
            return DONE
        known = self._pods.get(request)
        if known is None and not is_terminating(pod) and _is_nowhere(pod, context):
            return DONE
        if known is None or known.uid != pod["metadata"]["uid"]:
            known = self._pods[request] = _begin(pod, context)
        if is_terminating(pod):
            return self._stop(request, pod, known, context)
        deadline = _deadline(pod)
        if deadline is not None and deadline <= context.now:
            return self._expire(pod, known, context)
        if known.told is pod and _is_quiet(known, context.now):
            result = _next_look(known, context)
            return result if deadline is None else _before(deadline, result, context)
        self._advance(request, pod, known, context)
        if _only_sidecars_run(known):
            self._halted(pod, known, context, int(pod["spec"].get("terminationGracePeriodSeconds") or 0))
        result = self._write(pod, known, context)
        if known.stopping_until is not None and context.now < known.stopping_until:
            return Result(requeue_after=known.stopping_until - context.now)
        return result if deadline is None else _before(deadline, result, context)

    def unfinished(self) -> Iterable[Request]:
        """The pods that lack something: it may come."""
        return sorted(self._hindered)

    def _hindered_pods(self, event: WatchEvent, _: Cache) -> Iterable[Request]:
        """Whatever came or changed may be what a pod of its namespace lacks."""
        return [key for key in sorted(self._hindered) if key.namespace == event.key.namespace]

    def _advance(self, request: ObjectKey, pod: Json, known: Running, context: Context) -> None:
        """Let every container do what is due; main containers wait for the init containers."""
        self._hindered.discard(request)
        for life in known.all:
            if life.blocked or (life.due is not None and life.due <= context.now):
                missing = missing_environment(request.namespace, life.spec, context.cache.find)
                if missing:
                    self._hindered.add(request)
                events = life.advance(context.now, cached=self._has(pod, life, context), missing=missing)
                self._record(pod, life, events, context)
        starting = _to_start(known)
        if starting and not self._mounted(pod, known, context):
            self._hindered.add(request)
            return
        for life in starting:
            self._record(pod, life, life.begin(context.now, cached=self._has(pod, life, context)), context)

    def _mounted(self, pod: Json, known: Running, context: Context) -> bool:
        """Whether every volume is there; each that is not is complained of once."""
        missing = list(missing_volumes(pod, context.cache.find))
        for text in missing:
            if text not in known.reported:
                known.reported.add(text)
                context.event(pod, "Warning", "FailedMount", text)
        return not missing

    def _record(self, pod: Json, life: Life, events: Iterable[Event], context: Context) -> None:
        for event in events:
            if event.reason == "Pulled":
                self._images[node_of(pod)].add(life.image)
            context.event(pod, event.type, event.reason, event.message)

    def _has(self, pod: Json, life: Life, context: Context) -> bool:
        node = node_of(pod)
        if node not in self._images:
            self._images[node] = _images_on(context, node)
        return life.image in self._images[node]

    def _write(self, pod: Json, known: Running, context: Context) -> Result:
        status = self._status(pod, known, context)
        if not says_the_same(status, status_of(pod)):
            pod = context.client.update_status({**pod, "status": status})
        known.told = pod
        return _next_look(known, context)

    def _status(self, pod: Json, known: Running, context: Context, *, failed: bool = False) -> Json:
        begun = any(life.stage is not Stage.WAITING for life in known.main)
        initialized = begun or all(_is_past(life) for life in known.init)
        ready = bool(known.main) and all(life.ready for life in known.main)
        ready = ready and all(life.ready for life in known.init if life.is_sidecar)
        phase = "Failed" if failed else phase_of(known)
        started = {"PodReadyToStartContainers": phase not in ("Succeeded", "Failed")}
        truths = {
            **(started if context.does(Behaviour.READY_TO_START) else {}),
            "Initialized": initialized,
            "Ready": ready and _gates_pass(pod),
            "ContainersReady": ready,
        }
        addresses = None
        if not pod_ip_of(pod):
            addresses = self._addresses.assign(context, pod, node_of(pod))
        reason = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}.get(phase, "ContainersNotReady")
        return pod_status(
            pod, phase, context.now, truths=truths, reason=reason, addresses=addresses,
            containers=[life.state() for life in known.main], init=[life.state() for life in known.init],
            host_ips=context.does(Behaviour.POD_HOST_IPS),
        )  # fmt: skip

    def _expire(self, pod: Json, known: Running, context: Context) -> Result:
        """End a pod that has been active for as long as it may (activeDeadlineHandler)."""
        if known.stopping_until is None:
            context.event(pod, "Normal", DEADLINE_EXCEEDED, _TOO_LONG)
        if not self._halted(pod, known, context, int(pod["spec"].get("terminationGracePeriodSeconds") or 0)):
            return Result(requeue_after=(known.stopping_until or context.now) - context.now)
        status = self._status(pod, known, context, failed=True)
        ended = {**status, "reason": DEADLINE_EXCEEDED, "message": _TOO_LONG}
        context.client.update_status({**pod, "status": ended})
        return DONE

    def _halted(self, pod: Json, known: Running, context: Context, grace: int) -> bool:
        """Tell the containers to stop; whether they have."""
        if known.stopping_until is None:
            running = [life for life in known.all if life.stage is Stage.RUNNING]
            for life in running:
                context.event(pod, "Normal", "Killing", f"Stopping container {life.name}")
            takes = max((_stop_time(life, context) for life in running), default=0)
            known.stopping_until = context.now + min(takes, grace * SECOND)
        if context.now < known.stopping_until:
            return False
        for life in known.all:
            life.stop(context.now)
        return True

    def _stop(self, request: ObjectKey, pod: Json, known: Running, context: Context) -> Result:
        """Stop the containers within the grace period, then let the API server forget the pod."""
        metadata = pod["metadata"]
        grace = int(metadata.get("deletionGracePeriodSeconds") or 0)
        if not self._halted(pod, known, context, grace):
            return Result(requeue_after=(known.stopping_until or context.now) - context.now)
        self._pods.pop(request, None)
        try:
            context.client.delete(request, grace_seconds=0, uid=metadata["uid"])
        except StatusError as refusal:
            if refusal.code != 404:
                raise
        return DONE


def _is_quiet(known: Running, now: Instant) -> bool:
    """Whether nothing is due and nothing waits to start: a look at the pod would find what the last one found."""
    return not known.init and all(
        life.stage is not Stage.WAITING and not life.blocked and (life.due is None or life.due > now)
        for life in known.main
    )


def _next_look(known: Running, context: Context) -> Result:
    """When the next container has something to do."""
    dues = [(life.due, life.patient) for life in known.all if life.due is not None]
    if not dues:
        return DONE
    due = min(time for time, _ in dues)
    background = all(patient for _, patient in dues)
    return Result(requeue_after=max(0, due - context.now), background=background)


def _before(deadline: Instant, result: Result, context: Context) -> Result:
    """The next look, at the deadline where nothing else keeps the simulation going until then."""
    if result.requeue_after is not None and not result.background:
        return result
    return Result(requeue_after=min(deadline - context.now, result.requeue_after or deadline))


def phase_of(known: Running) -> str:
    """The pod's phase from its containers (getPhase)."""
    regular = [life for life in known.init if not life.is_sidecar]
    if any(life.made and _has_failed(life) and not life.restartable for life in regular):
        return "Failed"
    sidecars = [life for life in known.init if life.is_sidecar]
    begun = any(life.made for life in known.main)
    pending = any(not life.made or life.stage is Stage.RUNNING for life in regular)
    starting = not begun and any(_runs(life) and not life.started for life in sidecars)
    if pending or starting or not all(life.made for life in (*sidecars, *known.main)):
        return "Pending"
    if any(map(_runs, (*sidecars, *known.main))):
        return "Running"
    if any(life.restartable and not life.settled for life in known.main):
        return "Running"
    return "Failed" if any(life.exit_code for life in known.main) else "Succeeded"


def _runs(life: Life) -> bool:
    return life.stage is Stage.RUNNING


def _has_failed(life: Life) -> bool:
    return life.stage is not Stage.RUNNING and life.exit_code != 0


def _begin(pod: Json, context: Context) -> Running:
    spec = pod["spec"]
    policy = spec.get("restartPolicy", "Always")
    durations = context.scenario.durations

    counted = policy == "OnFailure" and any(ref.get("kind") == "Job" for ref in owners_of(pod))
    wait = "PodInitializing" if init_containers_of(spec) else "ContainerCreating"

    def life(item: Json, *, is_init: bool) -> Life:
        metadata = pod["metadata"]
        name = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
        own = item.get("restartPolicy") or (_init_policy(policy) if is_init else policy)
        image = item.get("image", "")
        assumed = context.scenario.image(image)
        program = None if context.scenario.is_said_of(image) else program_of(item)
        if program is not None:
            assumed = _as_commanded(image, program)
        grace = int(spec.get("terminationGracePeriodSeconds") or 30)
        return Life(item, assumed, durations, own, is_init, name, counted, wait, program, grace)

    init = [life(item, is_init=True) for item in init_containers_of(spec)]
    main = [life(item, is_init=False) for item in spec["containers"]]
    for lives, statuses in ((init, init_container_statuses_of(pod)), (main, container_statuses_of(pod))):
        states = {item["name"]: item for item in statuses}
        for one in lives:
            if one.name in states:
                one.adopt(states[one.name], context.now)
    return Running(pod["metadata"]["uid"], init, main)


def _as_commanded(image: str, program: Program) -> ImageAssumption:
    """What is assumed of a container whose command is known."""
    if program.for_ever:
        return ImageAssumption(image=image)
    fate = Fate.FAILS if program.exit_code else Fate.SUCCEEDS
    return ImageAssumption(image=image, fate=fate, run=program.run, exit_code=program.exit_code)


def _images_on(context: Context, node_name: str) -> set[str]:
    """What a node has already: the images it reports, and those its pods run."""
    node = context.cache.find(ObjectKey("", "Node", "", node_name))
    images = set(images_of(node)) if node else set()
    for pod in context.cache.pods_on(node_name):
        for status in container_statuses_of(pod):
            if "waiting" not in state_of(status):
                images.add(status.get("image", ""))
    return images


def _init_policy(policy: str) -> str:
    """Init containers run once: a pod that restarts always restarts them only on failure."""
    return "OnFailure" if policy == "Always" else policy


def _to_start(known: Running) -> list[Life]:
    """The next init container, or all main containers once the init containers are past."""
    for life in known.init:
        if life.stage is Stage.WAITING:
            return [life]
        if not _is_past(life):
            return []
    return [life for life in known.main if life.stage is Stage.WAITING]


def _only_sidecars_run(known: Running) -> bool:
    """Whether nothing is left but sidecars, which end with the containers they are there for."""
    running = any(life.is_sidecar and life.stage is Stage.RUNNING for life in known.init)
    return running and bool(known.main) and all(life.settled for life in known.main)


def _is_nowhere(pod: Json, context: Context) -> bool:
    """Whether no kubelet can know of the pod: there is no node of that name."""
    return context.cache.find(ObjectKey("", "Node", "", node_of(pod))) is None


def _bound_pods(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The pods that waited for their node to be there."""
    if event.type is not EventType.ADDED:
        return ()
    pods = cache.pods_on(event.key.name)
    return [ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods]


def _is_past(life: Life) -> bool:
    """Whether an init container no longer holds the others back: ended well, or a sidecar that has started."""
    if life.is_sidecar:
        return life.started
    return life.settled and life.exit_code == 0


def _deadline(pod: Json) -> Instant | None:
    """When a pod has been active for as long as it may."""
    limit = pod["spec"].get("activeDeadlineSeconds")
    if limit is None:
        return None
    start = status_of(pod).get("startTime")
    return parse_instant(start) + int(limit) * SECOND if start else None


def _gates_pass(pod: Json) -> bool:
    gates = readiness_gates_of(pod)
    truths = {item["type"]: item.get("status") for item in conditions.of(pod)}
    return all(truths.get(gate.get("conditionType")) == "True" for gate in gates)


def _stop_time(life: Life, context: Context) -> Instant:
    return stop_sleep_of(life.spec) * SECOND + seconds(context.scenario.durations.stop)
