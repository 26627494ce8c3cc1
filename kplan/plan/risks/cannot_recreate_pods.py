"""A workload could not create its pods again.

Those that run go on, so nothing is seen until a node fails, a rollout begins or somebody drains a node: then the API
server refuses every new pod, by a quota, a limit, an enforced Pod Security level, or a ValidatingAdmissionPolicy.

Fix: give the pods what the message asks for (limits, requests, a security context), or change the quota, the limit, the
level or the policy.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.plan.progress import progress_of
from kplan.plan.reading import text
from kplan.plan.recreating import Trial, is_guarded, needs_surge
from kplan.plan.risk import Example, Found, Near, Outcome, PlannedChange, Risk, Severity, Touched
from kplan.plan.touched import MADE_BY_OTHERS
from kplan.plan.workloads import MAKERS, Workload, workloads, workloads_among
from kplan.state.store import Store

_ADMISSION: Final = "admissionregistration.k8s.io"
_ACCESS: Final = "rbac.authorization.k8s.io"
_POLICIES: Final = ((_ADMISSION, "ValidatingAdmissionPolicy"), (_ADMISSION, "MutatingAdmissionPolicy"))
_FOR_ALL: Final = (
    *_POLICIES,
    (_ADMISSION, "ValidatingAdmissionPolicyBinding"),
    (_ADMISSION, "MutatingAdmissionPolicyBinding"),
    ("scheduling.k8s.io", "PriorityClass"),
    ("node.k8s.io", "RuntimeClass"),
)
"""Kinds of objects by which any pod may be refused."""
_FOR_NAMESPACE: Final = (("", "ResourceQuota"), ("", "LimitRange"), ("", "ServiceAccount"))
"""Those by which pods of the same namespace may be."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Ask the API server for a pod of each workload in a namespace that has quotas, limits or a level."""
    del changes
    store = outcome.final
    look = outcome.look
    namespaces = {one["metadata"]["name"] for one in store.list("", "Namespace")}
    if look is not None:
        namespaces &= {key.namespace for key in look.keys}
    guarded = {name for name in namespaces if is_guarded(store, name)}
    if not guarded:
        return
    trial = Trial(store)
    for workload in workloads(store) if look is None else workloads_among(look.keys, store):
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


def _near(touched: Touched) -> frozenset[ObjectKey] | None:
    """Workloads that have changed or have other pods, and all of a namespace whose quotas,
    limits or level have changed.
    """
    if any(touched.of(*_FOR_ALL)) or any(map(_matters_to_policies(touched.stores), touched.keys)):
        return None
    spaces = {key.name for key in touched.of(("", "Namespace")) if touched.differs(key, _level)}
    spaces |= {key.namespace for key in touched.of(*_FOR_NAMESPACE) if touched.differs(key, repr)}
    last = touched.stores[-1]
    kinds = [kind for kind in last.kinds() if kind not in MADE_BY_OTHERS] if spaces else ()
    return touched.upwards.union(
        key for kind in kinds for space in spaces for key, _ in last.members(*kind, space)
    )


def _matters_to_policies(stores: Sequence[Store]) -> Callable[[ObjectKey], bool]:
    """What tells of an object whether a policy may ask about it: parameters, and who may do what."""
    policies = [one for store in stores for kind in _POLICIES for one in store.list(*kind)]
    parameters = {text(one, "spec", "paramKind", "kind") for one in policies}
    return lambda key: bool(policies) and (key.kind in parameters or key.group == _ACCESS)


def _level(namespace: Json) -> Hashable:
    return repr(labels_of(namespace)), namespace["metadata"].get("deletionTimestamp")


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
    near=Near(MAKERS, _near),
    at_risk=Example(prior=_DEPLOYMENT, applied=_QUOTA % "limits.cpu"),
    safe=Example(prior=_DEPLOYMENT, applied=_QUOTA % "pods"),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
