"""The columns of nodes, namespaces, configuration, access rules and the rest.

Upstream: pkg/printers/internalversion/printers.go
"""

from kplan.api.certificates import CertificateSigningRequest
from kplan.api.core.configuration import Event, ResourceQuota
from kplan.api.core.node import Node
from kplan.api.labelselectors import printed
from kplan.api.networking import IPAddress, ServiceCIDR
from kplan.api.object import Json
from kplan.api.rbac import RoleBinding
from kplan.kubectl.printers.columns.column import (
    AGE,
    CREATED_AT,
    NAME,
    NONE,
    UNKNOWN,
    UNSET,
    Cell,
    Column,
    Moment,
    Roster,
    at,
    dig,
    human,
    of,
    since,
    yes_or_no,
)

_ROLE = "node-role.kubernetes.io/"


def _node_status(node: Node) -> str:
    found = next((one.status for one in node.status.conditions if one.type == "Ready"), None)
    word = "Unknown" if found is None else "Ready" if found == "True" else "NotReady"
    return f"{word},SchedulingDisabled" if node.spec.unschedulable else word


def _roles(node: Node) -> str:
    labels = node.metadata.labels
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)}
    return ",".join(sorted((roles | {labels.get("kubernetes.io/role", "")}) - {""})) or NONE


def _address(kind: str) -> Cell:
    return of(
        Node, lambda node: next((one.address for one in node.status.addresses if one.type == kind), NONE)
    )


def _healthy(name: str) -> Cell:
    """A field of the condition that tells whether a component is healthy."""
    return lambda value, _: next(
        (one.get(name, "") for one in value.get("conditions") or () if one["type"] == "Healthy"), ""
    )


def _health(value: Json, moment: Moment) -> str:
    found = _healthy("status")(value, moment)
    return "Healthy" if found == "True" else "Unhealthy" if found else "Unknown"


def _quota(*, limits: bool) -> Cell:
    def read(quota: ResourceQuota) -> str:
        hard, used = quota.status.hard, quota.status.used
        names = [name for name in sorted(hard) if name.startswith("limits.") is limits]
        return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in names)

    return of(ResourceQuota, read)


def _subjects(kind: str) -> Column:
    def read(binding: RoleBinding) -> str:
        found = [one for one in binding.subjects if one.kind == kind]
        return ", ".join(f"{one.namespace}/{one.name}" if one.namespace else one.name for one in found)

    heading = {"User": "USERS", "Group": "GROUPS"}.get(kind, "SERVICEACCOUNTS")
    return Column(heading, of(RoleBinding, read), wide=True)


def _length(*paths: tuple[str, ...]) -> Cell:
    return lambda value, _: sum(len(dig(value, *path, default=())) for path in paths)


def _first_seen(value: Json, moment: Moment) -> str:
    event = Event(value)
    return since(event.first_timestamp or event.event_time, moment)


def _last_seen(value: Json, moment: Moment) -> str:
    event = Event(value)
    if event.series:
        return since(event.series.last_observed_time, moment)
    return since(event.last_timestamp, moment) if event.last_timestamp else _first_seen(value, moment)


def _times(event: Event) -> int:
    return event.series.count if event.series else event.count or 1


def _source(event: Event) -> str:
    component = event.source.component or event.reporting_component
    instance = event.source.host or event.reporting_instance
    return f"{component}, {instance}" if instance else component


def _about(event: Event) -> str:
    about = event.involved_object if event.involved_object.raw else event.regarding
    return "/".join(filter(None, [about.kind.lower(), about.name]))


def _param_name(binding: Json, moment: Moment) -> str:
    del moment
    reference = dig(binding, "spec", "paramRef", default={})
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return printed(reference["selector"]) if reference.get("selector") is not None else UNSET


def _request_status(request: CertificateSigningRequest) -> str:
    kinds = {one.type for one in request.status.conditions}
    decided = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    failed = ",Failed" if "Failed" in kinds else ""
    return f"{decided}{failed}{',Issued' if request.status.certificate else ''}"


def _requested_duration(request: CertificateSigningRequest) -> str:
    seconds = request.spec.expiration_seconds
    return NONE if seconds is None else human(seconds)


