"""Why nothing follows from a change for now: what a controller waits for before it acts on it."""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api import conditions
from kplan.api.object import Json
from kplan.controllers.job.controller import MANAGED_BY
from kplan.plan.progress import is_paused, updates_on_delete
from kplan.plan.reading import fields, number, text

_ON_DELETE: Final = "updateStrategy is OnDelete: each pod keeps the old template until it is deleted"


def inaction(before: Json | None, after: Json | None) -> str:
    """The reason, as a sentence that follows "no effect now"; empty if there is none."""
    if after is None or (before is not None and before.get("spec") == after.get("spec")):
        return ""
    reason = _REASONS.get((text(after, "apiVersion").rpartition("/")[0], text(after, "kind")))
    return reason(before, after) if reason else ""


def _deployment(before: Json | None, after: Json) -> str:
    if is_paused(after) and not number(after, "status", "replicas") and _replicas(after):
        return "the Deployment is paused: it has no pods until spec.paused is false (kubectl rollout resume)"
    if is_paused(after) and _new_template(before, after):
        return "the Deployment is paused: its pods change when spec.paused is false (kubectl rollout resume)"
    if before is not None and _new_template(before, after) and _replicas(before) == _replicas(after) > 0:
        return "the pod template means the same, only written otherwise, so pods keep running as they are"
    return _any(before, after)


def _stateful_set(before: Json | None, after: Json) -> str:
    if before is not None and _new_template(before, after):
        if updates_on_delete(after):
            return _ON_DELETE
        kept = number(after, "spec", "updateStrategy", "rollingUpdate", "partition")
        replicas = _replicas(after)
        if kept >= replicas > 0:
            return f"partition {kept} keeps all {replicas} pods at the old template: lower it to update them"
    return _any(before, after)


def _daemon_set(before: Json | None, after: Json) -> str:
    if before is not None and _new_template(before, after) and updates_on_delete(after):
        return _ON_DELETE
    if number(after, "status", "desiredNumberScheduled") == 0:
        return "no node is one for its pods: look at its nodeSelector, affinity and tolerations"
    return _same(before, after)


def _replica_set(before: Json | None, after: Json) -> str:
    if before is not None and _new_template(before, after) and _replicas(after):
        return f"a {text(after, 'kind')} makes only new pods from its template: delete the old ones to update them"
    return _any(before, after)


def _job(before: Json | None, after: Json) -> str:
    ended = next((name for name in ("Complete", "Failed") if conditions.is_true(after, name)), "")
    if ended:
        return f"the Job has ended ({ended}): it runs no more pods" if before is not None else ""
    manager = text(after, "spec", "managedBy") or MANAGED_BY
    if manager != MANAGED_BY:
        return f"the Job is left to {manager} (spec.managedBy), which is not simulated"
    suspended = fields(after, "spec").get("suspend") is True
    return "the Job is suspended: it has no pods until spec.suspend is false" if suspended else ""


def _cron_job(before: Json | None, after: Json) -> str:
    if fields(after, "spec").get("suspend") is True:
        return "the CronJob is suspended: it runs no Job until spec.suspend is false"
    zone = text(after, "spec", "timeZone")
    schedule = f"the schedule is {text(after, 'spec', 'schedule')!r}{f' in {zone}' if zone else ''}"
    if before is None:
        return f"no Job runs before its time: {schedule}"
    if fields(before, "spec").get("suspend") is True:
        return f"Jobs run again from the next time on: {schedule}"
    if fields(before, "spec", "jobTemplate") != fields(after, "spec", "jobTemplate"):
        return f"the next Job takes it: {schedule}"
    return f"it counts from the next Job on: {schedule}"


def _budget(before: Json | None, after: Json) -> str:
    del before
    counted = conditions.reason(after, "DisruptionAllowed") not in ("", "SyncFailed")
    unused = counted and not any(number(after, "status", one) for one in ("expectedPods", "currentHealthy"))
    return "its selector finds no pod, so it protects none" if unused else ""


def _any(before: Json | None, after: Json) -> str:
    return "it has 0 replicas, so no pod runs" if _replicas(after) == 0 else _same(before, after)


def _same(before: Json | None, after: Json) -> str:
    if before is None or _new_template(before, after) or _replicas(before) != _replicas(after):
        return ""
    return "the pod template stays the same, so pods keep running as they are"


def _new_template(before: Json | None, after: Json) -> bool:
    return before is None or fields(before, "spec", "template") != fields(after, "spec", "template")


def _replicas(value: Json) -> int:
    return number(value, "spec", "replicas", default=1)


_REASONS: Final[Mapping[tuple[str, str], Callable[[Json | None, Json], str]]] = {
    ("apps", "Deployment"): _deployment,
    ("apps", "ReplicaSet"): _replica_set,
    ("", "ReplicationController"): _replica_set,
    ("apps", "StatefulSet"): _stateful_set,
    ("apps", "DaemonSet"): _daemon_set,
    ("batch", "Job"): _job,
    ("batch", "CronJob"): _cron_job,
    ("policy", "PodDisruptionBudget"): _budget,
}
