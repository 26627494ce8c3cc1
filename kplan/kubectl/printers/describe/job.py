"""Jobs and CronJobs.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (JobDescriber, CronJobDescriber)
"""

from typing import Final

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import human
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import controlled_by, identity, labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.podtemplate import pod_template
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import (
    NONE,
    UNSET,
    capitalized_or_unset,
    go,
    moment,
    seconds_between,
)
from kplan.selectors.labels import Selector

_MANY_INDEXES: Final = 50


def job(value: Json, page: Page, scene: Scene) -> None:
    """A Job: how far it is, and the template of its pods."""
    spec = value["spec"]
    identity(page, value)
    page.field(0, "Selector", Selector.from_label_selector(spec.get("selector")))
    labelled(page, value)
    controlled_by(page, value)
    _terms(page, spec)
    _progress(page, spec, value.get("status") or {})
    pod_template(page, spec.get("template") or {})
    events(page, value, scene)


def _terms(page: Page, spec: Json) -> None:
    if spec.get("parallelism") is not None:
        page.field(0, "Parallelism", spec["parallelism"])
    page.field(0, "Completions", _or_unset(spec.get("completions")))
    for title, field in (
        ("Completion Mode", "completionMode"),
        ("Suspend", "suspend"),
        ("Backoff Limit", "backoffLimit"),
        ("TTL Seconds After Finished", "ttlSecondsAfterFinished"),
    ):
        if spec.get(field) is not None:
            page.field(0, title, go(spec[field]))


def _progress(page: Page, spec: Json, status: Json) -> None:
    started, completed = status.get("startTime"), status.get("completionTime")
    if started:
        page.field(0, "Start Time", moment(started))
    if completed:
        page.field(0, "Completed At", moment(completed))
    if started and completed:
        page.field(0, "Duration", human(seconds_between(started, completed)))
    if spec.get("activeDeadlineSeconds") is not None:
        page.field(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    active, succeeded, failed = (status.get(field, 0) for field in ("active", "succeeded", "failed"))
    ready = "" if status.get("ready") is None else f" ({status['ready']} Ready)"
    page.field(0, "Pods Statuses", f"{active} Active{ready} / {succeeded} Succeeded / {failed} Failed")
    if spec.get("completionMode") == "Indexed":
        page.field(0, "Completed Indexes", _indexes(str(status.get("completedIndexes") or "")))


def _indexes(text: str) -> str:
    """A long list ends after the interval that passes the limit."""
    cut = text.find(",", _MANY_INDEXES)
    return (text or NONE) if cut < 0 else f"{text[: cut + 1]}..."


def cron_job(value: Json, page: Page, scene: Scene) -> None:
    """A CronJob: its schedule, the template of its Jobs and those that run."""
    spec, status = value["spec"], value.get("status") or {}
    identity(page, value)
    labelled(page, value)
    page.field(0, "Schedule", spec.get("schedule") or "")
    page.field(0, "Concurrency Policy", spec.get("concurrencyPolicy") or "")
    page.field(0, "Suspend", capitalized_or_unset(spec.get("suspend")))
    for title, field in (
        ("Time Zone", "timeZone"),
        ("Successful Job History Limit", "successfulJobsHistoryLimit"),
        ("Failed Job History Limit", "failedJobsHistoryLimit"),
    ):
        page.field(0, title, _or_unset(spec.get(field)))
    page.field(0, "Starting Deadline Seconds", _or_unset(spec.get("startingDeadlineSeconds"), "s"))
    _job_template(page, (spec.get("jobTemplate") or {}).get("spec") or {})
    last = status.get("lastScheduleTime")
    page.field(0, "Last Schedule Time", moment(last) if last else UNSET)
    page.field(
        0, "Active Jobs", ", ".join(str(one.get("name") or "") for one in status.get("active") or ()) or NONE
    )
    events(page, value, scene)


def _job_template(page: Page, spec: Json) -> None:
    wanted = spec.get("selector")
    page.field(0, "Selector", UNSET if wanted is None else Selector.from_label_selector(wanted))
    page.field(0, "Parallelism", _or_unset(spec.get("parallelism")))
    page.field(0, "Completions", _or_unset(spec.get("completions")))
    if spec.get("activeDeadlineSeconds") is not None:
        page.field(0, "Active Deadline Seconds", f"{spec['activeDeadlineSeconds']}s")
    pod_template(page, spec.get("template") or {})


def _or_unset(value: object, unit: str = "") -> str:
    return UNSET if value is None else f"{value}{unit}"
