"""Warnings about workloads: names that become host names, and the templates of pods.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.dns import is_dns1123_label
from kplan.apiserver.warnings import pod as pods
from kplan.apiserver.warnings import volumes
from kplan.apiserver.warnings.metadata import changed
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_TEMPLATE: Final = FieldPath.of("spec", "template")


def _name_warning(obj: Json, use: str) -> list[str]:
    problems = is_dns1123_label(obj["metadata"].get("name") or "")
    if not problems:
        return []
    text = "which can result in surprising behavior; a DNS label is recommended"
    return [f"metadata.name: this is used in {use}, {text}: [{' '.join(problems)}]"]


def for_pod(new: Json, old: Json | None) -> list[str]:
    """Warn of a Pod."""
    return [] if old is not None else _name_warning(new, "the Pod's hostname") + pods.for_pod(new)


def for_workload(new: Json, old: Json | None) -> list[str]:
    """Warn of a Deployment, ReplicaSet or ReplicationController."""
    named = _name_warning(new, "Pod names and hostnames") if old is None else []
    if not changed(new, old):
        return named
    # Of a ReplicationController that is changed the server looks at the template that it had.
    looked = old if old is not None and new.get("kind") == "ReplicationController" else new
    return named + pods.for_template((looked.get("spec") or {}).get("template"), _TEMPLATE)


def for_daemon_set(new: Json, old: Json | None) -> list[str]:
    """Warn of a DaemonSet."""
    template = (new.get("spec") or {}).get("template")
    if old is not None and template == (old.get("spec") or {}).get("template"):
        return []
    return pods.for_template(template, _TEMPLATE)


def for_stateful_set(new: Json, old: Json | None) -> list[str]:
    """Warn of a StatefulSet."""
    spec = new.get("spec") or {}
    found = pods.for_template(spec.get("template"), _TEMPLATE) if changed(new, old) else []
    for index, claim in enumerate(spec.get("volumeClaimTemplates") or ()):
        place = _SPEC / "volumeClaimTemplates" / index
        found += volumes.for_claim_spec(claim.get("spec") or {}, place if old is None else place / "Spec")
    if spec.get("revisionHistoryLimit", 0) < 0:
        text = "a negative value retains all historical revisions; a value >= 0 is recommended"
        found.append(f"spec.revisionHistoryLimit: {text}")
    return found


def for_job(new: Json, old: Json | None) -> list[str]:
    """Warn of a Job."""
    named = _name_warning(new, "Pod names and hostnames") if old is None else []
    return named + (_for_job_spec(new.get("spec") or {}, _SPEC) if changed(new, old) else [])


def for_cron_job(new: Json, old: Json | None) -> list[str]:
    """Warn of a CronJob."""
    spec = new.get("spec") or {}
    found = _name_warning(new, "Pod names and hostnames") if old is None else []
    if changed(new, old):
        job = (spec.get("jobTemplate") or {}).get("spec") or {}
        found += _for_job_spec(job, FieldPath.of("spec", "jobTemplate", "spec"))
    if old is not None and "TZ" in (spec.get("schedule") or ""):
        found.append(
            "cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see "
            "https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details"
        )
    return found


def _for_job_spec(spec: Json, path: FieldPath) -> list[str]:
    found = []
    if (
        spec.get("completionMode") == "Indexed"
        and spec.get("completions", 0) > 10**5
        and spec.get("parallelism", 0) > 10**4
    ):
        found.append(
            f"{path}: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, "
            "Kubernetes might not be able to track completedIndexes when a big number of indexes fail"
        )
    return found + pods.for_template(spec.get("template"), path / "template")


def for_pod_template(new: Json, old: Json | None) -> list[str]:
    """Warn of a PodTemplate."""
    return pods.for_template(new.get("template"), FieldPath("template")) if changed(new, old) else []
