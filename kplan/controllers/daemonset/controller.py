"""The DaemonSet loop: the revision, the pods that are missing or too many, the rolling update, the status.

Upstream: pkg/controller/daemon/daemon_controller.go
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from kplan.api.metadata import labels_of, spec_of, status_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import is_available, is_ready, is_terminal, is_terminating, node_of, phase, ready_since
from kplan.api.workloadspec import update_strategy_of
from kplan.apiserver.errors import StatusError
from kplan.controllers.daemonset import revisions, rolling
from kplan.controllers.daemonset.nodes import by_node, daemon_pod, is_updated, precedence, should_run
from kplan.selectors.labels import Selector
from kplan.simulation.adoption import claim_all, its_controller_or_whoever_selects_it
from kplan.simulation.clock import SECOND, Instant, as_datetime
from kplan.simulation.podcontrol import (
    create_pod,
    delete_pod,
    slow_start,
    unless_terminating,
)
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

BURST = 250
"""Most pods made or deleted in one sync."""

_KIND = ("apps", "DaemonSet")
_BACKOFF: Instant = SECOND
_MAX_BACKOFF: Instant = 15 * 60 * SECOND
_HASH = "controller-revision-hash"
_PATIENCE: Instant = 60 * SECOND
_COUNTS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberMisscheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
)


class DaemonSetController:
    """Keeps one pod on every node that fits."""

    name = "daemonset-controller"

    def __init__(self, version: str) -> None:
        self._version = version
        self._failures: dict[tuple[str, int, str], tuple[Instant, Instant]] = {}
        self.watches = (
            Watch(*_KIND, itself),
            Watch("", "Pod", its_controller_or_whoever_selects_it(*_KIND), controllers=_KIND),
            Watch("", "Node", _for_node),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the pods of a DaemonSet where they should be (syncDaemonSet)."""
        owner = context.cache.find(request)
        if owner is None or owner["metadata"].get("deletionTimestamp") is not None:
            return DONE
        if not owner["spec"].get("selector"):
            text = "This daemon set is selecting all pods. A non-empty selector is required."
            context.event(owner, "Warning", "SelectingAll", text)
            return DONE
        pods = self._pods(context, owner)
        current, old = revisions.construct(context, owner, pods, self._version)
        owner, revision_hash = context.client.get(request), revisions.hash_of(current)
        refusal = self._update(context, owner, revision_hash)
        if refusal is None:
            revisions.clean_up(context, owner, old, self._pods(context, owner))
        result = self._report(context, owner, revision_hash)
        if refusal is not None:
            raise refusal
        return result

    def _pods(self, context: Context, owner: Json) -> list[Json]:
        owned = context.cache.controlled_by(owner["metadata"]["uid"], "", "Pod")
        selector = Selector.from_label_selector(owner["spec"]["selector"])
        orphans = context.cache.orphans("", "Pod", owner["metadata"]["namespace"], selector)
        return claim_all(context, owner, selector, [*owned, *orphans])

    def _live_pods(self, context: Context, owner: Json) -> dict[str, list[Json]]:
        pods = self._pods(context, owner)
        return by_node(pod for pod in pods if not (is_terminal(pod) and is_terminating(pod)))

    def _update(self, context: Context, owner: Json, revision_hash: str) -> StatusError | None:
        """Make what is missing and delete what is too much; if nothing was to do, roll one step."""
        nodes = {node["metadata"]["name"]: node for node in context.cache.list("", "Node")}
        pods = self._live_pods(context, owner)
        missing: list[str] = []
        surplus: list[Json] = []
        for name, node in nodes.items():
            needs, kills = self._on_node(context, owner, node, pods.get(name), revision_hash)
            missing += [name] if needs else []
            surplus += kills
        surplus += [pod for name in pods if name not in nodes for pod in pods[name] if not node_of(pod)]
        refusal = _sync_nodes(context, owner, surplus, missing, revision_hash)
        rolls = update_strategy_of(owner).get("type") == "RollingUpdate"
        if refusal is not None or missing or surplus or not rolls:
            return refusal
        step = rolling.plan(owner, nodes, pods, revision_hash, as_datetime(context.now))
        return _sync_nodes(context, owner, step.delete, step.create_on, revision_hash)

    def _on_node(
        self, context: Context, owner: Json, node: Json, pods: Sequence[Json] | None, revision_hash: str
    ) -> tuple[bool, list[Json]]:
        """Whether the node lacks a pod, and which of its pods go (podsShouldBeOnNode)."""
        runs, stays = should_run(owner, node)
        if runs and pods is None:
            return True, []
        staying = [pod for pod in pods or () if not is_terminating(pod)]
        if not stays:
            return False, staying
        ended = [pod for pod in staying if is_terminal(pod)]
        kills = [pod for pod in ended if self._gives_up(context, owner, node, pod)]
        running = sorted((pod for pod in staying if not is_terminal(pod)), key=precedence)
        if not rolling.allows_surge(owner):
            return False, kills + running[1:]
        if not running:
            return runs, kills
        return False, kills + self._surplus(owner, running, revision_hash, context)

    def _surplus(
        self, owner: Json, running: Sequence[Json], revision_hash: str, context: Context
    ) -> list[Json]:
        """The pods to delete on a node; with surge it may have an old and a new pod until the new one is available."""
        if len(running) <= 1:
            return []
        new = [pod for pod in running if labels_of(pod).get(_HASH) == revision_hash]
        old = [pod for pod in running if pod not in new]
        kills = new[1:] + old[1:]
        if new and old:
            minimum = owner["spec"].get("minReadySeconds") or 0
            if not is_ready(old[0]) or is_available(new[0], minimum, as_datetime(context.now)):
                kills.append(old[0])
        return kills

    def _gives_up(self, context: Context, owner: Json, node: Json, pod: Json) -> bool:
        """Delete an ended pod; a failed one only after a pause that doubles."""
        metadata, name = pod["metadata"], node["metadata"]["name"]
        subject = f"daemon pod {metadata['namespace']}/{metadata['name']} on node {name}, will try to"
        if phase(pod) == "Succeeded":
            context.event(owner, "Normal", "SucceededDaemonPod", f"Found succeeded {subject} delete it")
            return True
        key = (owner["metadata"]["uid"], status_of(owner).get("observedGeneration") or 0, name)
        delay, since = self._failures.get(key, (0, 0))
        request = ObjectKey("apps", "DaemonSet", owner["metadata"]["namespace"], owner["metadata"]["name"])
        if delay and context.now - since < delay:
            context.queue.add_after(request, delay, background=delay > _PATIENCE)
            return False
        pause = (
            _BACKOFF if not delay or context.now - since > 2 * _MAX_BACKOFF else min(2 * delay, _MAX_BACKOFF)
        )
        self._failures[key] = (pause, context.now)
        context.event(owner, "Warning", "FailedDaemonPod", f"Found failed {subject} kill it")
        return True

    def _report(self, context: Context, owner: Json, revision_hash: str) -> Result:
        pods = self._live_pods(context, owner)
        minimum, now = owner["spec"].get("minReadySeconds") or 0, as_datetime(context.now)
        count = dict.fromkeys(_COUNTS, 0)
        for node in context.cache.list("", "Node"):
            on_node = sorted(pods.get(node["metadata"]["name"], ()), key=precedence)
            if not should_run(owner, node)[0]:
                count["numberMisscheduled"] += bool(on_node)
                continue
            count["desiredNumberScheduled"] += 1
            if on_node:
                first = on_node[0]
                count["currentNumberScheduled"] += 1
                count["numberReady"] += is_ready(first)
                count["numberAvailable"] += is_available(first, minimum, now)
                count["updatedNumberScheduled"] += is_updated(first, owner, revision_hash)
        count["numberUnavailable"] = count["desiredNumberScheduled"] - count["numberAvailable"]
        old, generation = status_of(owner), owner["metadata"].get("generation", 0)
        seen = (old.get("observedGeneration") or 0) >= generation
        if not seen or any((old.get(name) or 0) != number for name, number in count.items()):
            context.client.update_status(
                {**owner, "status": {**old, **count, "observedGeneration": generation}}
            )
        waits = [minimum * SECOND] if minimum and count["numberReady"] != count["numberAvailable"] else []
        waits += _until_available((pod for on_node in pods.values() for pod in on_node), minimum, now)
        return Result(requeue_after=min(waits)) if waits else DONE


