"""The columns of nodes, namespaces, configuration, access rules and the rest.

Upstream: pkg/printers/internalversion/printers.go
"""

from collections.abc import Callable

from kplan.api.object import Json
from kplan.render.columns.column import (
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


def _event(field: str) -> Callable[[Json, Moment], str]:
    return lambda event, moment: since(
        event.get(field) or event.get("eventTime") or event.get("firstTimestamp"), moment
    )


def _about(event: Json, moment: Moment) -> str:
    del moment
    about = event.get("involvedObject") or event.get("regarding") or {}
    return "/".join(filter(None, [str(about.get("kind") or "").lower(), str(about.get("name") or "")]))


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
        Column("LAST SEEN", _event("lastTimestamp")), Column("TYPE", at("type")), Column("REASON", at("reason")),
        Column("OBJECT", _about), Column("MESSAGE", lambda value, _: str(value.get("message") or value.get("note") or "").strip()),
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
    ("networking.k8s.io", "ServiceCIDR"): (
        NAME, Column("CIDRS", lambda value, _: ",".join(dig(value, "spec", "cidrs", default=()))), AGE,
    ),
    ("flowcontrol.apiserver.k8s.io", "FlowSchema"): (
        NAME, Column("PRIORITYLEVEL", at("spec", "priorityLevelConfiguration", "name")),
        Column("MATCHINGPRECEDENCE", at("spec", "matchingPrecedence")),
        Column("DISTINGUISHERMETHOD", at("spec", "distinguisherMethod", "type", default=NONE)), AGE,
    ),
}  # fmt: skip
