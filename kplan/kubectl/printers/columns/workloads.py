"""The columns of the kinds that make pods.

Upstream: pkg/printers/internalversion/printers.go
"""

from datetime import datetime
from itertools import zip_longest

from kplan.api.apps import DaemonSet, Deployment, ReplicaSet, StatefulSet
from kplan.api.autoscaling import (
    HorizontalPodAutoscaler,
    MetricSpec,
    MetricStatus,
    MetricTarget,
    MetricValueStatus,
)
from kplan.api.batch import CronJob, Job
from kplan.api.core.pod import ReplicationController
from kplan.api.meta import LabelSelector
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    UNKNOWN,
    UNSET,
    Column,
    Moment,
    Roster,
    at,
    containers_of,
    human,
    labels_text,
    of,
    selector_text,
    since,
)

_TEMPLATE = ("spec", "template", "spec")
_CONDITIONS = ("Suspended", "FailureTarget", "SuccessCriteriaMet")


def _ready(value: Deployment | StatefulSet) -> str:
    return f"{value.status.ready_replicas}/{value.spec.replicas or 0}"


def _count(heading: str, *path: str) -> Column:
    return Column(heading, at(*path, default=0))


def job_status(job: Job) -> str:
    """The word for a Job's state."""
    true = {one.type for one in job.status.conditions if one.status == "True"}
    for kind in ("Complete", "Failed"):
        if kind in true:
            return kind
    if job.metadata.deletion_timestamp:
        return "Terminating"
    return next((kind for kind in _CONDITIONS if kind in true), "Running")


def _completions(job: Job) -> str:
    succeeded, wanted = job.status.succeeded, job.spec.completions
    if wanted is not None:
        return f"{succeeded}/{wanted}"
    parallelism = job.spec.parallelism or 0
    return f"{succeeded}/1 of {parallelism}" if parallelism > 1 else f"{succeeded}/1"


def _duration(value: Json, moment: Moment) -> str:
    status = Job(value).status
    if not status.start_time:
        return ""
    until = datetime.fromisoformat(status.completion_time) if status.completion_time else moment.now
    return human((until - datetime.fromisoformat(status.start_time)).total_seconds())


def _last_schedule(value: Json, moment: Moment) -> str:
    last = CronJob(value).status.last_schedule_time
    return since(last, moment) if last else NONE


def _job_selector(cron_job: CronJob) -> str:
    return selector_text(cron_job.spec.job_template.spec.selector or LabelSelector({}))


def _targets(autoscaler: HorizontalPodAutoscaler) -> str:
    metrics, current = autoscaler.spec.metrics, autoscaler.status.current_metrics
    texts = [
        _metric(one, now or MetricStatus({})) for one, now in zip_longest(metrics, current[: len(metrics)])
    ]
    text = ", ".join(texts[:2])
    return f"{text} + {len(texts) - 2} more..." if len(texts) > 2 else text or NONE


def _metric(spec: MetricSpec, status: MetricStatus) -> str:
    resource = spec.container_resource if spec.type == "ContainerResource" else spec.resource
    if spec.type in ("Resource", "ContainerResource") and resource is not None:
        measured = status.container_resource if spec.type == "ContainerResource" else status.resource
        return f"{resource.name}: {_used(resource.target, measured.current if measured else None)}"
    source, seen = {
        "Pods": (spec.pods, status.pods),
        "Object": (spec.object, status.object),
        "External": (spec.external, status.external),
    }.get(spec.type, (None, None))
    target = source.target if source else MetricTarget({})
    text = _compared(target, seen.current if seen else None)
    return f"{text} (avg)" if target.average_value is not None and spec.type != "Pods" else text


def _used(target: MetricTarget, now: MetricValueStatus | None) -> str:
    if target.average_value is not None:
        return _compared(target, now)
    share = now.average_utilization if now else None
    wanted = target.average_utilization
    return f"{UNKNOWN if share is None else f'{share}%'}/{'<auto>' if wanted is None else f'{wanted}%'}"


def _compared(target: MetricTarget, now: MetricValueStatus | None) -> str:
    average = target.average_value is not None
    seen = None if now is None else now.average_value if average else now.value
    return f"{UNKNOWN if seen is None else seen}/{target.average_value if average else target.value}"


