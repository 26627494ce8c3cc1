"""The columns of the kinds that make pods.

Upstream: pkg/printers/internalversion/printers.go
"""

from datetime import datetime
from typing import Any

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    UNSET,
    Cell,
    Column,
    Moment,
    Roster,
    at,
    containers_of,
    dig,
    human,
    labels_text,
    selector_text,
    since,
)

_TEMPLATE = ("spec", "template", "spec")
_CONDITIONS = ("Suspended", "FailureTarget", "SuccessCriteriaMet")


def _of(done: tuple[str, ...], wanted: tuple[str, ...]) -> Cell:
    return lambda value, _: f"{dig(value, *done, default=0)}/{dig(value, *wanted, default=0)}"


def _selector(*path: str) -> Column:
    return Column("SELECTOR", lambda value, _: selector_text(dig(value, *path)), wide=True)


def _count(heading: str, *path: str) -> Column:
    return Column(heading, at(*path, default=0))


def _job_status(job: Json, moment: Moment) -> str:
    del moment
    true = {
        one.get("type") for one in dig(job, "status", "conditions", default=()) if one.get("status") == "True"
    }
    for kind in ("Complete", "Failed"):
        if kind in true:
            return kind
    if dig(job, "metadata", "deletionTimestamp"):
        return "Terminating"
    return next((kind for kind in _CONDITIONS if kind in true), "Running")


def _completions(job: Json, moment: Moment) -> str:
    del moment
    succeeded, wanted = dig(job, "status", "succeeded", default=0), dig(job, "spec", "completions")
    if wanted is not None:
        return f"{succeeded}/{wanted}"
    parallelism = dig(job, "spec", "parallelism", default=0)
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(job: Json, moment: Moment) -> str:
    start, end = dig(job, "status", "startTime"), dig(job, "status", "completionTime")
    if not start:
        return ""
    until = datetime.fromisoformat(end) if end else moment.now
    return human((until - datetime.fromisoformat(start)).total_seconds())


def _last_schedule(cron_job: Json, moment: Moment) -> str:
    last = dig(cron_job, "status", "lastScheduleTime")
    return since(last, moment) if last else NONE


def _targets(autoscaler: Json, moment: Moment) -> str:
    del moment
    metrics = dig(autoscaler, "spec", "metrics", default=())
    current = dig(autoscaler, "status", "currentMetrics", default=())
    texts = [
        _metric(one, current[index] if index < len(current) else {}) for index, one in enumerate(metrics)
    ]
    text = ", ".join(texts[:2])
    return f"{text} + {len(texts) - 2} more..." if len(texts) > 2 else text or NONE


def _metric(spec: dict[str, Any], status: dict[str, Any]) -> str:
    kind = str(spec.get("type") or "")
    source = kind[:1].lower() + kind[1:]
    target, now = dig(spec, source, "target", default={}), dig(status, source, "current", default={})
    name = dig(spec, source, "name")
    if source in ("resource", "containerResource") and target.get("averageValue") is None:
        used = f"{now['averageUtilization']}%" if now.get("averageUtilization") is not None else UNKNOWN
        wanted = target.get("averageUtilization")
        return f"{name}: {used}/{f'{wanted}%' if wanted is not None else '<auto>'}"
    field = "averageValue" if target.get("averageValue") is not None else "value"
    text = f"{now.get(field, UNKNOWN)}/{target.get(field)}"
    if source in ("resource", "containerResource"):
        return f"{name}: {text}"
    return f"{text} (avg)" if field == "averageValue" and source != "pods" else text


def _controller(value: Json, moment: Moment) -> str:
    del moment
    for owner in dig(value, "metadata", "ownerReferences", default=()):
        if owner.get("controller"):
            group = str(owner.get("apiVersion") or "").rpartition("/")[0]
            kind = f"{owner.get('kind')}.{group}".lower() if group else str(owner.get("kind")).lower()
            return f"{kind}/{owner.get('name')}"
    return NONE


_REPLICAS = (
    NAME, _count("DESIRED", "spec", "replicas"), _count("CURRENT", "status", "replicas"),
    _count("READY", "status", "readyReplicas"), AGE, *containers_of(*_TEMPLATE),
)  # fmt: skip

COLUMNS: Roster = {
    ("apps", "Deployment"): (
        NAME, Column("READY", _of(("status", "readyReplicas"), ("spec", "replicas"))),
        _count("UP-TO-DATE", "status", "updatedReplicas"), _count("AVAILABLE", "status", "availableReplicas"), AGE,
        *containers_of(*_TEMPLATE), _selector("spec", "selector"),
    ),
    ("apps", "ReplicaSet"): (*_REPLICAS, _selector("spec", "selector")),
    ("", "ReplicationController"): (
        *_REPLICAS, Column("SELECTOR", lambda value, _: labels_text(dig(value, "spec", "selector")), wide=True),
    ),
    ("apps", "StatefulSet"): (
        NAME, Column("READY", _of(("status", "readyReplicas"), ("spec", "replicas"))), AGE, *containers_of(*_TEMPLATE),
    ),
    ("apps", "DaemonSet"): (
        NAME, _count("DESIRED", "status", "desiredNumberScheduled"), _count("CURRENT", "status", "currentNumberScheduled"),
        _count("READY", "status", "numberReady"), _count("UP-TO-DATE", "status", "updatedNumberScheduled"),
        _count("AVAILABLE", "status", "numberAvailable"),
        Column("NODE SELECTOR", lambda value, _: labels_text(dig(value, *_TEMPLATE, "nodeSelector"))), AGE,
        *containers_of(*_TEMPLATE), _selector("spec", "selector"),
    ),
    ("apps", "ControllerRevision"): (
        NAME, Column("CONTROLLER", _controller), Column("REVISION", at("revision", default=0)), AGE,
    ),
    ("batch", "Job"): (
        NAME, Column("STATUS", _job_status), Column("COMPLETIONS", _completions), Column("DURATION", _duration), AGE,
        *containers_of(*_TEMPLATE), _selector("spec", "selector"),
    ),
    ("batch", "CronJob"): (
        NAME, Column("SCHEDULE", at("spec", "schedule")), Column("TIMEZONE", at("spec", "timeZone", default=NONE)),
        Column("SUSPEND", lambda value, _: str(dig(value, "spec", "suspend", default=UNSET))),
        Column("ACTIVE", lambda value, _: len(dig(value, "status", "active", default=()))),
        Column("LAST SCHEDULE", _last_schedule), AGE, *containers_of("spec", "jobTemplate", *_TEMPLATE),
        Column("SELECTOR", lambda value, _: selector_text(dig(value, "spec", "jobTemplate", "spec", "selector", default={})), wide=True),
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): (
        NAME,
        Column("REFERENCE", lambda value, _: "/".join(str(dig(value, "spec", "scaleTargetRef", part)) for part in ("kind", "name"))),
        Column("TARGETS", _targets), Column("MINPODS", at("spec", "minReplicas", default=UNSET)),
        _count("MAXPODS", "spec", "maxReplicas"), _count("REPLICAS", "status", "currentReplicas"), AGE,
    ),
}  # fmt: skip
