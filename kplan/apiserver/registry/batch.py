"""Strategies of the batch group.

Upstream: pkg/registry/batch
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.gates import drop_disabled_template_fields
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    create_with_status,
    in_turn,
    only_status,
    update_with_status,
)
from kplan.apiserver.validation import batch as validation
from kplan.apiserver.validation.job_status import validate_job_status_update
from kplan.apiserver.warnings import workloads

GROUP: Final = "batch"
_CONTROLLER_UID: Final = "batch.kubernetes.io/controller-uid"
_NAME_LABELS: Final = ("job-name", "batch.kubernetes.io/job-name")
_UID_LABELS: Final = ("controller-uid", _CONTROLLER_UID)


def generate_selector(job: Json, _context: Context) -> None:
    """Prepare a Job: unless it brings its own selector, its pods are found by the job's uid."""
    spec = job["spec"]
    drop_disabled_template_fields(spec.get("template"), None)
    if spec.get("manualSelector"):
        return
    metadata = spec.setdefault("template", {}).setdefault("metadata", {})
    # Upstream's defaulted labels of the Job are its template's own map, so both get these.
    labels = metadata.setdefault("labels", {})
    uid = job["metadata"]["uid"]
    for label in _NAME_LABELS:
        labels.setdefault(label, job["metadata"].get("name") or "")
    for label in _UID_LABELS:
        labels.setdefault(label, uid)
    spec.setdefault("selector", {}).setdefault("matchLabels", {}).setdefault(_CONTROLLER_UID, uid)


def update_job(new: Json, old: Json, _context: Context) -> None:
    """Prepare a Job's update."""
    drop_disabled_template_fields(
        (new.get("spec") or {}).get("template"), (old.get("spec") or {}).get("template")
    )


def create_cron_job(obj: Json, _context: Context) -> None:
    """Prepare a CronJob."""
    drop_disabled_template_fields(_job_template(obj), None)


def update_cron_job(new: Json, old: Json, _context: Context) -> None:
    """Prepare a CronJob's update."""
    drop_disabled_template_fields(_job_template(new), _job_template(old))


def _job_template(cron_job: Json) -> Json | None:
    template = ((cron_job.get("spec") or {}).get("jobTemplate") or {}).get("spec") or {}
    found: Json | None = template.get("template")
    return found


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Job",
        validation.validate_job,
        validation.validate_job_update,
        prepare_for_create=in_turn(generate_selector, create_with_status),
        prepare_for_update=in_turn(update_job, update_with_status),
        prepare_for_status_update=only_status,
        validate_status_update=validate_job_status_update,
        default_propagation="Orphan",
        warnings=workloads.for_job,
    ),
    Strategy(
        GROUP,
        "CronJob",
        validation.validate_cron_job,
        validation.validate_cron_job_update,
        prepare_for_create=in_turn(create_cron_job, create_with_status),
        prepare_for_update=in_turn(update_cron_job, update_with_status),
        prepare_for_status_update=only_status,
        warnings=workloads.for_cron_job,
    ),
)
