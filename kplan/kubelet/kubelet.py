"""The kubelet's loop over bound pods: start containers, watch them, stop them, and report their status.

Upstream: pkg/kubelet/kubelet.go (SyncPod, SyncTerminatingPod), pkg/kubelet/kubelet_pods.go,
    pkg/kubelet/active_deadline.go
"""

from collections.abc import Iterable

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
from kplan.kubelet.networkprobes import ADDRESS, is_probed
from kplan.kubelet.nonroot import breaks_non_root
from kplan.kubelet.programs import program_of
from kplan.kubelet.references import missing_environment, missing_volumes
from kplan.kubelet.restarts import MOST_WAITED_FOR
from kplan.kubelet.running import Running
from kplan.kubelet.shell.program import Program
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
from kplan.simulation.scenario import Fate, ImageAssumption, Scenario

DEADLINE_EXCEEDED = "DeadlineExceeded"
_TOO_LONG = "Pod was active on the node longer than the specified deadline"
_REASONS = {"Succeeded": "PodCompleted", "Failed": "PodFailed"}
"""Why a pod that has ended is not ready."""


class Kubelet:
    """Runs the pods of all nodes."""

    name = "kubelet"

    def __init__(self) -> None:
        self._pods: dict[ObjectKey, Running] = {}
        self._images: dict[str, set[str]] = {}
        self._addresses = AddressBook()
        self._hindered: set[ObjectKey] = set()
        self._scenario: Scenario | None = None
        self._assumptions: dict[str, tuple[ImageAssumption, bool]] = {}
        self.watches = (
            Watch("", "Pod", itself),
            Watch("", "Node", _bound_pods),
            Watch("", "ConfigMap", self._hindered_pods, delay=SECOND),
            Watch("", "Secret", self._hindered_pods, delay=SECOND),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Sync one pod (syncPod)."""
        pod, now = context.cache.find(request), context.now
        node = node_of(pod) if pod is not None else ""
        if pod is None or not node:
            self._pods.pop(request, None)
            return DONE
        if context.outages.is_lost(node, now):
            return DONE
        ends = is_terminating(pod)
        if not ends and is_terminal(pod):
            self._pods.pop(request, None)
            return DONE
        known = self._pods.get(request)
        if known is None and not ends and context.cache.find(ObjectKey("", "Node", "", node)) is None:
            return DONE  # no kubelet can know of the pod
        if known is None or known.uid != pod["metadata"]["uid"]:
            known = self._pods[request] = self._begin(pod, context)
        return self._stop(request, pod, known, context) if ends else self._sync(request, pod, known, context)

    def _sync(self, request: ObjectKey, pod: Json, known: Running, context: Context) -> Result:
        """Sync a pod that is not being deleted."""
        now, deadline = context.now, _deadline(pod)
        if deadline is not None and deadline <= now:
            return self._expire(pod, known, context)
        if known.told is pod and known.is_quiet(now):
            result = known.next_look(now)
            return result if deadline is None else _before(deadline, result, context)
        self._advance(request, pod, known, context)
        if known.only_sidecars_run:
            self._halted(pod, known, context, int(pod["spec"].get("terminationGracePeriodSeconds") or 0))
        result = self._write(pod, known, context)
        if known.stopping_until is not None and now < known.stopping_until:
            return Result(requeue_after=known.stopping_until - now)
        return result if deadline is None else _before(deadline, result, context)

    def unfinished(self) -> Iterable[Request]:
        """Pods that wait for something missing, which may still come."""
        return sorted(self._hindered)

    def _begin(self, pod: Json, context: Context) -> Running:
        """Start tracking a pod, from what its status says."""
        spec = pod["spec"]
        policy = spec.get("restartPolicy", "Always")
        wait = "ContainerCreating"
        init: list[Life] = []
        if init_containers_of(spec):
            wait = "PodInitializing"
            own = (
                "OnFailure" if policy == "Always" else policy
            )  # who restarts always restarts these on failure
            init = [
                self._life(item, pod, own, wait, context, is_init=True) for item in init_containers_of(spec)
            ]
        main = [self._life(item, pod, policy, wait, context) for item in spec["containers"]]
        for lives, statuses in ((init, init_container_statuses_of(pod)), (main, container_statuses_of(pod))):
            states = {item["name"]: item for item in statuses}
            for one in lives:
                if one.name in states:
                    one.adopt(states[one.name], context.now)
        return Running(pod["metadata"]["uid"], node_of(pod), init, main)

    def _life(
        self, item: Json, pod: Json, policy: str, wait: str, context: Context, *, is_init: bool = False
    ) -> Life:
        metadata, spec = pod["metadata"], pod["spec"]
        name = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
        counted = spec.get("restartPolicy") == "OnFailure" and _is_counted(pod, context)
        image = item.get("image", "")
        assumed, said = self._assumed(image, context.scenario)
        program = None if said else program_of(item)
        if program is not None:
            assumed = _as_commanded(image, program)
            if is_probed(item):
                program = program._replace(is_deaf=self._is_deaf(spec, context.scenario))
        grace = int(spec.get("terminationGracePeriodSeconds") or 30)
        own, durations = item.get("restartPolicy") or policy, context.scenario.durations
        return Life(item, assumed, durations, own, is_init, name, counted, wait, program, grace)

    def _is_deaf(self, spec: Json, scenario: Scenario) -> bool:
        """Whether the commands of all containers are known, none of which listens;
        others may on the network of the node.
        """
        beside = [item for item in init_containers_of(spec) if item.get("restartPolicy") == "Always"]
        return not spec.get("hostNetwork") and all(
            not self._assumed(item.get("image", ""), scenario)[1] and program_of(item) is not None
            for item in (*beside, *spec["containers"])
        )

    def _assumed(self, image: str, scenario: Scenario) -> tuple[ImageAssumption, bool]:
        """The assumptions about an image, and whether the scenario states them; matched once per image."""
        if scenario is not self._scenario:
            self._scenario = scenario
            self._assumptions.clear()
        known = self._assumptions.get(image)
        if known is None:
            known = self._assumptions[image] = scenario.image(image), scenario.is_said_of(image)
        return known

    def _hindered_pods(self, event: WatchEvent, _: Cache) -> Iterable[Request]:
        """Pods of the namespace that wait for something missing, which may have been created or changed."""
        return [key for key in sorted(self._hindered) if key.namespace == event.key.namespace]

    def _advance(self, request: ObjectKey, pod: Json, known: Running, context: Context) -> None:
        """Let every container do what is due; main containers wait for the init containers."""
        self._hindered.discard(request)
        now = context.now
        if known.told is not pod:
            self._exchange(pod, known, context)
        for life in known.all:
            if life.blocked or (life.due is not None and life.due <= now):
                lacks = missing_environment(request.namespace, life.spec, context.cache.find)
                missing = lacks or breaks_non_root(pod, life.spec)
                if missing:
                    self._hindered.add(request)
                cached = life.image in self._images_on(known.node, context)
                self._record(pod, known, life, life.advance(now, cached=cached, missing=missing), context)
        starting = known.to_start()
        if starting and not self._mounted(pod, known, context):
            self._hindered.add(request)
            return
        for life in starting:
            cached = life.image in self._images_on(known.node, context)
            self._record(pod, known, life, life.begin(now, cached=cached), context)

    def _exchange(self, pod: Json, known: Running, context: Context) -> None:
        """Restart containers whose image has changed, whatever the restart policy (containerChanged)."""
        spec = pod["spec"]
        given = [*init_containers_of(spec), *spec["containers"]]
        for life, item in zip(known.all, given, strict=True):
            if item.get("image", "") != life.image and life.takes_image:
                new = self._life(item, pod, life.policy, life.first_wait, context, is_init=life.is_init)
                cached = new.image in self._images_on(known.node, context)
                self._record(pod, known, life, life.change(new, context.now, cached=cached), context)

    def _mounted(self, pod: Json, known: Running, context: Context) -> bool:
        """Whether every volume is available; each missing one is reported once."""
        missing = list(missing_volumes(pod, context.cache.find))
        for text in missing:
            if text not in known.reported:
                known.reported.add(text)
                context.event(pod, "Warning", "FailedMount", text)
        return not missing

    def _record(
        self, pod: Json, known: Running, life: Life, events: Iterable[Event], context: Context
    ) -> None:
        for event in events:
            if event.reason == "Pulled":
                self._images[known.node].add(life.image)
            message = event.message
            if ADDRESS in message:
                message = message.replace(ADDRESS, pod_ip_of(pod))
            context.event(pod, event.type, event.reason, message)

    def _images_on(self, node: str, context: Context) -> set[str]:
        if node not in self._images:
            self._images[node] = _images_on(context, node)
        return self._images[node]

    def _write(self, pod: Json, known: Running, context: Context) -> Result:
        status = self._status(pod, known, context)
        if not says_the_same(status, status_of(pod)):
            pod = context.client.update_status({**pod, "status": status})
        known.told = pod
        return known.next_look(context.now)

    def _status(self, pod: Json, known: Running, context: Context, *, failed: bool = False) -> Json:
        ready, phase = known.is_ready, "Failed" if failed else known.phase
        truths: dict[str, bool] = {}
        if context.does(Behaviour.READY_TO_START):
            truths["PodReadyToStartContainers"] = phase not in _REASONS
        truths |= {
            "Initialized": known.is_initialized,
            "Ready": ready and _gates_pass(pod),
            "ContainersReady": ready,
        }
        addresses = None
        if not pod_ip_of(pod):
            addresses = self._addresses.assign(context, pod, known.node)
        reason = _REASONS.get(phase, "ContainersNotReady")
        return pod_status(
            pod, phase, context.now, truths=truths, reason=reason, addresses=addresses,
            containers=[life.status() for life in known.main],
            init=[life.status() for life in known.init] if known.init else None,
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
        """Tell the containers to stop. Returns whether they have stopped."""
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
        """Stop the containers within the grace period, then let the API server remove the pod."""
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


def _is_counted(pod: Json, context: Context) -> bool:
    """Whether a Job counts the restarts and can reach its backoff limit within the simulated time."""
    namespace = pod["metadata"]["namespace"]
    names = [ref.get("name", "") for ref in owners_of(pod) if ref.get("kind") == "Job"]
    jobs = [context.cache.find(ObjectKey("batch", "Job", namespace, name)) for name in names]
    return any(job is not None and job["spec"].get("backoffLimit", 6) <= MOST_WAITED_FOR for job in jobs)


def _before(deadline: Instant, result: Result, context: Context) -> Result:
    """The next look at the pod: at the deadline, unless something is due earlier."""
    left = deadline - context.now
    if result.requeue_after is not None and result.requeue_after < left and not result.background:
        return result
    return Result.due(left)._replace(requeue_after=min(left, result.requeue_after or left))


def _as_commanded(image: str, program: Program) -> ImageAssumption:
    """The assumptions about a container whose command says what it does."""
    if program.for_ever:
        return ImageAssumption(image=image)
    fate = Fate.FAILS if program.exit_code else Fate.SUCCEEDS
    return ImageAssumption(image=image, fate=fate, run=program.run, exit_code=program.exit_code)


def _images_on(context: Context, node_name: str) -> set[str]:
    """The images already on a node: those it reports, and those of its pods."""
    node = context.cache.find(ObjectKey("", "Node", "", node_name))
    images = set(images_of(node)) if node else set()
    for pod in context.cache.pods_on(node_name):
        for status in container_statuses_of(pod):
            if "waiting" not in state_of(status):
                images.add(status.get("image", ""))
    return images


def _bound_pods(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The pods that waited for their node to be there."""
    if event.type is not EventType.ADDED:
        return ()
    pods = cache.pods_on(event.key.name)
    return [ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"]) for pod in pods]


def _deadline(pod: Json) -> Instant | None:
    """When a pod has been active for as long as it may."""
    limit = pod["spec"].get("activeDeadlineSeconds")
    if limit is None:
        return None
    start = status_of(pod).get("startTime")
    return parse_instant(start) + int(limit) * SECOND if start else None


def _gates_pass(pod: Json) -> bool:
    gates = readiness_gates_of(pod)
    if not gates:
        return True
    truths = {item["type"]: item.get("status") for item in conditions.of(pod)}
    return all(truths.get(gate.get("conditionType")) == "True" for gate in gates)


def _stop_time(life: Life, context: Context) -> Instant:
    return stop_sleep_of(life.spec) * SECOND + seconds(context.scenario.durations.stop)
