"""What the API server checks of a Job's status: it hangs together, and what is final stays.

A rule is asked only where what it is about has changed, so that a status which is wrong already
can be mended step by step.
Upstream: pkg/apis/batch/validation/validation.go (ValidateJobUpdateStatus), pkg/registry/batch/job/strategy.go
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from kplan.api import conditions
from kplan.api.timestamps import parse_time
from kplan.apiserver import field
from kplan.apiserver.field import OMIT, ErrorList, FieldError
from kplan.apiserver.meta import Json, validate_object_meta_update
from kplan.apiserver.validation.batch_policies import IndexesError, count_indexes, parse_interval
from kplan.apiserver.validation.values import internal, non_negative
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple

_STATUS: Final = FieldPath.of("status")
_CONDITIONS: Final = _STATUS / "conditions"
_COUNTS: Final = ("active", "succeeded", "failed", "ready", "terminating")
_COMPLETE, _FAILED = "Complete", "Failed"
_TARGET, _MET = "FailureTarget", "SuccessCriteriaMet"


class _Side(NamedTuple):
    """A Job before or after a write, as far as the rules ask."""

    status: Json
    true: frozenset[str]
    """The types of its conditions that are true."""

    @property
    def finished(self) -> bool:
        return bool(self.true & {_COMPLETE, _FAILED})

    def number(self, name: str) -> int:
        return int(self.status.get(name) or 0)


class _Change(NamedTuple):
    """A Job and the Job before the update."""

    spec: Json
    new: _Side
    old: _Side

    def turned(self, *kinds: str) -> bool:
        """Whether one of these conditions became true, or no longer is."""
        return any((kind in self.new.true) != (kind in self.old.true) for kind in kinds)

    def differs(self, *names: str) -> bool:
        """Whether one of these fields of the status is another."""
        return any(
            (self.new.status.get(name) or None) != (self.old.status.get(name) or None) for name in names
        )

    @property
    def ends(self) -> bool:
        return self.new.finished != self.old.finished


def validate_job_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a Job."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    return [*errors, *job_status_errors(new, old)]


def job_status_errors(new: Json, old: Json) -> ErrorList:
    """What is wrong with the status alone."""
    change = _Change(new.get("spec") or {}, _side(new), _side(old))
    status = change.new.status
    errors = [error for name in _COUNTS for error in non_negative(_STATUS / name, status.get(name))]
    errors += _uncounted(status)
    errors += _conditions(change)
    errors += _end(change)
    errors += _indexes(change)
    errors += _pods(change)
    errors += _success(change)
    return [*errors, *_final(change)]


def _side(job: Json) -> _Side:
    status = job.get("status") or {}
    true = {item.get("type") for item in conditions.listed(status) if item.get("status") == "True"}
    return _Side(status, frozenset(filter(None, true)))


def _wrong(text: str) -> FieldError:
    return field.invalid(_CONDITIONS, OMIT, text)


def _uncounted(status: Mapping[str, Json]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for outcome in ("succeeded", "failed"):
        path = _STATUS.child("uncountedTerminatedPods", outcome)
        for index, uid in enumerate((status.get("uncountedTerminatedPods") or {}).get(outcome) or ()):
            if not uid:
                yield field.invalid(path / index, uid, "must not be empty")
            elif uid in seen:
                yield field.duplicate(path / index, uid)
            seen.add(uid)


def _conditions(change: _Change) -> Iterator[FieldError]:
    """Conditions that exclude each other, the time of completion, and what has to be said before the end."""
    true, status, when = change.new.true, change.new.status, _STATUS / "completionTime"
    completed, started = status.get("completionTime"), status.get("startTime")
    if change.turned(_COMPLETE, _FAILED) and true >= {_COMPLETE, _FAILED}:
        yield _wrong("cannot set Complete=True and Failed=true conditions")
    if change.turned(_COMPLETE, _TARGET) and true >= {_COMPLETE, _TARGET}:
        yield _wrong("cannot set Complete=True and FailureTarget=true conditions")
    if change.turned(_COMPLETE) or change.differs("completionTime"):
        if completed and _COMPLETE not in true:
            yield field.invalid(
                when, completed, "cannot set completionTime when there is no Complete=True condition"
            )
        if not completed and _COMPLETE in true:
            yield field.required(when, "completionTime is required for Complete jobs")
    timed = change.differs("startTime", "completionTime") and started and completed
    if timed and parse_time(completed) < parse_time(started):
        yield field.invalid(when, completed, "must be equal to or after `startTime`")
    if (
        (change.turned(_FAILED) or change.differs("failedIndexes"))
        and _FAILED in true
        and _TARGET not in true
    ):
        yield _wrong("cannot set Failed=True condition without the FailureTarget=true condition")
    if change.turned(_COMPLETE, _MET) and _COMPLETE in true and _MET not in true:
        yield _wrong("cannot set Complete=True condition without the SuccessCriteriaMet=true condition")


def _end(change: _Change) -> Iterator[FieldError]:
    """What a finished Job cannot have."""
    status, spec = change.new.status, change.spec
    if not change.new.finished:
        return
    if (change.ends or change.differs("active")) and change.new.number("active") > 0:
        yield field.invalid(_STATUS / "active", status["active"], "active>0 is invalid for finished job")
    nothing_to_do = bool(spec.get("suspend")) and spec.get("completions") == 0
    if (change.ends or change.differs("startTime")) and not nothing_to_do and not status.get("startTime"):
        yield field.required(_STATUS / "startTime", "startTime is required for finished job")
    uncounted = status.get("uncountedTerminatedPods") or {}
    changed = change.ends or change.differs("uncountedTerminatedPods")
    if changed and (uncounted.get("failed") or uncounted.get("succeeded")):
        shown = internal("batch.UncountedTerminatedPods", uncounted)
        yield field.invalid(_STATUS / "uncountedTerminatedPods", shown, "must be empty for finished job")


def _indexes(change: _Change) -> Iterator[FieldError]:
    """The lists of indexes: readable, of a Job that has indexes, and none in both."""
    status, spec = change.new.status, change.spec
    limit, total = spec.get("backoffLimitPerIndex"), spec.get("completions")
    completed, failed = status.get("completedIndexes") or "", status.get("failedIndexes")
    done, lost = (
        change.differs("completedIndexes"),
        status.get("failedIndexes") != change.old.status.get("failedIndexes"),
    )
    if done and total is not None:
        yield from _list("completedIndexes", completed, total)
    if lost and total is not None and limit is not None and failed is not None:
        yield from _list("failedIndexes", failed, total)
    if done and completed and spec.get("completionMode") != "Indexed":
        text = "cannot set non-empty completedIndexes when non-indexed completion mode"
        yield field.invalid(_STATUS / "completedIndexes", completed, text)
    if lost and limit is None and failed is not None:
        text = "cannot set non-null failedIndexes when backoffLimitPerIndex is null"
        yield field.invalid(_STATUS / "failedIndexes", failed, text)
    if (done or lost) and total is not None and completed and failed:
        common = _overlap(_intervals(completed, total), _intervals(failed, total))
        if common is not None:
            text = f"failedIndexes and completedIndexes overlap at index: {common}"
            yield field.invalid(_STATUS / "failedIndexes", failed, text)


def _list(name: str, text: str, total: int) -> Iterator[FieldError]:
    try:
        count_indexes(text, total)
    except IndexesError as error:
        yield field.invalid(_STATUS / name, text, f"error parsing {name}: {error}")


def _intervals(text: str, total: int) -> list[tuple[int, int]]:
    """Those of the intervals that can be read."""
    found = []
    for interval in text.split(","):
        try:
            found.append(parse_interval(interval, total))
        except IndexesError:
            continue
    return found


def _overlap(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> int | None:
    """The first index that is in both; of lists in order, as they are compared side by side."""
    at, also = 0, 0
    while at < len(one) and also < len(other):
        (start, end), (begin, stop) = one[at], other[also]
        if start <= stop and begin <= end:
            return max(start, begin)
        at, also = (at + 1, also) if start <= begin else (at, also + 1)
    return None


def _pods(change: _Change) -> Iterator[FieldError]:
    new, status = change.new, change.new.status
    if (change.ends or change.differs("terminating")) and new.finished and new.number("terminating") > 0:
        text = "terminating>0 is invalid for finished job"
        yield field.invalid(_STATUS / "terminating", status["terminating"], text)
    told = status.get("ready") is not None and change.differs("ready", "active")
    if told and new.number("ready") > new.number("active"):
        yield field.invalid(_STATUS / "ready", status["ready"], "cannot set more ready pods than active")


def _success(change: _Change) -> Iterator[FieldError]:
    true = change.new.true
    if true >= {_MET, _FAILED}:
        yield _wrong("cannot set SuccessCriteriaMet=True and Failed=true conditions")
    if true >= {_MET, _TARGET}:
        yield _wrong("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions")
    if change.spec.get("successPolicy") is not None and _COMPLETE in true and _MET not in true:
        yield _wrong("cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True")


def _final(change: _Change) -> Iterator[FieldError]:
    """What does not go back: final conditions, counts, times."""
    new, old = change.new, change.old
    for kind in (_FAILED, _COMPLETE, _TARGET):
        if kind in old.true - new.true:
            yield _wrong(f"cannot disable the terminal {kind}=True condition")
    for name in _falling(change):
        text = f"cannot decrease the {name} counter"
        yield field.invalid(_STATUS / name, new.number(name), text)
    done, before = new.status.get("completionTime"), old.status.get("completionTime")
    if done and before and done != before:
        yield field.invalid(_STATUS / "completionTime", done, "field is immutable")
    started, since = new.status.get("startTime"), old.status.get("startTime")
    suspended = conditions.find(conditions.listed(new.status), "Suspended") or {}
    resumed = "Suspended" in old.true and suspended.get("status") == "False"
    if since and since != started and not resumed and not change.spec.get("suspend"):
        text = "field is immutable for unsuspended job once set"
        yield field.invalid(_STATUS / "startTime", started, text)
    if _MET in old.true - new.true:
        yield _wrong("cannot disable the SuccessCriteriaMet=True condition")
    if _COMPLETE in old.true and _MET in new.true - old.true:
        yield _wrong("cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions")


def _falling(change: _Change) -> Iterable[str]:
    """The counts that are lower than they were; the succeeded ones of an indexed Job may be,
    as it can be made smaller.
    """
    spec = change.spec
    elastic = spec.get("completionMode") == "Indexed" and spec.get("completions") == spec.get("parallelism")
    counts = ("failed",) if elastic else ("failed", "succeeded")
    return [name for name in counts if change.new.number(name) < change.old.number(name)]
