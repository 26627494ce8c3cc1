"""The columns of nodes, namespaces, configuration, access rules and the rest.

Upstream: pkg/printers/internalversion/printers.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import (
    AGE,
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
    since,
    yes_or_no,
)

_ROLE = "node-role.kubernetes.io/"


def _node_status(node: Json, moment: Moment) -> str:
    del moment
    found = next(
        (one for one in dig(node, "status", "conditions", default=()) if one.get("type") == "Ready"), None
    )
    word = "Unknown" if found is None else "Ready" if found.get("status") == "True" else "NotReady"
    return f"{word},SchedulingDisabled" if dig(node, "spec", "unschedulable") else word


def _roles(node: Json, moment: Moment) -> str:
    del moment
    labels = dig(node, "metadata", "labels", default={})
    roles = {key.removeprefix(_ROLE) for key in labels if key.startswith(_ROLE)} | {
        labels.get("kubernetes.io/role", "")
    }
    return ",".join(sorted(roles - {""})) or NONE


def _address(kind: str) -> Cell:
    def cell(node: Json, _: Moment) -> str:
        addresses = dig(node, "status", "addresses", default=())
        return next((str(one.get("address")) for one in addresses if one.get("type") == kind), NONE)

    return cell


def _info(field: str) -> Cell:
    return lambda node, _: dig(node, "status", "nodeInfo", field) or UNKNOWN


def _quota(*, limits: bool) -> Cell:
    def cell(quota: Json, _: Moment) -> str:
        hard, used = dig(quota, "status", "hard", default={}), dig(quota, "status", "used", default={})
        names = [name for name in sorted(hard) if name.startswith("limits.") is limits]
        return ", ".join(f"{name}: {used.get(name, '0')}/{hard[name]}" for name in names)

    return cell


def _subjects(kind: str) -> Column:
    def cell(binding: Json, _: Moment) -> str:
        found = [one for one in binding.get("subjects") or () if one.get("kind") == kind]
        names = (
            f"{one['namespace']}/{one.get('name')}" if one.get("namespace") else str(one.get("name"))
            for one in found
        )
        return ", ".join(names)

    return Column({"User": "USERS", "Group": "GROUPS"}.get(kind, "SERVICEACCOUNTS"), cell, wide=True)


def _length(*paths: tuple[str, ...]) -> Cell:
    return lambda value, _: sum(len(dig(value, *path, default=())) for path in paths)


def _first_seen(event: Json, moment: Moment) -> str:
    return since(event.get("firstTimestamp") or event.get("eventTime"), moment)


def _last_seen(event: Json, moment: Moment) -> str:
    if series := event.get("series"):
        return since(series.get("lastObservedTime"), moment)
    last = event.get("lastTimestamp")
    return since(last, moment) if last else _first_seen(event, moment)


def _times(event: Json, moment: Moment) -> Any:
    del moment
    series = event.get("series")
    return series.get("count", 0) if series else event.get("count") or 1


def _source(event: Json, moment: Moment) -> str:
    del moment
    source = event.get("source") or {}
    component = source.get("component") or event.get("reportingComponent") or ""
    instance = source.get("host") or event.get("reportingInstance")
    return f"{component}, {instance}" if instance else component


def _about(event: Json, moment: Moment) -> str:
    del moment
    about = event.get("involvedObject") or event.get("regarding") or {}
    return "/".join(filter(None, [str(about.get("kind") or "").lower(), str(about.get("name") or "")]))


def _param_name(binding: Json, moment: Moment) -> str:
    del moment
    reference = dig(binding, "spec", "paramRef", default={})
    if reference.get("name"):
        return f"{reference.get('namespace') or '*'}/{reference['name']}"
    return UNSET


def _request_status(request: Json, moment: Moment) -> str:
    del moment
    kinds = {one.get("type") for one in dig(request, "status", "conditions", default=())}
    decided = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    failed = ",Failed" if "Failed" in kinds else ""
    return f"{decided}{failed}{',Issued' if dig(request, 'status', 'certificate') else ''}"


def _requested_duration(request: Json, moment: Moment) -> str:
    del moment
    seconds = dig(request, "spec", "expirationSeconds")
    return NONE if seconds is None else human(seconds)


def _parent(address: Json, moment: Moment) -> str:
    del moment
    parent = dig(address, "spec", "parentRef")
    if parent is None:
        return NONE
    resource = ".".join(filter(None, (parent.get("resource"), parent.get("group")))).lower()
    return "/".join(filter(None, (resource, parent.get("namespace"), parent.get("name"))))


def _param_kind(policy: Json, moment: Moment) -> str:
    del moment
    kind = dig(policy, "spec", "paramKind")
    return f"{kind.get('apiVersion')}/{kind.get('kind')}" if kind else UNSET


_BINDING = (
    NAME, Column("ROLE", lambda value, _: "/".join(str(dig(value, "roleRef", part)) for part in ("kind", "name"))), AGE,
    _subjects("User"), _subjects("Group"), _subjects("ServiceAccount"),
)  # fmt: skip
_CREATED_AT = (NAME, Column("CREATED AT", at("metadata", "creationTimestamp")))
_WEBHOOKS = (NAME, Column("WEBHOOKS", _length(("webhooks",))), AGE)

_LIMITED = ("spec", "limited")
_QUEUING = (*_LIMITED, "limitResponse", "queuing")
_POLICY_BINDING = (
    NAME, Column("POLICYNAME", at("spec", "policyName")), Column("PARAMREF", _param_name), AGE,
)  # fmt: skip

COLUMNS: Roster = {
    ("", "Node"): (
        NAME, Column("STATUS", _node_status), Column("ROLES", _roles), AGE, Column("VERSION", at("status", "nodeInfo", "kubeletVersion")),
        Column("INTERNAL-IP", _address("InternalIP"), wide=True), Column("EXTERNAL-IP", _address("ExternalIP"), wide=True),
        Column("OS-IMAGE", _info("osImage"), wide=True), Column("KERNEL-VERSION", _info("kernelVersion"), wide=True),
        Column("CONTAINER-RUNTIME", _info("containerRuntimeVersion"), wide=True),
    ),
    ("", "Namespace"): (NAME, Column("STATUS", at("status", "phase")), AGE),
    ("", "ConfigMap"): (NAME, Column("DATA", _length(("data",), ("binaryData",))), AGE),
    ("", "Secret"): (NAME, Column("TYPE", at("type")), Column("DATA", _length(("data",))), AGE),
    ("", "ResourceQuota"): (NAME, Column("REQUEST", _quota(limits=False)), Column("LIMIT", _quota(limits=True)), AGE),
    ("", "LimitRange"): _CREATED_AT,
    ("", "Event"): (
        Column("LAST SEEN", _last_seen), Column("TYPE", at("type")), Column("REASON", at("reason")),
        Column("OBJECT", _about), Column("SUBOBJECT", at("involvedObject", "fieldPath"), wide=True),
        Column("SOURCE", _source, wide=True), Column("MESSAGE", lambda value, _: str(value.get("message") or "").strip()),
        Column("FIRST SEEN", _first_seen, wide=True), Column("COUNT", _times, wide=True),
        Column("NAME", at("metadata", "name"), wide=True),
    ),
    ("rbac.authorization.k8s.io", "Role"): _CREATED_AT,
    ("rbac.authorization.k8s.io", "ClusterRole"): _CREATED_AT,
    ("rbac.authorization.k8s.io", "RoleBinding"): _BINDING,
    ("rbac.authorization.k8s.io", "ClusterRoleBinding"): _BINDING,
    ("apiextensions.k8s.io", "CustomResourceDefinition"): _CREATED_AT,
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
        Column("REQUESTEDDURATION", _requested_duration), Column("CONDITION", _request_status),
    ),
    ("networking.k8s.io", "IPAddress"): (NAME, Column("PARENTREF", _parent), AGE),
    ("networking.k8s.io", "ServiceCIDR"): (
        NAME, Column("CIDRS", lambda value, _: ",".join(dig(value, "spec", "cidrs", default=()))), AGE,
    ),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): (
        NAME, Column("PRIORITYLEVEL", at("spec", "priorityLevelConfiguration", "name")),
        Column("MATCHINGPRECEDENCE", at("spec", "matchingPrecedence")),
        Column("DISTINGUISHERMETHOD", at("spec", "distinguisherMethod", "type", default=NONE)), AGE,
    ),
    ("flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"): (
        NAME, Column("TYPE", at("spec", "type")),
        Column("NOMINALCONCURRENCYSHARES", at(*_LIMITED, "nominalConcurrencyShares", default=NONE)),
        Column("QUEUES", at(*_QUEUING, "queues", default=NONE)), Column("HANDSIZE", at(*_QUEUING, "handSize", default=NONE)),
        Column("QUEUELENGTHLIMIT", at(*_QUEUING, "queueLengthLimit", default=NONE)), AGE,
    ),
}  # fmt: skip
