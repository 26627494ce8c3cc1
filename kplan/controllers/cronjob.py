"""CronJobs: a Job at every time of a schedule, as far as concurrency, deadlines and suspension allow.

Upstream: pkg/controller/cronjob/{cronjob_controllerv2,utils}.go
"""

from copy import deepcopy
from datetime import UTC, datetime, timedelta

from kplan.api import conditions
from kplan.api.cron import Interval, Schedule, ScheduleError, known_time_zone, parse_schedule, time_zone
from kplan.api.jobs import active_of
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.owners import is_controlled_by, new_controller_ref
from kplan.apiserver.errors import StatusError
from kplan.namedtuples import NamedTuple
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.clock import MILLISECOND, START, Instant, as_datetime, from_datetime, rfc3339
from kplan.simulation.reconciler import (
    DONE,
    Context,
    ObjectKey,
    Request,
    Result,
    Watch,
    its_controller,
    itself,
)

SCHEDULED_TIMESTAMP = "batch.kubernetes.io/cronjob-scheduled-timestamp"
MANY_MISSED = 100

_DELTA: Instant = 100 * MILLISECOND


class Missed(NamedTuple):
    """The time that is due, since when times count, and whether any or very many were missed."""

    earliest: datetime
    due: datetime | None = None
    any: bool = False
    many: bool = False


class CronJobController:
    """Starts the Jobs of CronJobs and tidies up after them."""

    name = "cronjob-controller"

    def __init__(self) -> None:
        self.watches = (
            Watch("batch", "CronJob", itself),
            Watch("batch", "Job", its_controller("batch", "CronJob")),
        )

    def reconcile(self, request: Request, context: Context) -> Result:
        """Account for the Jobs, start the one that is due, delete old ones (sync)."""
        cron = context.cache.find(request)
        if cron is None:
            return DONE
        sync = _Sync(context, cron)
        sync.clean_up()
        result = sync.run()
        sync.write()
        return result


