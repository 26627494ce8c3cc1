"""What the API server checks of Jobs and CronJobs.

The specs are checked in batch_job; here are names, generated selectors, schedules and what an update may change.
Upstream: pkg/apis/batch/validation/validation.go, pkg/registry/batch/job/strategy.go
"""

import re
from typing import Final

from kplan.api.cron import ScheduleError, known_time_zone, parse_schedule
from kplan.apiserver import field
from kplan.apiserver.dns import is_dns1123_label, name_is_dns_subdomain, size
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    label_selector_has_invalid_value,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.batch_job import (
    validate_job_spec,
    validate_job_spec_update,
    validate_templated_job_spec,
)
from kplan.apiserver.validation.podspec.template import PodValidationOptions, options_for_template
from kplan.apiserver.validation.selecting import selector_of
from kplan.apiserver.validation.values import non_negative, one_of, selector_value
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_TEMPLATE_METADATA: Final = _SPEC.child("template", "metadata")
_LEGACY: Final = {"controller-uid": "uid", "job-name": "name"}
_PREFIXED: Final = {"batch.kubernetes.io/controller-uid": "uid", "batch.kubernetes.io/job-name": "name"}
_CRON_JOB_NAME_LIMIT: Final = 52
_ZONE_PART: Final = re.compile(r"[A-Za-z._0-9+][A-Za-z.\-_0-9+]{0,13}")


def validate_job(obj: Json) -> ErrorList:
    """Check a new Job, its generated selector and labels included."""
    return _job(obj, options_for_template((obj.get("spec") or {}).get("template")), True, False)


def validate_job_update(new: Json, old: Json) -> ErrorList:
    """Check a changed Job: as a new one, and then for what must stay."""
    spec, old_spec = new.get("spec") or {}, old.get("spec") or {}
    template, old_template = spec.get("template"), old_spec.get("template")
    options = options_for_template(template, old_template)
    lenient = options.allow_invalid_label_value_in_selector or label_selector_has_invalid_value(
        old_spec.get("selector")
    )
    labels = ((old_template or {}).get("metadata") or {}).get("labels") or {}
    errors = _job(new, options, all(name in labels for name in _PREFIXED), lenient)
    errors += validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    errors += validate_job_spec(spec, _SPEC, options, lenient)
    return errors + validate_job_spec_update(spec, old_spec, _SPEC, _template_mutable(old))


def _template_mutable(job: Json) -> bool:
    """Whether the Job is suspended, and without pods."""
    status = job.get("status") or {}
    suspended = any(
        c.get("type") == "Suspended" and c.get("status") == "True" for c in status.get("conditions") or ()
    )
    idle = status.get("startTime") is None or suspended
    return bool((job.get("spec") or {}).get("suspend")) and idle and not status.get("active")


def _job(obj: Json, options: PodValidationOptions, prefixed: bool, lenient: bool) -> ErrorList:
    metadata, spec = obj["metadata"], obj.get("spec") or {}
    errors = validate_object_meta(metadata, True, name_is_dns_subdomain, METADATA)
    errors += _generated_selector(obj, prefixed)
    errors += validate_job_spec(spec, _SPEC, options, lenient)
    completions = spec.get("completions")
    if spec.get("completionMode") == "Indexed" and completions is not None and completions > 0:
        name = metadata.get("name", "")
        host = f"{name}-{completions - 1}"
        if is_dns1123_label(host):
            text = f"will not able to create pod with invalid DNS label: {host}"
            errors.append(field.invalid(METADATA / "name", name, text))
    return errors


def _generated_selector(obj: Json, prefixed: bool) -> ErrorList:
    spec, metadata = obj.get("spec") or {}, obj["metadata"]
    selector = spec.get("selector")
    if spec.get("manualSelector") or selector is None:
        return []
    errors: ErrorList = []
    if not metadata.get("uid"):
        errors.append(field.required(METADATA / "uid", ""))
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels") or {}
    expected = {**_LEGACY, **_PREFIXED} if prefixed else _LEGACY
    wanted = {label: metadata.get(source, "") for label, source in expected.items()}
    for label, value in wanted.items():
        errors += _has_label(labels, label, value)
    matcher = selector_of(selector)
    if matcher is not None and not matcher.matches(wanted):
        errors.append(
            field.invalid(_SPEC / "selector", selector_value(selector), "`selector` not auto-generated")
        )
    return errors


