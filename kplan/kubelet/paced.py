"""A kubelet that acts at fixed ticks: at each one deleted pods vanish, short ones end, and the oldest
waiting pod becomes ready.

Two runs of a real control plane over such kubelets agree with each other, which is why recordings are made with them.

Upstream: none; the stand-in for kubelets under recorded control planes.
"""

from kplan.api.object import Json
from kplan.api.pods import is_terminal, is_terminating, node_of, phase
from kplan.apiserver.errors import StatusError
from kplan.kubelet.addresses import AddressBook
from kplan.kubelet.status import container_status, pod_status, running, terminated
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import Instant, seconds
from kplan.simulation.reconciler import DONE, Context, ObjectKey, Request, Result, Watch
from kplan.simulation.scenario import Fate, ImageAssumption, Paced


class PacedKubelet:
    """All nodes' kubelets at one beat."""

    name = "kubelet"
    watches: tuple[Watch, ...] = ()
    waits = False

    def __init__(self, pace: Paced) -> None:
        self.period: Instant = seconds(pace.interval)
        self._addresses = AddressBook()

    def reconcile(self, _request: Request, _context: Context) -> Result:
        """Nothing happens between ticks."""
        return DONE

    def sweep(self, context: Context) -> None:
        """One tick."""
        started = False
        for pod in context.cache.list("", "Pod"):
            if not node_of(pod):
                continue
            if is_terminating(pod):
                _vanish(context, pod)
            elif phase(pod) == "Running":
                _end(context, pod)
            elif not started and not is_terminal(pod):
                self._start(context, pod)
                started = True

    def _start(self, context: Context, pod: Json) -> None:
        ready = assumption(context, pod).fate is not Fate.NEVER_READY
        now = context.now
        containers = [
            container_status(item["name"], item.get("image", ""), running(now), ready=ready, started=True)
            for item in pod["spec"]["containers"]
        ]
        truths = {"Initialized": True, "Ready": ready, "ContainersReady": ready}
        addresses = self._addresses.assign(context, pod, node_of(pod))
        status = pod_status(
            pod, "Running", now, truths=truths, containers=containers, addresses=addresses,
            host_ips=context.does(Behaviour.POD_HOST_IPS),
        )  # fmt: skip
        context.client.update_status({**pod, "status": status})


def assumption(context: Context, pod: Json) -> ImageAssumption:
    """What is assumed of the pod's first container."""
    return context.scenario.image(pod["spec"]["containers"][0].get("image", ""))


def _vanish(context: Context, pod: Json) -> None:
    metadata = pod["metadata"]
    key = ObjectKey("", "Pod", metadata["namespace"], metadata["name"])
    try:
        context.client.delete(key, grace_seconds=0)
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def _end(context: Context, pod: Json) -> None:
    """A container that runs one tick only ends at the next."""
    assumed = assumption(context, pod)
    if assumed.fate not in (Fate.SUCCEEDS, Fate.FAILS):
        return
    code = 0 if assumed.fate is Fate.SUCCEEDS else assumed.exit_code
    now = context.now
    containers = [
        container_status(item["name"], item.get("image", ""), terminated(code, now, now))
        for item in pod["spec"]["containers"]
    ]
    truths = {"Ready": False, "ContainersReady": False}
    outcome = "Failed" if code else "Succeeded"
    status = pod_status(pod, outcome, now, truths=truths, containers=containers)
    context.client.update_status({**pod, "status": status})
