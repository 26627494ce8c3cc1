"""Defaults of the batch group.

Upstream: pkg/apis/batch/v1/{defaults,zz_generated.defaults}.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.defaulting.podspec import default_template

_MAX_INT32: Final = 2**31 - 1


def default_job(obj: Json) -> None:
    """Fill a Job: labels come from its template."""
    spec = obj.setdefault("spec", {})
    if "completions" not in spec and "parallelism" not in spec:
        spec["completions"] = 1
    spec.setdefault("parallelism", 1)
    spec.setdefault("backoffLimit", _MAX_INT32 if "backoffLimitPerIndex" in spec else 6)
    labels = ((spec.get("template") or {}).get("metadata") or {}).get("labels")
    if labels and not obj["metadata"].get("labels"):
        obj["metadata"]["labels"] = labels
    spec.setdefault("completionMode", "NonIndexed")
    spec.setdefault("suspend", False)
    spec.setdefault("podReplacementPolicy", "Failed" if "podFailurePolicy" in spec else "TerminatingOrFailed")
    spec.setdefault("manualSelector", False)
    default_job_spec(spec)


def default_job_spec(spec: Json) -> None:
    """Fill what a job spec has also inside a CronJob."""
    for rule in (spec.get("podFailurePolicy") or {}).get("rules") or ():
        for condition in rule.get("onPodConditions") or ():
            if not condition.get("status"):
                condition["status"] = "True"
    default_template(spec.get("template"))


def default_cron_job(obj: Json) -> None:
    """Fill a CronJob."""
    spec = obj.setdefault("spec", {})
    spec.setdefault("concurrencyPolicy", "Allow")
    spec.setdefault("suspend", False)
    spec.setdefault("successfulJobsHistoryLimit", 3)
    spec.setdefault("failedJobsHistoryLimit", 1)
    template = spec.get("jobTemplate")
    if template is not None:
        default_job_spec(template.setdefault("spec", {}))


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("batch/v1", "CronJob"): default_cron_job,
    ("batch/v1", "Job"): default_job,
}