def _controller(value: Json, moment: Moment) -> str:
    del moment
    owner = controller_of(value)
    if owner is None:
        return NONE
    group = owner["apiVersion"].rpartition("/")[0]
    return f"{owner['kind']}{f'.{group}' if group else ''}".lower() + f"/{owner['name']}"


_REPLICAS = (
    NAME, _count("DESIRED", "spec", "replicas"), _count("CURRENT", "status", "replicas"),
    _count("READY", "status", "readyReplicas"), AGE, *containers_of(*_TEMPLATE),
)  # fmt: skip

COLUMNS: Roster = {
    ("apps", "Deployment"): (
        NAME, Column("READY", of(Deployment, _ready)),
        _count("UP-TO-DATE", "status", "updatedReplicas"), _count("AVAILABLE", "status", "availableReplicas"), AGE,
        *containers_of(*_TEMPLATE), Column("SELECTOR", of(Deployment, lambda one: selector_text(one.spec.selector)), wide=True),
    ),
    ("apps", "ReplicaSet"): (*_REPLICAS, Column("SELECTOR", of(ReplicaSet, lambda one: selector_text(one.spec.selector)), wide=True)),
    ("", "ReplicationController"): (
        *_REPLICAS, Column("SELECTOR", of(ReplicationController, lambda one: labels_text(one.spec.selector)), wide=True),
    ),
    ("apps", "StatefulSet"): (
        NAME, Column("READY", of(StatefulSet, _ready)), AGE, *containers_of(*_TEMPLATE),
    ),
    ("apps", "DaemonSet"): (
        NAME, _count("DESIRED", "status", "desiredNumberScheduled"), _count("CURRENT", "status", "currentNumberScheduled"),
        _count("READY", "status", "numberReady"), _count("UP-TO-DATE", "status", "updatedNumberScheduled"),
        _count("AVAILABLE", "status", "numberAvailable"),
        Column("NODE SELECTOR", of(DaemonSet, lambda one: labels_text(one.spec.template.spec.node_selector))), AGE,
        *containers_of(*_TEMPLATE), Column("SELECTOR", of(DaemonSet, lambda one: selector_text(one.spec.selector)), wide=True),
    ),
    ("apps", "ControllerRevision"): (
        NAME, Column("CONTROLLER", _controller), Column("REVISION", at("revision", default=0)), AGE,
    ),
    ("batch", "Job"): (
        NAME, Column("STATUS", of(Job, job_status)), Column("COMPLETIONS", of(Job, _completions)), Column("DURATION", _duration), AGE,
        *containers_of(*_TEMPLATE), Column("SELECTOR", of(Job, lambda one: selector_text(one.spec.selector)), wide=True),
    ),
    ("batch", "CronJob"): (
        NAME, Column("SCHEDULE", at("spec", "schedule")), Column("TIMEZONE", at("spec", "timeZone", default=NONE)),
        Column("SUSPEND", of(CronJob, lambda one: str(UNSET if one.spec.suspend is None else one.spec.suspend))),
        Column("ACTIVE", of(CronJob, lambda one: len(one.status.active))),
        Column("LAST SCHEDULE", _last_schedule), AGE, *containers_of("spec", "jobTemplate", *_TEMPLATE),
        Column("SELECTOR", of(CronJob, _job_selector), wide=True),
    ),
    ("autoscaling", "Scale"): (
        NAME, Column("DESIRED", at("spec", "replicas", default="0")), Column("AVAILABLE", at("status", "replicas", default="0")), AGE,
    ),
    ("autoscaling", "HorizontalPodAutoscaler"): (
        NAME,
        Column("REFERENCE", of(HorizontalPodAutoscaler, lambda one: f"{one.spec.scale_target_ref.kind}/{one.spec.scale_target_ref.name}")),
        Column("TARGETS", of(HorizontalPodAutoscaler, _targets)), Column("MINPODS", at("spec", "minReplicas", default=UNSET)),
        _count("MAXPODS", "spec", "maxReplicas"), _count("REPLICAS", "status", "currentReplicas"), AGE,
    ),
}  # fmt: skip