class _Sync:
    """One pass over a CronJob."""

    def __init__(self, context: Context, cron: Json) -> None:
        self.context = context
        self.cron = cron
        self.status: Json = deepcopy(status_of(cron))
        self.jobs = list(context.cache.controlled_by(cron["metadata"]["uid"], "batch", "Job"))

    @property
    def now(self) -> datetime:
        """The time."""
        return as_datetime(self.context.now)

    @property
    def active(self) -> list[Json]:
        """References to the Jobs that are known to run."""
        return active_of(self.status)

    def write(self) -> None:
        """Write the status if it changed."""
        if self.status != status_of(self.cron):
            self.context.client.update_status({**self.cron, "status": self.status})

    def run(self) -> Result:
        """What syncCronJob does."""
        self._account()
        spec = self.cron["spec"]
        if self.cron["metadata"].get("deletionTimestamp") is not None:
            return DONE
        zone = spec.get("timeZone")
        if zone is not None and not known_time_zone(zone):
            self._warn("UnknownTimeZone", f'invalid timeZone: "{zone}": unknown time zone {zone}')
            return DONE
        if spec.get("suspend"):
            return DONE
        try:
            schedule = parse_schedule(_with_zone(spec))
        except ScheduleError as problem:
            self._warn("UnparseableSchedule", f'unparseable schedule: "{spec["schedule"]}" : {problem}')
            return DONE
        return self._start_due(schedule)

    def _start_due(self, schedule: Schedule | Interval) -> Result:
        if schedule.next(self.now) is None:
            text = "time difference between two schedules is less than 1 second"
            self._warn("InvalidSchedule", f"invalid schedule: {self.cron['spec']['schedule']} : {text}")
            return DONE
        missed = most_recent(self.cron, self.status, self.now, schedule, deadline=True)
        if missed.many:
            text = "too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew"
            self._warn("TooManyMissedTimes", text)
        later = self._next(schedule)
        due = missed.due
        if due is None:
            return later
        spec, limit = self.cron["spec"], self.cron["spec"].get("startingDeadlineSeconds")
        if limit is not None and limit < (self.now - due).total_seconds():
            stamp = due.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S +0000")
            self._warn("MissSchedule", f"Missed scheduled time to start a job: {stamp}")
            return later
        name = job_name(self.cron, due)
        if any(item.get("name") == name for item in self.active) or self.status.get(
            "lastScheduleTime"
        ) == _stamp(due):
            return later
        policy = spec.get("concurrencyPolicy")
        if policy == "Forbid" and self.active:
            text = "Not starting job because prior execution is running and concurrency policy is Forbid"
            self.context.event(self.cron, "Normal", "JobAlreadyActive", text)
            return later
        if policy == "Replace":
            for reference in self.active:
                self._delete(reference)
        return later if self._create(due) else DONE

    def _account(self) -> None:
        """Notice Jobs that finished, appeared or vanished."""
        known = {item.get("uid") for item in self.active}
        for job in self.jobs:
            uid, name = job["metadata"]["uid"], job["metadata"]["name"]
            end = finished(job)
            if uid not in known and not end:
                text = f"Saw a job that the controller did not create or forgot: {name}"
                self._warn("UnexpectedJob", text)
            elif end:
                if uid in known:
                    self._drop(uid)
                    text = f"Saw completed job: {name}, condition: {end}"
                    self.context.event(self.cron, "Normal", "SawCompletedJob", text)
                completed = status_of(job).get("completionTime")
                last = self.status.get("lastSuccessfulTime")
                if end == "Complete" and completed and (last is None or completed > last):
                    self.status["lastSuccessfulTime"] = completed
        present = {job["metadata"]["uid"] for job in self.jobs}
        for reference in self.active:
            if reference.get("uid") not in present:
                text = f"Active job went missing: {reference.get('name')}"
                self.context.event(self.cron, "Normal", "MissingJob", text)
                self._drop(reference.get("uid"))

    def _create(self, due: datetime) -> bool:
        """Start the Job of a time; the answer says whether to look again later."""
        wanted = job_for(self.cron, due, annotated=self.context.does(Behaviour.CRONJOBS_SCHEDULED_ANNOTATION))
        namespace, name = self.cron["metadata"]["namespace"], wanted["metadata"]["name"]
        try:
            job = self.context.client.create(wanted)
        except StatusError as refusal:
            if refusal.reason != "AlreadyExists":
                if not any(cause.type == "NamespaceTerminating" for cause in refusal.causes):
                    self._warn("FailedCreate", f"Error creating job: {refusal.message}")
                raise
            job = self.context.client.get(ObjectKey("batch", "Job", namespace, name))
            if not is_controlled_by(job, self.cron):
                return False
        else:
            self.context.event(self.cron, "Normal", "SuccessfulCreate", f"Created job {name}")
        metadata = job["metadata"]
        reference = {
            "apiVersion": "batch/v1", "kind": "Job", "namespace": namespace, "name": name,
            "uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"],
        }  # fmt: skip
        self.status["active"] = [*self.active, reference]
        self.status["lastScheduleTime"] = _stamp(due)
        return True

    def clean_up(self) -> None:
        """Delete the oldest finished Jobs beyond the limits (cleanupFinishedJobs)."""
        spec = self.cron["spec"]
        for end, limit in (("Complete", "successfulJobsHistoryLimit"), ("Failed", "failedJobsHistoryLimit")):
            most = spec.get(limit)
            if most is None:
                continue
            ended = sorted((job for job in self.jobs if finished(job) == end), key=_start_order)
            for job in ended[: max(0, len(ended) - most)]:
                self._delete({"name": job["metadata"]["name"], "uid": job["metadata"]["uid"]})

    def _delete(self, reference: Json) -> None:
        key = ObjectKey("batch", "Job", self.cron["metadata"]["namespace"], reference["name"])
        try:
            self.context.client.delete(key, propagation="Background")
        except StatusError as refusal:
            self._warn("FailedDelete", f"Deleted job: {refusal.message}")
            return
        self._drop(reference.get("uid"))
        self.context.event(self.cron, "Normal", "SuccessfulDelete", f"Deleted job {reference['name']}")

    def _drop(self, uid: str | None) -> None:
        left = [item for item in self.active if item.get("uid") != uid]
        if left:
            self.status["active"] = left
        else:
            self.status.pop("active", None)

    def _next(self, schedule: Schedule | Interval) -> Result:
        """When to look again: just after the next time."""
        missed = most_recent(self.cron, self.status, self.now, schedule, deadline=False)
        base = missed.due or (self.now if missed.any else missed.earliest)
        following = schedule.next(base)
        if following is None:
            return DONE
        return Result(requeue_after=from_datetime(following) + _DELTA - self.context.now, background=True)

    def _warn(self, reason: str, message: str) -> None:
        self.context.event(self.cron, "Warning", reason, message)


