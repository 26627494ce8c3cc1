"""Columns that older releases print otherwise.

Upstream: pkg/printers/internalversion/printers.go
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from kplan.api.batch import Job
from kplan.api.core.pod import Pod
from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import Column, Columns, Moment, of
from kplan.kubectl.printers.columns.pods import status
from kplan.kubectl.printers.columns.workloads import job_status
from kplan.schema.changes.behaviours import Behaviour, behaviours_of


def as_printed_by(version: str, kind: tuple[str, str], columns: Columns) -> Columns:
    """The columns of a kind in a release such as ``1.34``, by those of the default one."""
    for behaviour, about, before in _BEFORE:
        if about == kind and behaviour not in behaviours_of(version):
            columns = before(columns)
    return columns


def _age_second(columns: Columns) -> Columns:
    name, *others, age = columns
    return (name, age, *others)


def _secrets(columns: Columns) -> Columns:
    name, age = columns
    return (name, Column("SECRETS", _count_secrets), age)


def _count_secrets(account: Json, moment: Moment) -> int:
    del moment
    return len(account.get("secrets") or ())


def _with_status(column: Column, columns: Columns) -> Columns:
    return tuple(replace(one, cell=column.cell) if one.heading == "STATUS" else one for one in columns)


def _before_success(job: Job) -> str:
    word = job_status(job)
    return "Running" if word == "SuccessCriteriaMet" else word


_BEFORE: Final[tuple[tuple[Behaviour, tuple[str, str], Callable[[Columns], Columns]], ...]] = (
    (Behaviour.QUOTA_AGE_LAST, ("", "ResourceQuota"), _age_second),
    (Behaviour.UNCOUNTED_SECRETS, ("", "ServiceAccount"), _secrets),
    (Behaviour.JOB_SUCCESS_STATUS, ("batch", "Job"), partial(_with_status, Column("STATUS", of(Job, _before_success)))),
    (Behaviour.FAILED_POD_STATUS, ("", "Pod"), partial(_with_status, Column("STATUS", of(Pod, partial(status, tells_failed=False))))),
)  # fmt: skip
