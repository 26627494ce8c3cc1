"""A Job's pods: how one is made, and what it carries so that it is counted once.

Upstream: pkg/controller/job/job_controller.go (manageJob), pkg/controller/job/indexed_job_utils.go
"""

from collections.abc import Mapping

from kplan.api.metadata import annotations_of, finalizers_of, labels_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, init_containers_of
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.whole import whole
from kplan.apiserver.errors import StatusError
from kplan.controllers.job import indexes, policies
from kplan.simulation.reconciler import Context, ObjectKey

FINALIZER = "batch.kubernetes.io/job-tracking"
FAILURE_COUNT = "batch.kubernetes.io/job-index-failure-count"
IGNORED_FAILURE_COUNT = "batch.kubernetes.io/job-index-ignored-failure-count"

_NAME_LENGTH = 58
_INDEX_VARIABLE = "JOB_COMPLETION_INDEX"


def new_pod(job: Json, index: int | None, replaced: Mapping[int, Json]) -> Json:
    """A pod of a Job; one with an index keeps in mind the failures of the pod that it replaces."""
    pod = pod_from_template(job["spec"]["template"], job)
    metadata = pod["metadata"]
    metadata["finalizers"] = [*finalizers_of(pod), FINALIZER]
    if index is None:
        return pod
    name = job["metadata"]["name"]
    tail = f"-{index}-"
    metadata["generateName"] = name[: _NAME_LENGTH - len(tail)] + tail
    metadata["labels"] = {**labels_of(pod), indexes.ANNOTATION: str(index)}
    metadata["annotations"] = {**annotations_of(pod), indexes.ANNOTATION: str(index)}
    if job["spec"].get("backoffLimitPerIndex") is not None:
        metadata["annotations"] |= _failure_counts(job, replaced.get(index))
    pod["spec"]["hostname"] = f"{name}-{index}"
    for container in (*init_containers_of(pod["spec"]), *containers_of(pod["spec"])):
        _add_index_variable(container)
    return pod


def _failure_counts(job: Json, replaced: Json | None) -> dict[str, str]:
    counted, ignored = 0, 0
    if replaced is not None:
        counts = policies.judge(job, replaced).counts
        counted = failures(replaced, FAILURE_COUNT) + counts
        ignored = failures(replaced, IGNORED_FAILURE_COUNT) + (not counts)
    noted = {FAILURE_COUNT: str(counted)}
    return noted | {IGNORED_FAILURE_COUNT: str(ignored)} if ignored else noted


def tracked(pod: Json) -> bool:
    """Whether the pod carries the finalizer by which it is counted."""
    return FINALIZER in finalizers_of(pod)


def remove_finalizer(context: Context, pod: Json) -> None:
    """Let a pod go."""
    metadata = pod["metadata"]
    kept = [name for name in finalizers_of(pod) if name != FINALIZER]
    key = ObjectKey("", "Pod", metadata["namespace"], metadata["name"])
    try:
        context.client.merge_patch(key, {"metadata": {"finalizers": kept or None}})
    except StatusError as refusal:
        if refusal.code != 404:
            raise


def failures(pod: Json, annotation: str) -> int:
    """How often the pod's index failed before, by one of the two annotations."""
    return whole(annotations_of(pod).get(annotation) or "") or 0


def total_failures(pod: Json) -> int:
    """How often the pod's index failed before, counted or not."""
    return failures(pod, FAILURE_COUNT) + failures(pod, IGNORED_FAILURE_COUNT)


def _add_index_variable(container: Json) -> None:
    variables = container.setdefault("env", [])
    if all(item.get("name") != _INDEX_VARIABLE for item in variables):
        path = f"metadata.labels['{indexes.ANNOTATION}']"
        variables.append({"name": _INDEX_VARIABLE, "valueFrom": {"fieldRef": {"fieldPath": path}}})
