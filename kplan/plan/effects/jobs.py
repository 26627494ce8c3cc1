"""How Jobs end: what becomes of them, and why those fail that fail."""

from collections.abc import Iterator

from kplan.api import conditions
from kplan.api.object import Json
from kplan.plan.change import Identity
from kplan.plan.effect import JobEffect, JobOutcome
from kplan.plan.effects.share import Share
from kplan.plan.reading import number

_ENDS = {"Complete": JobOutcome.SUCCEEDED, "Failed": JobOutcome.FAILED}


def job_effects(share: Share) -> Iterator[JobEffect]:
    """The Jobs that end and had not ended before; one that its TTL deletes afterwards is among them."""
    last: dict[str, JobEffect] = {}
    for entry in share.events:
        if (entry.object.group, entry.object.kind) != ("batch", "Job") or entry.value is None:
            continue
        before, ended = share.before(entry.object), job_end(entry.value)
        if ended and (before is None or _uid(before) != _uid(entry.value) or job_end(before) is None):
            last[_uid(entry.value)] = ended
    yield from last.values()


def job_end(job: Json) -> JobEffect | None:
    """How a Job ended; None while it has not."""
    for name, outcome in _ENDS.items():
        if conditions.is_true(job, name):
            found = conditions.of_type(job, name) or {}
            parts = (found.get("reason"), found.get("message")) if outcome is JobOutcome.FAILED else ()
            reason = ": ".join(str(part) for part in parts if part)
            succeeded, failed = number(job, "status", "succeeded"), number(job, "status", "failed")
            return JobEffect(Identity.of(job), outcome, succeeded, failed, reason)
    return None


def _uid(value: Json) -> str:
    return str(value["metadata"].get("uid") or "")
