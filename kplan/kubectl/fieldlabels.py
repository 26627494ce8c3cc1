"""Which fields of a kind a field selector can ask for, and what a server says of others.

Upstream: pkg/registry/*/*/strategy.go (GetAttrs, ToSelectableFields), pkg/apis/*/v1/conversion.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import sprint
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
        "spec.nodeName", "spec.host", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork",
        "status.phase", "status.podIP", "status.podIPs", "status.nominatedNodeName",
    ),
    ("", "Event"): _EVENT,
    ("", "Service"): ("spec.clusterIP", "spec.type"),
    ("", "Secret"): ("type",),
    ("", "Namespace"): ("status.phase",),
    ("", "Node"): ("spec.unschedulable",),
    ("", "ReplicationController"): ("status.replicas",),
    ("events.k8s.io", "Event"): (
        "regarding.kind", "regarding.namespace", "regarding.name", "regarding.uid", "regarding.apiVersion",
        "regarding.resourceVersion", "regarding.fieldPath", "reason", "reportingController", "type",
    ),
    ("resource.k8s.io", "ResourceSlice"): ("spec.nodeName", "spec.driver"),
    ("batch", "Job"): ("status.successful",),
    ("certificates.k8s.io", "CertificateSigningRequest"): ("spec.signerName",),
}  # fmt: skip
_ELSEWHERE: Final = {
    "status.successful": "status.succeeded", "source": "source.component", "spec.host": "spec.nodeName",
    "reportingController": "reportingComponent",
}  # fmt: skip
"""Labels whose field has another path."""
_REGARDING: Final = ("regarding.", "involvedObject.")
"""How events.k8s.io names what the core group has by another name."""
_REFUSED: Final[Mapping[tuple[str, str], str]] = {
    ("batch", "Job"): 'field label "{}" not supported for Job',
    (
        "resource.k8s.io",
        "ResourceSlice",
    ): "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {}",
}
"""What kinds say of a label that they do not have, where it is not what the others say."""
_NUMBERS: Final = ("status.replicas", "status.successful")
_BOOLS: Final = ("spec.hostNetwork", "spec.unschedulable")


def parse_fields(resource: Resource, fields: str, labels: str) -> FieldSelector:
    """Read a field selector. Raises StatusError where the kind cannot be asked that."""
    try:
        selector = FieldSelector.parse(fields)
    except SelectorError as error:
        raise unable_to_find(resource, labels, fields, str(error)) from error
    known = _labels_of(resource)
    for requirement in selector.requirements:
        if requirement.field not in known:
            raise unable_to_find(resource, labels, fields, _unknown(resource, requirement.field))
    return selector


def _labels_of(resource: Resource) -> tuple[str, ...]:
    """All labels of a kind; a kind without any of its own takes a namespace even where it is in none."""
    own = _own(resource)
    placed = resource.namespaced or own is None
    return ("metadata.name", *(("metadata.namespace",) if placed else ()), *(own or ()))


def _own(resource: Resource) -> tuple[str, ...] | None:
    """The labels that a kind has besides its name and namespace; None where it reads none itself."""
    return _FIELDS.get((resource.group, resource.kind), resource.selectable)


def _unknown(resource: Resource, label: str) -> str:
    if _own(resource) is None:
        return f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'
    said = _REFUSED.get((resource.group, resource.kind), "field label not supported: {}")
    return said.format(label)


def fields_of(resource: Resource, value: Json) -> dict[str, str]:
    """The fields of an object that a selector can ask for."""
    metadata = value["metadata"]
    found = {"metadata.name": metadata.get("name", ""), "metadata.namespace": metadata.get("namespace", "")}
    for name in _own(resource) or ():
        found[name] = _text(name, value)
    return found


def _text(name: str, value: Any) -> str:
    for step in _ELSEWHERE.get(name, name.replace(*_REGARDING)).lstrip(".").split("."):
        value = value.get(step) if isinstance(value, dict) else None
    if isinstance(value, bool) or name in _BOOLS:
        return str(bool(value)).lower()
    if value is None:
        return "0" if name in _NUMBERS else ""
    return sprint(value)


def unable_to_find(resource: Resource, labels: str, fields: str, problem: str) -> StatusError:
    """What kubectl says where the server refuses a selector."""
    version = f"{resource.group}/{resource.version}"
    what = f'"{version}, Resource={resource.plural}" that match label selector "{labels}", field selector "{fields}"'
    return StatusError(400, "BadRequest", f"Unable to find {what}: {problem}")