def _parent(address: IPAddress) -> str:
    parent = address.spec.parent_ref
    if parent is None:
        return NONE
    resource = ".".join(filter(None, (parent.resource, parent.group))).lower()
    return "/".join(filter(None, (resource, parent.namespace, parent.name)))


def _condition(value: Json, name: str) -> Json | None:
    found = dig(value, "status", "conditions", default=())
    return next((one for one in found if one.get("type") == name), None)


def _dangling(schema: Json, moment: Moment) -> str:
    """Whether the priority level is missing."""
    del moment
    found = _condition(schema, "Dangling")
    return "?" if found is None else str(found.get("status"))


def _api_service(value: Json, moment: Moment) -> str:
    del moment
    service = dig(value, "spec", "service")
    return f"{service.get('namespace')}/{service.get('name')}" if service else "Local"


def _available(value: Json, moment: Moment) -> str:
    del moment
    found = _condition(value, "Available")
    if found is None:
        return "Unknown"
    status, reason = found.get("status"), found.get("reason")
    return f"{status} ({reason})" if reason and status != "True" else str(status)


def _claim_state(claim: Json, moment: Moment) -> str:
    del moment
    deleted = bool(dig(claim, "metadata", "deletionTimestamp"))
    states = ["deleted"] if deleted else []
    if dig(claim, "status", "allocation") is not None:
        states += ["allocated", *(["reserved"] if dig(claim, "status", "reservedFor") else ())]
    elif not deleted:
        states.append("pending")
    return ",".join(states)


def _param_kind(policy: Json, moment: Moment) -> str:
    del moment
    kind = dig(policy, "spec", "paramKind")
    return f"{kind.get('apiVersion')}/{kind.get('kind')}" if kind else UNSET


_BINDING = (
    NAME, Column("ROLE", of(RoleBinding, lambda one: f"{one.role_ref.kind}/{one.role_ref.name}")), AGE,
    _subjects("User"), _subjects("Group"), _subjects("ServiceAccount"),
)  # fmt: skip
_WEBHOOKS = (NAME, Column("WEBHOOKS", _length(("webhooks",))), AGE)


def _kernel(node: Node) -> str:
    """The kernel's version, with the architecture in parentheses."""
    info = node.status.node_info
    return (info.kernel_version or UNKNOWN) + (f" ({info.architecture})" if info.architecture else "")


_LIMITED = ("spec", "limited")
_QUEUING = (*_LIMITED, "limitResponse", "queuing")
_POLICY_BINDING = (
    NAME, Column("POLICYNAME", at("spec", "policyName")), Column("PARAMREF", _param_name), AGE,
)  # fmt: skip

