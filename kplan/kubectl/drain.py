"""kubectl drain: cordon a node, choose its pods, evict them, wait until they are gone.

Eviction is a process in time: budgets may refuse for a while, pods take their grace period,
replacements start meanwhile.

Upstream: staging/src/k8s.io/kubectl/pkg/drain/{drain,filters}.go, staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.pods import is_terminal, is_terminating, node_of
from kplan.apiserver.client import Client
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_quote
from kplan.apiserver.server import Server
from kplan.errors import aggregate
from kplan.kubectl.dryrunstrategy import DryRunStrategy
from kplan.kubectl.nodes import are_nodes, cordon
from kplan.kubectl.printed import Printed
from kplan.namedtuples import NamedTuple
from kplan.selectors.labels import Selector
from kplan.simulation.clock import SECOND, Instant, go_duration, parse_instant
from kplan.simulation.engine import Engine

RETRY_DELAY: Instant = 5 * SECOND
POLL: Instant = SECOND

_TOO_LATE = "context deadline exceeded"
_DAEMON_FATAL = "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)"
_DAEMON_WARNING = "ignoring DaemonSet-managed Pods"
_STORAGE_FATAL = "Pods with local storage (use --delete-emptydir-data to override)"
_STORAGE_WARNING = "deleting Pods with local storage"
_UNMANAGED_FATAL = "Pods that declare no controller (use --force to override)"
_UNMANAGED_WARNING = "deleting Pods that declare no controller"


class DrainOptions(NamedTuple):
    """The flags of kubectl drain."""

    ignore_daemonsets: bool = False
    delete_emptydir_data: bool = False
    force: bool = False
    disable_eviction: bool = False
    grace_seconds: int | None = None
    timeout: int = 0
    """Seconds; 0 waits for ever."""
    pod_selector: str = ""
    skip_wait_for_delete_timeout: int = 0
    strategy: DryRunStrategy = DryRunStrategy.NONE


@dataclass(slots=True)
class Selection:
    """The pods of a node by what drain does with them."""

    delete: list[Json] = field(default_factory=list)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def warning(self) -> str:
        """All warnings in one line."""
        return "; ".join(f"{text}: {', '.join(names)}" for text, names in self.warnings.items())

    def failures(self) -> list[str]:
        """One message a class of pods that may not be deleted, in the order in which they were met."""
        return [f"cannot delete {text}: {', '.join(names)}" for text, names in self.errors.items()]


class _Ruling(NamedTuple):
    delete: bool = True
    warning: str = ""
    error: str = ""


class Drain:
    """One ``kubectl drain`` on a running cluster."""

    def __init__(self, server: Server, client: Client, engine: Engine, options: DrainOptions) -> None:
        self._server = server
        self.client = client
        self.engine = engine
        self.options = options
        self.printed = Printed()

    def run(self, names: Sequence[str]) -> Printed:
        """Drain nodes one after the other; time goes by meanwhile."""
        if not are_nodes(self._server, names, self.printed):
            return self.printed
        for name in names:
            cordon(self._server, name, self.printed, strategy=self.options.strategy)
        left: dict[str, list[str]] = {}
        for name in names:
            problems = self._drain(name)
            if problems:
                text = f"due to error: {aggregate(problems)}, continuing command..."
                self.printed.warn(f"error: unable to drain node {go_quote(name)} {text}")
                left[name] = problems
            else:
                self.printed.say(f"node/{name} drained{self.options.strategy.suffix}")
        if left:
            self.printed.warn("There are pending nodes to be drained:")
            for name in left:
                self.printed.warn(f" {name}")
            groups = list(left.values())
            if groups == [[_TOO_LATE]]:
                self.printed.fail(f"error: {_TOO_LATE}")
                return self.printed
            for line in groups[0] if len(groups) == 1 else map(aggregate, groups):
                self.printed.fail(line)
        return self.printed

    def _drain(self, name: str) -> list[str]:
        """Empty one node; the answer is what went wrong."""
        chosen = self.select(name)
        if chosen.errors:
            return chosen.failures()
        if chosen.warnings:
            self.printed.warn(f"Warning: {chosen.warning()}")
        if self.options.strategy is not DryRunStrategy.NONE:
            for pod in chosen.delete:
                self.printed.say(f"evicting pod {_place(pod)}{self.options.strategy.suffix}")
            return []
        problems = self._remove(chosen.delete)
        pending = self.select(name).delete if problems else ()
        if pending:
            text = f"when an error occurred: {aggregate(problems)}"
            self.printed.warn(f"There are pending pods in node {go_quote(name)} {text}")
            for pod in pending:
                self.printed.warn(f"pod/{pod['metadata']['name']}")
        return problems

    def select(self, name: str) -> Selection:
        """Ask the filters about every pod of the node (GetPodsForDeletion)."""
        selector = Selector.parse(self.options.pod_selector)
        pods = [pod for pod in self.client.list("", "Pod") if node_of(pod) == name]
        pods = [pod for pod in pods if selector.matches(pod["metadata"].get("labels") or {})]
        chosen = Selection()
        for pod in sorted(pods, key=lambda item: (item["metadata"]["namespace"], item["metadata"]["name"])):
            ruling = self._rule(pod)
            if ruling.error:
                chosen.errors.setdefault(ruling.error, []).append(_place(pod))
            elif ruling.warning:
                chosen.warnings.setdefault(ruling.warning, []).append(_place(pod))
            if ruling.delete:
                chosen.delete.append(pod)
        return chosen

    def _rule(self, pod: Json) -> _Ruling:
        """The filters in order; the first that says no is the last word,
        and what one warned of is lost with the next that does not.
        """
        filters: tuple[Callable[[Json], _Ruling], ...] = (
            self._skip_deleted, self._daemon_set, _mirror, self._local_storage, self._unreplicated,
        )  # fmt: skip
        ruling = _Ruling()
        for judge in filters:
            ruling = judge(pod)
            if not ruling.delete:
                break
        return ruling

    def _skip_deleted(self, pod: Json) -> _Ruling:
        return _Ruling(delete=not self.gave_up_waiting(pod))

    def gave_up_waiting(self, pod: Json) -> bool:
        """Whether the pod has been terminating for longer than anybody wants to wait."""
        limit = self.options.skip_wait_for_delete_timeout
        if limit <= 0 or not is_terminating(pod):
            return False
        age = self.engine.clock.now - parse_instant(pod["metadata"]["deletionTimestamp"])
        return age // SECOND > limit

    def _daemon_set(self, pod: Json) -> _Ruling:
        reference = controller_of(pod) or {}
        if (
            reference.get("kind") != "DaemonSet"
            or reference.get("apiVersion") != "apps/v1"
            or is_terminal(pod)
        ):
            return _Ruling()
        try:
            self.client.get(ObjectKey("apps", "DaemonSet", pod["metadata"]["namespace"], reference["name"]))
        except StatusError as refusal:
            if refusal.code == 404 and self.options.force:
                return _Ruling(warning=refusal.message)
            return _Ruling(delete=False, error=refusal.message)
        if not self.options.ignore_daemonsets:
            return _Ruling(delete=False, error=_DAEMON_FATAL)
        return _Ruling(delete=False, warning=_DAEMON_WARNING)

    def _local_storage(self, pod: Json) -> _Ruling:
        local = any(volume.get("emptyDir") is not None for volume in pod["spec"].get("volumes") or ())
        if not local or is_terminal(pod):
            return _Ruling()
        if not self.options.delete_emptydir_data:
            return _Ruling(delete=False, error=_STORAGE_FATAL)
        return _Ruling(warning=_STORAGE_WARNING)

    def _unreplicated(self, pod: Json) -> _Ruling:
        if is_terminal(pod) or controller_of(pod) is not None:
            return _Ruling()
        if self.options.force:
            return _Ruling(warning=_UNMANAGED_WARNING)
        return _Ruling(delete=False, error=_UNMANAGED_FATAL)

    def _remove(self, pods: Sequence[Json]) -> list[str]:
        """Evict all pods at once, the last one first as goroutines start; wait for the last to be gone."""
        if not pods:
            return []
        start = self.engine.clock.now
        deadline = start + self.options.timeout * SECOND if self.options.timeout else None
        if self.options.disable_eviction:
            return self._delete_all(pods, deadline)
        removals = [_Removal(self, pod, deadline) for pod in (pods[-1], *pods[:-1])]
        for removal in removals:
            self.engine.after(0, removal.attempt)
        return self._problems(removals)

    def _delete_all(self, pods: Sequence[Json], deadline: Instant | None) -> list[str]:
        waits = []
        for pod in pods:
            try:
                self._server.delete(_key(pod), DeleteOptions(grace_seconds=self.options.grace_seconds))
            except StatusError as refusal:
                if refusal.code != 404:
                    return [refusal.message]
            waits.append(_Removal(self, pod, deadline, evicts=False))
        for wait in waits:
            self.engine.after(0, wait.watch)
        return self._problems(waits)[:1]

    def _problems(self, removals: Sequence["_Removal"]) -> list[str]:
        """Let time go by until all pods are gone; a simulation that ends before leaves some behind."""
        self.engine.run_while(lambda: not all(removal.done for removal in removals))
        for removal in removals:
            removal.give_up()
        return [removal.problem for removal in removals if removal.problem]


class _Removal:
    """One pod on its way out."""

    def __init__(self, drain: Drain, pod: Json, deadline: Instant | None, *, evicts: bool = True) -> None:
        self.done = False
        self.problem = ""
        self._drain = drain
        self._pod = pod
        self._deadline = deadline
        self._evicts = evicts

    def attempt(self) -> None:
        """Ask for the eviction; if a budget refuses, ask again later."""
        drain, place = self._drain, _quoted(self._pod)
        drain.printed.say(f"evicting pod {_place(self._pod)}")
        if self._late():
            timeout = go_duration(drain.options.timeout * SECOND)
            self._finish(f"error when evicting {place}: global timeout reached: {timeout}")
            return
        try:
            drain.client.evict(_key(self._pod), grace_seconds=drain.options.grace_seconds)
        except StatusError as refusal:
            self._refused(refusal)
            return
        self.engine.after(0, self.watch)

    def watch(self) -> None:
        """Look whether the pod is gone."""
        drain = self._drain
        present = drain.client.find(_key(self._pod))
        if present is None or present["metadata"]["uid"] != self._pod["metadata"]["uid"]:
            drain.printed.say(
                f"pod/{self._pod['metadata']['name']} {'evicted' if self._evicts else 'deleted'}"
            )
            self._finish("")
        elif drain.gave_up_waiting(present):
            limit = drain.options.skip_wait_for_delete_timeout
            name = self._pod["metadata"]["name"]
            drain.printed.say(
                f"pod {go_quote(name)} has DeletionTimestamp older than {limit} seconds, skipping"
            )
            self._finish("")
        elif self._late():
            metadata = self._pod["metadata"]
            place = f"pod {go_quote(metadata['name'])} in namespace {go_quote(metadata['namespace'])}"
            waiting = f"error when waiting for {place} to terminate: " if self._evicts else ""
            self._finish(f"{waiting}{_TOO_LATE}")
        else:
            self.engine.after(self._pause(POLL), self.watch)

    def give_up(self) -> None:
        """Say that the simulation ended before the pod was gone, unless it is."""
        if not self.done:
            self._finish(
                f"error when evicting {_quoted(self._pod)}: the simulation stopped before it was gone"
            )

    @property
    def engine(self) -> Engine:
        """The clockwork that waits."""
        return self._drain.engine

    def _late(self) -> bool:
        return self._deadline is not None and self.engine.clock.now >= self._deadline

    def _pause(self, wanted: Instant) -> Instant:
        if self._deadline is None:
            return wanted
        return max(0, min(wanted, self._deadline - self.engine.clock.now))

    def _refused(self, refusal: StatusError) -> None:
        place = _quoted(self._pod)
        if refusal.code == 404:
            self._finish("")
        elif refusal.code == 429:
            self._drain.printed.warn(f"error when evicting {place} (will retry after 5s): {refusal.message}")
            self.engine.after(RETRY_DELAY, self.attempt)
        else:
            self._finish(f"error when evicting {place}: {refusal.message}")

    def _finish(self, problem: str) -> None:
        self.done, self.problem = True, problem


def _mirror(pod: Json) -> _Ruling:
    return _Ruling(delete="kubernetes.io/config.mirror" not in (pod["metadata"].get("annotations") or {}))


def _place(pod: Json) -> str:
    return f"{pod['metadata']['namespace']}/{pod['metadata']['name']}"


def _quoted(pod: Json) -> str:
    return f"pods/{go_quote(pod['metadata']['name'])} -n {go_quote(pod['metadata']['namespace'])}"


def _key(pod: Json) -> ObjectKey:
    return ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
