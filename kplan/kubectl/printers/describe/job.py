"""Jobs and CronJobs.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (JobDescriber, CronJobDescriber)
"""

from typing import Final

from kplan.api.batch import CronJob, Job, JobSpec, JobStatus
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
    chosen,
    go,
    joined,
    moment,
    or_unset,
    seconds_between,
)

_MANY_INDEXES: Final = 50


def job(value: Json, page: Page, scene: Scene) -> None:
    """A Job: how far it is, and the template of its pods."""
    found = Job(value)
    identity(page, value)
    page.field(0, "Selector", chosen(found.spec.selector))
    labelled(page, value)
    controlled_by(page, value)
    _terms(page, found.spec)
    _progress(page, found.spec, found.status)
    pod_template(page, found.spec.template)
    events(page, value, scene)


def _terms(page: Page, spec: JobSpec) -> None:
    if spec.parallelism is not None:
        page.field(0, "Parallelism", spec.parallelism)
    page.field(0, "Completions", or_unset(spec.completions))
    for title, term in (
        ("Completion Mode", spec.completion_mode),
        ("Suspend", spec.suspend),
        ("Backoff Limit", spec.backoff_limit),
        ("TTL Seconds After Finished", spec.ttl_seconds_after_finished),
    ):
        if term is not None:
            page.field(0, title, go(term))


def _progress(page: Page, spec: JobSpec, status: JobStatus) -> None:
    started, completed = status.start_time, status.completion_time
    if started:
        page.field(0, "Start Time", moment(started))
    if completed:
        page.field(0, "Completed At", moment(completed))
    if started and completed:
        page.field(0, "Duration", human(seconds_between(started, completed)))
    _deadline(page, spec)
    ready = "" if status.ready is None else f" ({status.ready} Ready)"
    counts = f"{status.active} Active{ready} / {status.succeeded} Succeeded / {status.failed} Failed"
    page.field(0, "Pods Statuses", counts)
    if spec.completion_mode == "Indexed":
        page.field(0, "Completed Indexes", _indexes(status.completed_indexes))


def _deadline(page: Page, spec: JobSpec) -> None:
    if spec.active_deadline_seconds is not None:
        page.field(0, "Active Deadline Seconds", f"{spec.active_deadline_seconds}s")


def _indexes(text: str) -> str:
    """A long list ends after the interval that passes the limit."""
    cut = text.find(",", _MANY_INDEXES)
    return (text or NONE) if cut < 0 else f"{text[: cut + 1]}..."


def cron_job(value: Json, page: Page, scene: Scene) -> None:
    """A CronJob: its schedule, the template of its Jobs and those that run."""
    found = CronJob(value)
    spec, status = found.spec, found.status
    identity(page, value)
    labelled(page, value)
    page.field(0, "Schedule", spec.schedule)
    page.field(0, "Concurrency Policy", spec.concurrency_policy)
    page.field(0, "Suspend", capitalized_or_unset(spec.suspend))
    page.field(0, "Time Zone", or_unset(spec.time_zone))
    page.field(0, "Successful Job History Limit", or_unset(spec.successful_jobs_history_limit))
    page.field(0, "Failed Job History Limit", or_unset(spec.failed_jobs_history_limit))
    page.field(0, "Starting Deadline Seconds", or_unset(spec.starting_deadline_seconds, "s"))
    _job_template(page, spec.job_template.spec)
    last = status.last_schedule_time
    page.field(0, "Last Schedule Time", moment(last) if last else UNSET)
    page.field(0, "Active Jobs", joined((one.name for one in status.active), ", ", NONE))
    events(page, value, scene)


def _job_template(page: Page, spec: JobSpec) -> None:
    page.field(0, "Selector", UNSET if spec.selector is None else chosen(spec.selector))
    page.field(0, "Parallelism", or_unset(spec.parallelism))
    page.field(0, "Completions", or_unset(spec.completions))
    _deadline(page, spec)
    pod_template(page, spec.template)