COLUMNS: Roster = {
    ("", "Node"): (
        NAME, Column("STATUS", of(Node, _node_status)), Column("ROLES", of(Node, _roles)), AGE, Column("VERSION", at("status", "nodeInfo", "kubeletVersion")),
        Column("INTERNAL-IP", _address("InternalIP"), wide=True), Column("EXTERNAL-IP", _address("ExternalIP"), wide=True),
        Column("OS-IMAGE", of(Node, lambda one: one.status.node_info.os_image or UNKNOWN), wide=True), Column("KERNEL-VERSION", of(Node, _kernel), wide=True),
        Column("CONTAINER-RUNTIME", of(Node, lambda one: one.status.node_info.container_runtime_version or UNKNOWN), wide=True),
    ),
    ("", "Namespace"): (NAME, Column("STATUS", at("status", "phase")), AGE),
    ("", "ConfigMap"): (NAME, Column("DATA", _length(("data",), ("binaryData",))), AGE),
    ("", "Secret"): (NAME, Column("TYPE", at("type")), Column("DATA", _length(("data",))), AGE),
    ("", "ResourceQuota"): (NAME, Column("REQUEST", _quota(limits=False)), Column("LIMIT", _quota(limits=True)), AGE),
    ("", "LimitRange"): CREATED_AT,
    ("", "Event"): (
        Column("LAST SEEN", _last_seen), Column("TYPE", at("type")), Column("REASON", at("reason")),
        Column("OBJECT", of(Event, _about)), Column("SUBOBJECT", at("involvedObject", "fieldPath"), wide=True),
        Column("SOURCE", of(Event, _source), wide=True), Column("MESSAGE", of(Event, lambda one: one.message.strip())),
        Column("FIRST SEEN", _first_seen, wide=True), Column("COUNT", of(Event, _times), wide=True),
        Column("NAME", at("metadata", "name"), wide=True),
    ),
    ("rbac.authorization.k8s.io", "Role"): CREATED_AT,
    ("rbac.authorization.k8s.io", "ClusterRole"): CREATED_AT,
    ("rbac.authorization.k8s.io", "RoleBinding"): _BINDING,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _BINDING,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): CREATED_AT,
    ("scheduling.k8s.io", "PriorityClass"): (
        NAME, Column("VALUE", at("value", default=0)), Column("GLOBAL-DEFAULT", yes_or_no("globalDefault")), AGE,
        Column("PREEMPTIONPOLICY", at("preemptionPolicy")),
    ),
    ("node.k8s.io", "RuntimeClass"): (NAME, Column("HANDLER", at("handler")), AGE),
    ("coordination.k8s.io", "Lease"): (NAME, Column("HOLDER", at("spec", "holderIdentity")), AGE),
    ("admissionregistration.k8s.io", "ValidatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io", "MutatingWebhookConfiguration"): _WEBHOOKS,
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy"): (
        NAME, Column("VALIDATIONS", _length(("spec", "validations"))), Column("PARAMKIND", _param_kind), AGE,
    ),
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicy"): (
        NAME, Column("MUTATIONS", _length(("spec", "mutations"))), Column("PARAMKIND", _param_kind), AGE,
    ),
    ("admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"): _POLICY_BINDING,
    ("admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"): _POLICY_BINDING,
    ("certificates.k8s.io", "CertificateSigningRequest"): (
        NAME, AGE, Column("SIGNERNAME", at("spec", "signerName", default=NONE)), Column("REQUESTOR", at("spec", "username")),
        Column("REQUESTEDDURATION", of(CertificateSigningRequest, _requested_duration)), Column("CONDITION", of(CertificateSigningRequest, _request_status)),
    ),
    ("networking.k8s.io", "IPAddress"): (NAME, Column("PARENTREF", of(IPAddress, _parent))),
    ("networking.k8s.io", "ServiceCIDR"): (
        NAME, Column("CIDRS", of(ServiceCIDR, lambda one: ",".join(one.spec.cidrs))), AGE,
    ),
    ("", "ComponentStatus"): (
        NAME, Column("STATUS", _health), Column("MESSAGE", _healthy("message")), Column("ERROR", _healthy("error")),
    ),
    ("resource.k8s.io", "ResourceClaim"): (NAME, Column("STATE", _claim_state), AGE),
    ("resource.k8s.io", "ResourceSlice"): (
        NAME, Column("NODE", at("spec", "nodeName")), Column("DRIVER", at("spec", "driver")),
        Column("POOL", at("spec", "pool", "name")), AGE,
    ),
    ("apiregistration.k8s.io", "APIService"): (
        NAME, Column("SERVICE", _api_service), Column("AVAILABLE", _available), AGE,
    ),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): (
        NAME, Column("PRIORITYLEVEL", at("spec", "priorityLevelConfiguration", "name")),
        Column("MATCHINGPRECEDENCE", at("spec", "matchingPrecedence")),
        Column("DISTINGUISHERMETHOD", at("spec", "distinguisherMethod", "type", default=NONE)), AGE,
        Column("MISSINGPL", _dangling),
    ),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): (
        NAME, Column("TYPE", at("spec", "type")),
        Column("NOMINALCONCURRENCYSHARES", at(*_LIMITED, "nominalConcurrencyShares", default=NONE)),
        Column("QUEUES", at(*_QUEUING, "queues", default=NONE)), Column("HANDSIZE", at(*_QUEUING, "handSize", default=NONE)),
        Column("QUEUELENGTHLIMIT", at(*_QUEUING, "queueLengthLimit", default=NONE)), AGE,
    ),
}  # fmt: skip
