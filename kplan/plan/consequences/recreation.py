"""Which workloads can no longer create pods, although their running pods stay.

- ``cannot-create-pods``: the API server refuses a new pod of the workload, also in place of one that is gone.
- ``cannot-surge``: a rolling update cannot create its first new pod beside those that run.

Quotas, limits, an enforced Pod Security level, policies and what pods name (a service account, a class) are looked at
when a pod is created, never again after that.

Upstream: plugin/pkg/admission/{resourcequota,limitranger,security/podsecurity,priority,serviceaccount}
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World, key_of
from kplan.plan.recreating import needs_surge
from kplan.plan.trials import final_trial, prior_trial
from kplan.plan.workloads import Workload, workloads

_LABELS: Final = "pod-security.kubernetes.io/"


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Ask for every workload that the change concerns and that was there before."""
    if change.action is Action.REFUSED or not _matters(change, world):
        return
    final, prior = world.once(final_trial), world.once(prior_trial)
    for workload in world.once(_workloads):
        earlier = world.once(_earlier).get(workload.identity)
        if earlier is None or not _concerns(change, workload):
            continue
        now = final.refusals(workload)
        if now.again or now.beside:
            before = prior.refusals(earlier)
            if now.again and not before.again:
                yield _cannot_create(workload, now.again)
            elif now.beside and not (before.again or before.beside):
                yield _cannot_surge(workload, now.beside)


def _cannot_create(workload: Workload, refusal: str) -> Consequence:
    count = len(workload.pods)
    keeps = (
        f"keeps the {count} pod{'' if count == 1 else 's'} that run{'s' if count == 1 else ''}, but"
        if count
        else "has no pod, and"
    )
    again = "one that goes cannot be created again" if count else "none can be created"
    message = f"{keeps} {again}: {refusal}"
    return Consequence("cannot-create-pods", workload.identity, _in_one_line(message), Severity.ERROR)


def _cannot_surge(workload: Workload, refusal: str) -> Consequence:
    stuck = needs_surge(workload)
    means = (
        "its next rolling update cannot start"
        if stuck
        else "its next rolling update has to remove pods first"
    )
    severity = Severity.WARNING if stuck else Severity.INFO
    message = f"has no room for one more pod, so {means}: {refusal}"
    return Consequence("cannot-surge", workload.identity, _in_one_line(message), severity)


def _in_one_line(message: str) -> str:
    return " ".join(message.split())


def _matters(change: Change, world: World) -> bool:
    if change.object.kind == "Namespace":
        before, after = world.before(change), world.after(change)
        return bool(before and after) and _levels(before) != _levels(after)
    if change.object.kind in ("ServiceAccount", "PriorityClass", "RuntimeClass"):
        return world.final.get(key_of(change)) is None
    return True


def _levels(namespace: Mapping[str, Mapping[str, Mapping[str, str]]] | None) -> Mapping[str, str]:
    labels = (namespace or {}).get("metadata", {}).get("labels") or {}
    return {name: level for name, level in labels.items() if name.startswith(_LABELS)}


def _concerns(change: Change, workload: Workload) -> bool:
    one = change.object
    if one.kind == "Namespace":
        return workload.identity.namespace == one.name
    return one.namespace in ("", workload.identity.namespace)


def _workloads(world: World) -> tuple[Workload, ...]:
    return workloads(world.final)


def _earlier(world: World) -> Mapping[Identity, Workload]:
    return {one.identity: one for one in workloads(world.prior)}


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, resources: {requests: {cpu: 100m}}}]%s}
---
"""
_QUOTA: Final = "{apiVersion: v1, kind: ResourceQuota, metadata: {name: q}, spec: {hard: {%s}}}"
_LIMITS: Final = "{apiVersion: v1, kind: LimitRange, metadata: {name: l}, spec: {limits: [{type: Container, %s: {cpu: %s}}]}}"
_LEVEL: Final = "{apiVersion: v1, kind: Namespace, metadata: {name: default, labels: {pod-security.kubernetes.io/enforce: %s}}}"
_ACCOUNT: Final = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web}}"

FINDER = Finder(
    kinds=frozenset(
        {
            "ResourceQuota", "LimitRange", "Namespace", "ServiceAccount",
            "PriorityClass.scheduling.k8s.io", "RuntimeClass.node.k8s.io",
            "ValidatingAdmissionPolicy.admissionregistration.k8s.io",
            "ValidatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        }
    ),
    find=find,
    examples=(
        Example(_DEPLOYMENT % "", _QUOTA % "limits.memory: 1Gi", finds=("cannot-create-pods",)),
        Example(_DEPLOYMENT % "", _QUOTA % "pods: 1", finds=("cannot-create-pods",)),
        Example(_DEPLOYMENT % "", _QUOTA % "pods: 2", finds=("cannot-surge",)),
        Example(_DEPLOYMENT % "", _QUOTA % "pods: 3"),
        Example(_DEPLOYMENT % "", _LIMITS % ("min", "200m"), finds=("cannot-create-pods",)),
        Example(_DEPLOYMENT % "", _LIMITS % ("min", "50m")),
        Example(_DEPLOYMENT % "", _LEVEL % "restricted", finds=("cannot-create-pods",)),
        Example(_DEPLOYMENT % "", _LEVEL % "baseline"),
        Example(
            _ACCOUNT + "\n---" + _DEPLOYMENT % ", serviceAccountName: web",
            deleted=_ACCOUNT,
            finds=("cannot-create-pods",),
        ),
    ),
)  # fmt: skip