def _has_label(labels: dict[str, str], label: str, value: str) -> ErrorList:
    path = _TEMPLATE_METADATA / "labels"
    if label not in labels:
        return [field.required(path.key(label), f"must be '{value}'")]
    if labels[label] == value:
        return []
    return [field.invalid(path.key(label), dict(sorted(labels.items())), f"must be '{value}'")]


def validate_cron_job(obj: Json) -> ErrorList:
    """Check a new CronJob; its name leaves room for the suffix of its Jobs."""
    metadata = obj["metadata"]
    errors = validate_object_meta(metadata, True, name_is_dns_subdomain, METADATA)
    errors += _cron_job_spec(obj.get("spec") or {}, None)
    name = metadata.get("name", "")
    if size(name) > _CRON_JOB_NAME_LIMIT:
        text = f"must be no more than {_CRON_JOB_NAME_LIMIT} characters"
        errors.append(field.invalid(METADATA / "name", name, text))
    return errors


def validate_cron_job_update(new: Json, old: Json) -> ErrorList:
    """Check a changed CronJob."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _cron_job_spec(new.get("spec") or {}, old.get("spec") or {})


def _cron_job_spec(spec: Json, old: Json | None) -> ErrorList:
    errors: ErrorList = []
    schedule, zone = spec.get("schedule", ""), spec.get("timeZone")
    if not schedule:
        errors.append(field.required(_SPEC / "schedule", ""))
    else:
        errors += _schedule(schedule, "TZ" in (old or {}).get("schedule", ""), zone)
    errors += non_negative(_SPEC / "startingDeadlineSeconds", spec.get("startingDeadlineSeconds"))
    if old is None or old.get("timeZone") != zone:
        errors += _time_zone(zone)
    errors += _concurrency_policy(spec.get("concurrencyPolicy", ""))
    template, before = spec.get("jobTemplate") or {}, (old or {}).get("jobTemplate") or {}
    errors += _job_template(template, before if old is not None else None)
    errors += non_negative(_SPEC / "successfulJobsHistoryLimit", spec.get("successfulJobsHistoryLimit"))
    return errors + non_negative(_SPEC / "failedJobsHistoryLimit", spec.get("failedJobsHistoryLimit"))


def _schedule(schedule: str, zone_allowed: bool, zone: str | None) -> ErrorList:
    errors: ErrorList = []
    path = _SPEC / "schedule"
    try:
        parse_schedule(schedule)
    except ScheduleError as error:
        errors.append(field.invalid(path, schedule, str(error)))
    if "TZ" in schedule and zone_allowed and zone is not None:
        text = "cannot use both timeZone field and TZ or CRON_TZ in schedule"
        errors.append(field.invalid(path, schedule, text))
    elif "TZ" in schedule and not zone_allowed:
        text = "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"
        errors.append(field.invalid(path, schedule, text))
    return errors


def _time_zone(zone: str | None) -> ErrorList:
    path = _SPEC / "timeZone"
    if zone is None:
        return []
    if zone == "":
        return [field.invalid(path, field.typed(zone), "timeZone must be nil or non-empty string")]
    if any(part in (".", "..") or not _ZONE_PART.fullmatch(part) for part in zone.split("/")):
        return [field.invalid(path, field.typed(zone), f"unknown time zone {zone}")]
    errors: ErrorList = []
    if zone.lower() == "local":
        text = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"
        errors.append(field.invalid(path, field.typed(zone), text))
    if not known_time_zone(zone):
        errors.append(field.invalid(path, field.typed(zone), f"unknown time zone {zone}"))
    return errors


def _concurrency_policy(policy: str) -> ErrorList:
    path, allowed = _SPEC / "concurrencyPolicy", ("Allow", "Forbid", "Replace")
    if policy == "":
        return [field.required(path, "")]
    return one_of(path, policy, allowed)


def _job_template(template: Json, old: Json | None) -> ErrorList:
    spec, path = template.get("spec") or {}, _SPEC / "jobTemplate" / "spec"
    before = ((old or {}).get("spec") or {}).get("template") if old is not None else None
    errors = validate_templated_job_spec(spec, path, options_for_template(spec.get("template"), before))
    if spec.get("selector") is not None:
        text = "`selector` will be auto-generated"
        errors.append(field.invalid(path / "selector", selector_value(spec["selector"]), text))
    if spec.get("manualSelector"):
        errors.append(field.not_supported(path / "manualSelector", True, ("nil", "false")))
    return errors
