"""How new pods of a workload differ from the running ones although its template is the same.

- ``next-pods-differ``: admission gives new pods other defaults: limits, a priority, credentials, or whether they get a
  token. Those that a rollout of the same plan creates have them at once.

Upstream: plugin/pkg/admission/{limitranger,priority,serviceaccount,runtimeclass}
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.plan.change import FieldEdit
from kplan.plan.diff import edits
from kplan.plan.finder import Action, Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.plan.trials import final_trial, prior_trial
from kplan.plan.workloads import Workload, workloads
from kplan.sentences import counted

_ACCESS_VOLUME: Final = "kube-api-access-"
_SHOWN: Final = 3


def find(change: Change, world: World) -> Iterator[Consequence]:
    """Compare the next pod of each workload that the change may concern, as it would have been and as it will be."""
    if change.action is Action.REFUSED or world.before(change) == world.after(change):
        return
    for workload in world.once(_workloads):
        running = len(world.once(_running).get(workload.identity, ()))
        if (running or _rolls(workload, world)) and _concerns(change, workload):
            before, after = (world.once(trial).pod_of(workload) for trial in (prior_trial, final_trial))
            differs = list(_differences(before, after)) if before and after else []
            if differs:
                yield Consequence(
                    "next-pods-differ", workload.identity, _message(_few(differs), running), Severity.INFO
                )


def _message(differs: str, running: int) -> str:
    if not running:
        return f"rolls to pods with {differs}, which its template does not say"
    kept = f"the {counted(running, 'pod')} that run{'s' if running == 1 else ''} now"
    keep = f"{kept} keep{'s' if running == 1 else ''} what {'it has' if running == 1 else 'they have'}"
    return f"gets new pods with {differs}; {keep}"


def _rolls(workload: Workload, world: World) -> bool:
    """Whether all pods of a workload that was there before are new."""
    one = workload.identity
    return bool(workload.pods) and one.key in world.prior


def _workloads(world: World) -> tuple[Workload, ...]:
    return tuple(one for one in workloads(world.final) if one.identity.kind != "Pod")


def _running(world: World) -> Mapping[Identity, tuple[Json, ...]]:
    """The pods of each workload that are there before and after."""
    known = {pod["metadata"]["uid"] for pod in world.prior.list("", "Pod")}
    return {
        one.identity: tuple(pod for pod in one.pods if pod["metadata"]["uid"] in known)
        for one in world.once(_workloads)
    }


def _concerns(change: Change, workload: Workload) -> bool:
    one, spec = change.object, workload.spec
    if one.namespace not in ("", workload.identity.namespace):
        return False
    if one.kind == "ServiceAccount":
        return bool(one.name == spec.get("serviceAccountName", "default"))
    if one.kind == "PriorityClass":
        return bool(one.name == spec.get("priorityClassName", one.name))
    return one.kind != "RuntimeClass" or spec.get("runtimeClassName") == one.name


def _differences(before: Json, after: Json) -> Iterator[str]:
    had, has = _has_token(before), _has_token(after)
    if had != has:
        yield "a token for the API" if has else "no token for the API"
    yield from map(_in_words, edits(_spec_alone(before), _spec_alone(after)))


def _spec_alone(pod: Json) -> Json:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {}, "spec": pod["spec"]}


def _has_token(pod: Json) -> bool:
    return any(one["name"].startswith(_ACCESS_VOLUME) for one in pod["spec"].get("volumes") or ())


def _in_words(edit: FieldEdit) -> str:
    path = edit.path.removeprefix("spec.")
    if edit.after is None:
        return f"no {path}"
    if ".env[" in path or path.endswith(".env"):
        return f"{path} set"  # variables may hold credentials
    return f"{path} {_text(edit.after)}" + ("" if edit.before is None else f" (before: {_text(edit.before)})")


def _text(value: object) -> str:
    """A value in few words: names of lists of names, amounts of maps of amounts."""
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value)
    if isinstance(value, dict):
        return (
            _text(value["name"])
            if set(value) == {"name"}
            else ", ".join(f"{name} {_text(one)}" for name, one in value.items())
        )
    return str(value)


def _few(texts: list[str]) -> str:
    more = len(texts) - _SHOWN
    return "; ".join(texts if more <= 0 else [*texts[:_SHOWN], f"{more} more"])


_DEPLOYMENT: Final = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web%s}]}
---
"""
_LIMITS: Final = """
apiVersion: v1
kind: LimitRange
metadata: {name: limits}
spec: {limits: [{type: Container, %s: {cpu: %s}}]}
"""
_ACCOUNT: Final = "{apiVersion: v1, kind: ServiceAccount, metadata: {name: default}%s}"
_PRIORITY: Final = "{apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, metadata: {name: usual}, value: 100, globalDefault: %s}"

FINDER = Finder(
    kinds=frozenset(
        {
            "LimitRange", "ServiceAccount", "PriorityClass.scheduling.k8s.io", "RuntimeClass.node.k8s.io",
            "MutatingAdmissionPolicy.admissionregistration.k8s.io",
            "MutatingAdmissionPolicyBinding.admissionregistration.k8s.io",
        }
    ),
    find=find,
    examples=(
        Example(_DEPLOYMENT % "", _LIMITS % ("default", "100m"), finds=("next-pods-differ",)),
        Example(
            _DEPLOYMENT % "", _DEPLOYMENT % ", env: [{name: a}]" + _LIMITS % ("default", "100m"),
            finds=("next-pods-differ",),
        ),
        Example(_LIMITS % ("default", "100m"), _DEPLOYMENT % ""),
        Example(_DEPLOYMENT % "", _ACCOUNT % ", automountServiceAccountToken: false", finds=("next-pods-differ",)),
        Example(_DEPLOYMENT % "", _ACCOUNT % ", imagePullSecrets: [{name: registry}]", finds=("next-pods-differ",)),
        Example(_DEPLOYMENT % "", _PRIORITY % "true", finds=("next-pods-differ",)),
        Example(_DEPLOYMENT % "", _PRIORITY % "false"),
        Example(_DEPLOYMENT % ", resources: {limits: {cpu: 50m}}", _LIMITS % ("default", "100m")),
    ),
)  # fmt: skip
