"""A pod is stuck, and no rollout would report it.

A pod without a controller stays as it is until somebody steps in: nothing starts it anew elsewhere. A Job waits for its
pod for as long as it may, and one that counts no failure starts another without end.

Fix: see what the pod lacks: an image that can be pulled, a ConfigMap or Secret, a command that does not fail. Give a
Job ``activeDeadlineSeconds``, so that it ends when this happens.
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.effects.jobs import job_end
from kplan.plan.named_causes import causes_in
from kplan.plan.obstacle import why_held, why_stuck
from kplan.plan.owned import pods_of
from kplan.plan.reading import fields, items, text
from kplan.plan.reasons import Reasons, reasons_of
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.state.store import Store
from kplan.state.texts import UNMET


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the pods of which a condition is not met, and at the Jobs that have not ended."""
    del changes
    store = outcome.final
    for pod in store.mentioning(UNMET, ("", "Pod")):
        why = why_stuck(pod, store) if controller_of(pod) is None else ""
        if why:
            yield _found(Identity.of(pod), "is not ready", why, reasons_of(pod, store))
    for job in store.list("batch", "Job"):
        why = _why_not_ending(job, store, at_rest=outcome.converged) if job_end(job) is None else ""
        if why:
            about = workload_of(job, store)
            same = about == Identity.of(job)
            what = (
                "does not end" if same else f"runs a Job that does not end, {text(job, 'metadata', 'name')}"
            )
            yield _found(about, what, why)


def _found(one: Identity, result: str, why: str, reasons: Reasons = frozenset()) -> Found:
    return Found(one, f"{result}: {why}", causes=causes_in(why), result=result, reasons=reasons)


def _why_not_ending(job: Json, store: Store, *, at_rest: bool) -> str:
    """The pod that a Job waits for in vain; how many have failed while the Job goes on,
    if time was up before its end.
    """
    pods = [pod.value for pod in pods_of(job, store)]
    for pod in pods:
        if why := why_held(pod, store):
            return f"pod {text(pod, 'metadata', 'name')}: {why}"
        if at_rest and (left := _left_running(pod)):
            return f"pod {text(pod, 'metadata', 'name')}: {left}"
    failed = sum(text(pod, "status", "phase") == "Failed" for pod in pods)
    if not failed or (at_rest and failed < len(pods)):
        return ""
    return f"it starts pod after pod, and {failed} of them failed within the simulated time"


def _left_running(pod: Json) -> str:
    """The container that runs on for ever beside one that has done its work."""
    states = [(one.get("name"), fields(one, "state")) for one in items(pod, "status", "containerStatuses")]
    ended = next((name for name, state in states if fields(state, "terminated").get("exitCode") == 0), "")
    running = next((name for name, state in states if fields(state, "running")), "")
    if not ended or not running:
        return ""
    sidecar = "a sidecar, which is an init container with restartPolicy: Always, would end with it"
    return f"container {running} runs on after container {ended} has ended ({sidecar})"


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: tools}
spec:
  containers: [{name: tools, image: "registry.example.com/tools:1"}]
"""

RISK = Risk(
    code="PLN037",
    name="stuck-pod",
    severity=Severity.ERROR,
    check=check,
    distance=2,
    at_risk=Example(prior="", applied=_POD, scenario="images: [{image: '*/tools:1', fate: pull-fails}]"),
    safe=Example(prior="", applied=_POD),
    references=("https://kubernetes.io/docs/tasks/debug/debug-application/debug-pods/",),
)
