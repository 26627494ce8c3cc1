"""Which fields of a kind a field selector can ask for, and what a server says of others.

Upstream: pkg/registry/*/*/strategy.go (GetAttrs, ToSelectableFields), pkg/apis/*/v1/conversion.go
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import sprint
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Resource
from kplan.selectors.fields import FieldSelector
from kplan.selectors.syntax import SelectorError


class _Field(NamedTuple):
    """Where a field selector finds its value, and the default if there is none."""

    path: str
    absent: str = ""


def _named(*labels: str) -> Mapping[str, _Field]:
    """Labels that are called as their fields are."""
    return {label: _Field(label) for label in labels}


_REFERENCE: Final = ("kind", "namespace", "name", "uid", "apiVersion", "resourceVersion", "fieldPath")
_FIELDS: Final[Mapping[tuple[str, str], Mapping[str, _Field]]] = {
    ("", "Pod"): {
        **_named(
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ),
        "status.podIPs": _Field(""),  # which is known, and found nowhere
        "spec.host": _Field("spec.nodeName"),
        "spec.hostNetwork": _Field("spec.hostNetwork", "false"),
    },
    ("", "Event"): {
        **_named(*(f"involvedObject.{part}" for part in _REFERENCE), "reason", "reportingComponent", "type"),
        "source": _Field("source.component"),
    },
    ("", "Service"): _named("spec.clusterIP", "spec.type"),
    ("", "Secret"): _named("type"),
    ("", "Namespace"): _named("status.phase"),
    ("", "Node"): {"spec.unschedulable": _Field("spec.unschedulable", "false")},
    ("", "ReplicationController"): {"status.replicas": _Field("status.replicas", "0")},
    ("events.k8s.io", "Event"): {  # which are kept as those of the core group
        **{f"regarding.{part}": _Field(f"involvedObject.{part}") for part in _REFERENCE},
        **_named("reason", "type"),
        "reportingController": _Field("reportingComponent"),
    },
    ("resource.k8s.io", "ResourceSlice"): _named("spec.nodeName", "spec.driver"),
    ("batch", "Job"): {"status.successful": _Field("status.succeeded", "0")},
    ("certificates.k8s.io", "CertificateSigningRequest"): _named("spec.signerName"),
}  # fmt: skip
"""The labels of each kind that has any besides its name and namespace."""
_REFUSED: Final[Mapping[tuple[str, str], str]] = {
    ("batch", "Job"): 'field label "{}" not supported for Job',
    ("resource.k8s.io", "ResourceSlice"): "field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: {}",
}  # fmt: skip
"""The errors of kinds whose text for an unsupported field label differs from the others'."""


def parse_fields(resource: Resource, fields: str, labels: str) -> FieldSelector:
    """Read a field selector. Raises StatusError if the kind cannot be asked that."""
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
    """All labels of a kind; a kind without any of its own takes a namespace even if it is in none."""
    own = _own(resource)
    placed = resource.namespaced or own is None
    return ("metadata.name", *(("metadata.namespace",) if placed else ()), *(own or ()))


def _own(resource: Resource) -> Mapping[str, _Field] | None:
    """The labels that a kind has besides its name and namespace; None if it reads none itself."""
    if (resource.group, resource.kind) in _FIELDS:
        return _FIELDS[resource.group, resource.kind]
    return None if resource.selectable is None else _named(*resource.selectable)


def _unknown(resource: Resource, label: str) -> str:
    if _own(resource) is None:
        return f'"{label}" is not a known field selector: only "metadata.name", "metadata.namespace"'
    said = _REFUSED.get((resource.group, resource.kind), "field label not supported: {}")
    return said.format(label)


def fields_of(resource: Resource, value: Json) -> dict[str, str]:
    """The fields of an object that a selector can ask for."""
    metadata = value["metadata"]
    found = {"metadata.name": metadata.get("name", ""), "metadata.namespace": metadata.get("namespace", "")}
    for label, field in (_own(resource) or {}).items():
        found[label] = _text(field, value)
    return found


def _text(field: _Field, value: Any) -> str:
    for step in field.path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return field.absent if value is None else sprint(value)


def unable_to_find(resource: Resource, labels: str, fields: str, problem: str) -> StatusError:
    """What kubectl says where the server refuses a selector."""
    version = f"{resource.group}/{resource.version}"
    what = f'"{version}, Resource={resource.plural}" that match label selector "{labels}", field selector "{fields}"'
    return StatusError(400, "BadRequest", f"Unable to find {what}: {problem}")
