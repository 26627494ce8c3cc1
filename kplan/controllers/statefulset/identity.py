"""The pods of a StatefulSet by ordinal: names, labels, storage, revision and state.

Upstream: pkg/controller/statefulset/stateful_set_utils.go
"""

import re
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime

from kplan.api.labelselectors import match_labels_of
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.pods import is_available, is_ready, is_terminating, recorded_phase, volumes_of
from kplan.api.podtemplate.pod import pod_from_template
from kplan.api.revisions import POD_REVISION_LABEL
from kplan.api.workloadspec import claim_templates_of, replicas_of, start_ordinal_of

POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name"
POD_INDEX_LABEL = "apps.kubernetes.io/pod-index"

_NAME = re.compile(r"(.*)-([0-9]+)", re.DOTALL | re.ASCII)
_MAX_ORDINAL = (1 << 31) - 1


def parent_and_ordinal(pod: Json) -> tuple[str, int]:
    """The set's name and the ordinal in a pod's name; ("", -1) if it has none."""
    match = _NAME.fullmatch(pod["metadata"]["name"])
    if match is None:
        return "", -1
    ordinal = int(match[2])
    return match[1], ordinal if ordinal <= _MAX_ORDINAL else -1


def ordinal_of(pod: Json) -> int:
    """The ordinal in a pod's name."""
    return parent_and_ordinal(pod)[1]


def in_range(pod: Json, owner: Json) -> bool:
    """Whether the pod's ordinal is one the set wants."""
    start = start_ordinal_of(owner)
    return start <= ordinal_of(pod) < start + replicas_of(owner)


def is_created(pod: Json) -> bool:
    """Whether the pod exists in the cluster rather than only as an intention."""
    return bool(recorded_phase(pod))


def is_running_and_ready(pod: Json) -> bool:
    """Whether the pod runs and is ready."""
    return recorded_phase(pod) == "Running" and is_ready(pod)


def is_unhealthy(pod: Json) -> bool:
    """Whether the pod is not ready or on its way out."""
    return is_terminating(pod) or not is_running_and_ready(pod)


def is_unavailable(pod: Json, minimum: int, now: datetime) -> bool:
    """Whether the pod cannot be counted on: not available or on its way out."""
    return is_terminating(pod) or not is_available(pod, minimum, now)


def revision_of(pod: Json) -> str:
    """The name of the revision the pod was made from."""
    return str(labels_of(pod).get(POD_REVISION_LABEL) or "")


def new_pod(owner: Json, template: Json, revision: str, ordinal: int, *, numbered: bool = True) -> Json:
    """The pod for an ordinal, made from a revision's template; ``numbered`` has the ordinal in a label."""
    pod = pod_from_template(template, owner)
    pod["metadata"]["name"] = f"{owner['metadata']['name']}-{ordinal}"
    spec: Json = {**pod["spec"], "hostname": pod["metadata"]["name"]}
    if owner["spec"].get("serviceName"):
        spec["subdomain"] = owner["spec"]["serviceName"]
    pod = with_storage(owner, with_identity({**pod, "spec": spec}, numbered=numbered))
    pod["metadata"]["labels"] = {**pod["metadata"]["labels"], POD_REVISION_LABEL: revision}
    return pod


def identity_matches(owner: Json, pod: Json) -> bool:
    """Whether name and label say the same, and it is this set's."""
    parent, ordinal = parent_and_ordinal(pod)
    label = labels_of(pod).get(POD_NAME_LABEL)
    return ordinal >= 0 and parent == owner["metadata"]["name"] and label == pod["metadata"]["name"]


def with_identity(pod: Json, *, numbered: bool = True) -> Json:
    """The pod with the labels of its identity."""
    labels = {**labels_of(pod), POD_NAME_LABEL: pod["metadata"]["name"]}
    if numbered:
        labels[POD_INDEX_LABEL] = str(ordinal_of(pod))
    return {**pod, "metadata": {**pod["metadata"], "labels": labels}}


def claims_for(owner: Json, pod: Json) -> dict[str, Json]:
    """The claims of a pod by volume name."""
    selector = match_labels_of(owner["spec"]["selector"])
    claims = {}
    for template in claim_templates_of(owner):
        claim = {"apiVersion": "v1", "kind": "PersistentVolumeClaim", **deepcopy(template)}
        claim.pop("status", None)
        metadata = claim["metadata"]
        labels = {**labels_of(claim), **selector}
        metadata |= {
            "name": claim_name(owner, template, ordinal_of(pod)),
            "namespace": owner["metadata"]["namespace"],
        }
        if labels:
            metadata["labels"] = labels
        claims[template["metadata"]["name"]] = claim
    return claims


def claim_name(owner: Json, template: Json, ordinal: int) -> str:
    """``data-web-0``: template, set and ordinal."""
    return f"{template['metadata']['name']}-{owner['metadata']['name']}-{ordinal}"


def storage_matches(owner: Json, pod: Json) -> bool:
    """Whether every claim template is mounted by its claim."""
    ordinal = ordinal_of(pod)
    claims = {volume["name"]: volume.get("persistentVolumeClaim") for volume in volumes_of(pod)}
    for template in claim_templates_of(owner):
        claim = claims.get(template["metadata"]["name"])
        if ordinal < 0 or not claim or claim.get("claimName") != claim_name(owner, template, ordinal):
            return False
    return True


def with_storage(owner: Json, pod: Json) -> Json:
    """The pod with a volume for every claim template, before its other volumes."""
    claims = claims_for(owner, pod)
    volumes: list[Json] = [
        {"name": name, "persistentVolumeClaim": {"claimName": claim["metadata"]["name"]}}
        for name, claim in claims.items()
    ]
    volumes += _others(volumes_of(pod), claims)
    return {**pod, "spec": {**pod["spec"], "volumes": volumes}} if volumes else pod


def _others(volumes: Iterable[Json], claims: dict[str, Json]) -> list[Json]:
    return [volume for volume in volumes if volume["name"] not in claims]
