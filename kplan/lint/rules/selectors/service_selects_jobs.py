"""A Service of a workload selects the pods of a Job as well.

While the Job runs, its pods get a part of the requests, which nobody answers there.

Fix: give the pods of the Job other labels, or select a label that only the workload has.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import distance
from kplan.lint.podselection import map_selector
from kplan.lint.rule import LONG_RUNNING, Finding, Rule, Subject

_JOBS: Final = frozenset({"Job.batch", "CronJob.batch"})


def check(subject: Subject) -> Iterator[Finding]:
    """Report Services that select both; one that selects Jobs alone is meant for these."""
    selector = map_selector(subject.spec.get("selector"))
    chosen = subject.world.selection.selected_near(subject, selector) if selector else ()
    job = next((one for one in chosen if one.kind in _JOBS and not _listens(one)), None)
    served = next((one for one in chosen if one.kind in LONG_RUNNING), None)
    if job is not None and served is not None:
        kind = job.object.gvk.kind
        message = f"the selector means the pods of {kind} {job.name!r} as well as those of {served.name!r}"
        built = _built(subject) == _built(job) != ""
        apart = "" if built or not distance(subject, job) else "the two may never be applied together"
        related = ((job, job.template.path if job.template else FieldPath("spec")),)
        yield Finding(FieldPath.of("spec", "selector"), message, at_key=True, related=related, unknown=apart)


def _listens(job: Subject) -> bool:
    """Whether its containers have ports: then requests may be for it."""
    return any(container.value.get("ports") for container in job.main_containers())


def _built(subject: Subject) -> str:
    return subject.object.origin.built_by if subject.object.origin else ""


def _manifests(label: str) -> str:
    return f"""\
apiVersion: v1
kind: Service
metadata: {{name: web}}
spec: {{selector: {{app: web}}, ports: [{{port: 80}}]}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {{name: web}}
spec:
  selector: {{matchLabels: {{app: web}}}}
  template:
    metadata: {{labels: {{app: web}}}}
    spec: {{containers: [{{name: a, image: b}}]}}
---
apiVersion: batch/v1
kind: Job
metadata: {{name: migrate}}
spec:
  template:
    metadata: {{labels: {{app: {label}}}}}
    spec: {{restartPolicy: Never, containers: [{{name: a, image: b}}]}}
"""


RULE = Rule(
    code="LBL008",
    name="service-selects-jobs",
    severity=Severity.WARNING,
    kinds=frozenset({"Service"}),
    check=check,
    looks_around=True,
    needs=_JOBS,
    good=(_manifests("migrate"),),
    bad=(_manifests("web"),),
    references=("https://kubernetes.io/docs/concepts/services-networking/service/",),
)
