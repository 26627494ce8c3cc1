"""The binding subresource: how the scheduler puts a pod on a node.

Upstream: pkg/registry/core/pod/storage/storage.go (BindingREST)
"""

from datetime import datetime

from kplan.api.object import Json
from kplan.apiserver import errors, names
from kplan.apiserver.errors import StatusError
from kplan.apiserver.subresources.conditions import with_condition


def bound(pod: Json, node: str, labels: Json, now: datetime, *, nominated: bool = False) -> Json:
    """Build the pod as it is on its node, with the node's topology labels. Raises StatusError 409.

    ``nominated`` keeps the node that it was nominated for, as older releases do.
    """
    spec, metadata = pod.get("spec") or {}, pod["metadata"]
    name = metadata["name"]
    if metadata.get("deletionTimestamp") is not None:
        raise _refused(name, f"pod {name} is being deleted, cannot be assigned to a host")
    if spec.get("nodeName"):
        raise _refused(name, f'pod {name} is already assigned to node "{spec["nodeName"]}"')
    if spec.get("schedulingGates"):
        raise _refused(name, f"pod {name} has non-empty .spec.schedulingGates")
    condition = {"type": "PodScheduled", "status": "True"}
    status = with_condition(pod.get("status") or {}, condition, names.timestamp(now))
    if not nominated:
        status.pop("nominatedNodeName", None)
    if labels:
        metadata = {**metadata, "labels": {**(metadata.get("labels") or {}), **labels}}
    return {**pod, "metadata": metadata, "spec": {**spec, "nodeName": node}, "status": status}


def _refused(name: str, message: str) -> StatusError:
    return errors.conflict("pods/binding", name, message)