def _until_available(pods: Iterable[Json], minimum: int, now: datetime) -> Iterator[Instant]:
    """When to look again for pods that are ready, but not for long enough yet.

    The counts are of the oldest pod on a node alone, and say nothing of one that surges.
    """
    for pod in pods if minimum else ():
        since = ready_since(pod)
        if since is not None and not is_available(pod, minimum, now):
            left = timedelta(seconds=minimum + 1) - (now - since)  # a second more, as upstream adds it
            yield round(left.total_seconds() * SECOND)


def _sync_nodes(
    context: Context, owner: Json, delete: Sequence[Json], create_on: Sequence[str], revision_hash: str
) -> StatusError | None:
    def create(index: int) -> None:
        with unless_terminating():
            create_pod(context, daemon_pod(owner, create_on[index], revision_hash), owner)

    first = slow_start(min(len(create_on), BURST), create)[1]
    for pod in delete[:BURST]:
        try:
            delete_pod(context, pod, owner)
        except StatusError as refusal:
            first = first or refusal
    return first


def _for_node(event: WatchEvent, cache: Cache) -> Iterable[Request]:
    """The DaemonSets for which a node's labels and taints, or a new node, make something to do (syncNodeUpdate)."""
    old, node = event.previous, event.value
    if event.type is EventType.DELETED:
        return
    if old is not None and event.type is EventType.MODIFIED:
        same_labels = old["metadata"].get("labels") == node["metadata"].get("labels")
        if same_labels and spec_of(old).get("taints") == spec_of(node).get("taints"):
            return
    there = {
        controller["uid"]
        for pod in cache.pods_on(event.key.name)
        if (controller := controller_of(pod)) is not None
    }
    for owner in cache.list("apps", "DaemonSet"):
        starts, stays = should_run(owner, node)
        has_pod = owner["metadata"]["uid"] in there
        misplaced = bool(status_of(owner).get("numberMisscheduled"))
        if (not stays or misplaced) if has_pod else starts:
            yield _key(owner)


def _key(owner: Json) -> ObjectKey:
    return ObjectKey("apps", "DaemonSet", owner["metadata"]["namespace"], owner["metadata"]["name"])
