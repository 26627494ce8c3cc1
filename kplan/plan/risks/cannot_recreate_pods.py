"""A workload could not create its pods again.

Those that run go on, so nothing is seen until a node fails, a rollout begins or somebody drains a node: then the API server
refuses every new pod, by a quota, a limit, an enforced Pod Security level, or a ValidatingAdmissionPolicy.

Fix: give the pods what the message asks for (limits, requests, a security context), or change the quota, the limit, the
level or the policy.
"""

from collections.abc import Iterator, Sequence

from kplan.plan.progress import progress_of
from kplan.plan.recreating import Trial, is_guarded, needs_surge
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workloads import Workload, workloads


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask the API server for a pod of each workload in a namespace that has quotas, limits or a level."""
    del changes
    store = outcome.final
    namespaces = {one["metadata"]["name"] for one in store.list("", "Namespace")}
    guarded = {name for name in namespaces if is_guarded(store, name)}
    if not guarded:
        return
    trial = Trial(store)
    for workload in workloads(store):
        if workload.identity.namespace in guarded and _has_its_pods(workload):
            yield from _of_workload(workload, trial)


def _of_workload(workload: Workload, trial: Trial) -> Iterator[Found]:
    refusals = trial.refusals(workload)
    if refusals.again:
        text = " ".join(refusals.again.split())
        yield Found(workload.identity, f"cannot create its pods again: {text}", extent=2)
    elif refusals.beside and needs_surge(workload):
        text = " ".join(refusals.beside.split())
        message = f"cannot create the first pod of a rolling update: {text}"
        yield Found(workload.identity, message, severity=Severity.WARNING)


def _has_its_pods(workload: Workload) -> bool:
    """Whether it lacks none; what is refused right now is another risk."""
    progress = progress_of(workload.object)
    return bool(workload.pods) and not (progress and progress.missing)


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: "registry.example.com/web:1", resources: {limits: {memory: 64Mi}}}]
"""
_QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: limits}
spec: {hard: {%s: "4"}}
"""

RISK = Risk(
    code="PLN008",
    name="cannot-recreate-pods",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT, applied=_QUOTA % "limits.cpu"),
    safe=Example(prior=_DEPLOYMENT, applied=_QUOTA % "pods"),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