def most_recent(
    cron: Json, status: Json, now: datetime, schedule: Schedule | Interval, *, deadline: bool
) -> Missed:
    """The latest time of the schedule that has passed and was not served (mostRecentScheduleTime)."""
    created = cron["metadata"].get("creationTimestamp") or rfc3339(START)
    earliest = datetime.fromisoformat(status.get("lastScheduleTime") or created)
    limit = cron["spec"].get("startingDeadlineSeconds")
    if deadline and limit is not None and limit < (now - earliest).total_seconds():
        earliest = now - timedelta(seconds=limit)
    first = schedule.next(earliest)
    second = schedule.next(first) if first is not None else None
    if first is None or now < first:
        return Missed(earliest)
    if second is None or now < second:
        return Missed(earliest, first)
    between = max(1, round((second - first).total_seconds()))
    count = int((now - first).total_seconds()) // between + 1
    due: datetime | None = None
    moment = schedule.next(first + timedelta(seconds=(count - 2) * between))
    while moment is not None and moment <= now:
        due, moment = moment, schedule.next(moment)
    return Missed(earliest, due, any=count > 0, many=count > MANY_MISSED)


def job_for(cron: Json, due: datetime, *, annotated: bool = True) -> Json:
    """The Job of a scheduled time; ``annotated`` says so in an annotation."""
    template, metadata = cron["spec"]["jobTemplate"], cron["metadata"]
    source = template.get("metadata") or {}
    zone = cron["spec"].get("timeZone")
    local = due.astimezone(time_zone(zone)) if zone else due.astimezone(UTC)
    stamp = local.strftime("%Y-%m-%dT%H:%M:%S") + _offset(local)
    scheduled = {SCHEDULED_TIMESTAMP: stamp} if annotated else {}
    made: Json = {
        "name": job_name(cron, due),
        "namespace": metadata["namespace"],
        "annotations": {**(source.get("annotations") or {}), **scheduled},
        "ownerReferences": [new_controller_ref(cron)],
    }
    if source.get("labels"):
        made["labels"] = dict(source["labels"])
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": made, "spec": deepcopy(template["spec"])}


def job_name(cron: Json, due: datetime) -> str:
    """The CronJob's name and the minutes since the epoch."""
    return f"{cron['metadata']['name']}-{int(due.timestamp()) // 60}"


def finished(job: Json) -> str:
    """Complete or Failed, or the empty string."""
    present = conditions.of(job)
    for kind in ("Complete", "Failed"):
        end = conditions.find(present, kind)
        if end is not None and end.get("status") == "True":
            return kind
    return ""


def _with_zone(spec: Json) -> str:
    zone, schedule = spec.get("timeZone"), str(spec["schedule"])
    return f"TZ={zone} {schedule}" if zone and "TZ" not in schedule else schedule


def _offset(local: datetime) -> str:
    minutes = int((local.utcoffset() or timedelta()).total_seconds()) // 60
    if minutes == 0:
        return "Z"
    sign, minutes = ("-", -minutes) if minutes < 0 else ("+", minutes)
    return f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"


def _stamp(moment: datetime) -> str:
    return rfc3339(from_datetime(moment))


def _start_order(job: Json) -> tuple[bool, str, str]:
    """Sort key: by start time, Jobs that never started last, then by name."""
    start = status_of(job).get("startTime")
    return (start is None, start or "", job["metadata"]["name"])
