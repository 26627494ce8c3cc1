"""Which fields of a kind a field selector can ask for, and what a server says of others.

Upstream: pkg/registry/*/*/strategy.go (GetAttrs, ToSelectableFields), pkg/apis/*/v1/conversion.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.schema.discovery import Resource
from kplan.selectors.fields import FieldSelector
from kplan.selectors.syntax import SelectorError

_EVENT: Final = (
    "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
    "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
    "reportingComponent", "source", "type",
)  # fmt: skip
_FIELDS: Final[Mapping[tuple[str, str], tuple[str, ...]]] = {
    ("", "Pod"): (
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ),
    ("", "Event"): _EVENT,
    ("", "Service"): ("spec.clusterIP", "spec.type"),
    ("", "Secret"): ("type",),
    ("", "Namespace"): ("status.phase",),
    ("", "Node"): ("spec.unschedulable",),
    ("", "ReplicationController"): ("status.replicas",),
    ("apps", "ReplicaSet"): ("status.replicas",),
    ("batch", "Job"): ("status.successful",),
    ("certificates.k8s.io", "CertificateSigningRequest"): ("spec.signerName",),
}  # fmt: skip
_ELSEWHERE: Final = {"status.successful": "status.succeeded", "source": "source.component"}
"""Labels whose field has another path."""
_NUMBERS: Final = ("status.replicas", "status.successful")
_BOOLS: Final = ("spec.hostNetwork", "spec.unschedulable")


def parse_fields(resource: Resource, fields: str, labels: str) -> FieldSelector:
    """Read a field selector. Raises StatusError where the kind cannot be asked that."""
    try:
        selector = FieldSelector.parse(fields)
    except SelectorError as error:
        raise unable_to_find(resource, labels, fields, str(error)) from error
    known = ("metadata.name", "metadata.namespace", *_FIELDS.get((resource.group, resource.kind), ()))
    for requirement in selector.requirements:
        if requirement.field not in known:
            problem = f"field label not supported: {requirement.field}"
            if not _FIELDS.get((resource.group, resource.kind)):
                problem = f'"{requirement.field}" is not a known field selector: only "metadata.name", "metadata.namespace"'
            raise unable_to_find(resource, labels, fields, problem)
    return selector


def fields_of(resource: Resource, value: Json) -> dict[str, str]:
    """The fields of an object that a selector can ask for."""
    metadata = value["metadata"]
    found = {"metadata.name": metadata.get("name", ""), "metadata.namespace": metadata.get("namespace", "")}
    for name in _FIELDS.get((resource.group, resource.kind), ()):
        found[name] = _text(name, value)
    return found


def _text(name: str, value: Any) -> str:
    for step in _ELSEWHERE.get(name, name).split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool) or name in _BOOLS:
        return str(bool(value)).lower()
    if value is None:
        return "0" if name in _NUMBERS else ""
    return str(value)


def unable_to_find(resource: Resource, labels: str, fields: str, problem: str) -> StatusError:
    """What kubectl says where the server refuses a selector."""
    version = f"{resource.group}/{resource.version}"
    what = f'"{version}, Resource={resource.plural}" that match label selector "{labels}", field selector "{fields}"'
    return StatusError(400, "BadRequest", f"Unable to find {what}: {problem}")
