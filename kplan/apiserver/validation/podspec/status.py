"""The status of a pod: conditions, terminated containers that stay so, claims, addresses, users.

Upstream: pkg/apis/core/validation/validation.go, pkg/api/v1/pod/util.go
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    IMMUTABLE,
    is_qualified_name,
    is_valid_id,
    name_is_dns_subdomain,
    size,
    validate_dns1123_label,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.meta import METADATA, validate_object_meta_update
from kplan.apiserver.validation.ip import is_ipv6, is_valid_ip_for_legacy_field, parse_ip
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotation_updates
from kplan.apiserver.validation.podspec.ratchet import options_for_pod
from kplan.apiserver.validation.quantities import is_native_resource
from kplan.fieldpath import FieldPath

STATUS: Final = FieldPath("status")
_SYSTEM_CONDITIONS: Final = frozenset({"PodScheduled", "Ready", "Initialized"})
_PLAIN_FIELDS: Final = frozenset(
    (
        "conditions", "containerStatuses", "hostIP", "hostIPs", "message", "phase", "podIP", "podIPs", "qosClass",
        "reason", "startTime",
    )
)  # fmt: skip
"""Fields of a status of which nothing is checked, or no more than ``_is_plain`` does."""
_PLAIN_CONDITIONS: Final = _SYSTEM_CONDITIONS | {
    "ContainersReady", "DisruptionTarget", "PodReadyToStartContainers", "PodResizeInProgress", "PodResizePending",
}  # fmt: skip
_PLAIN_CONTAINER: Final = frozenset(
    ("containerID", "image", "imageID", "lastState", "name", "ready", "restartCount", "started", "state")
)
_KINDS: Final = (
    ("containerStatuses", "containers"),
    ("initContainerStatuses", "initContainers"),
    ("ephemeralContainerStatuses", "ephemeralContainers"),
)
_HEALTH: Final = ("Healthy", "Unhealthy", "Unknown")


def validate_pod_status_update(new: Json, old: Json) -> ErrorList:
    """A pod whose status is written."""
    spec, status, before = new.get("spec") or {}, new.get("status") or {}, old.get("status") or {}
    same = new.get("metadata") is old.get("metadata") and spec is old.get("spec")
    if same and _is_plain(status, before):
        return []
    errors: ErrorList = []
    if new.get("metadata") is not old.get("metadata"):
        errors += validate_object_meta_update(new.get("metadata"), old.get("metadata"))
        errors += validate_pod_annotation_updates(
            new, old, METADATA / "annotations", options_for_pod(new, old)
        )
    errors += _validate_conditions(status.get("conditions") or ())
    errors += _validate_node_names(new, old)
    if status.get("observedGeneration", 0) < 0:
        text = "must be a non-negative integer"
        errors.append(field.invalid(STATUS / "observedGeneration", status["observedGeneration"], text))
    if status.get("qosClass", "") != before.get("qosClass", ""):
        errors.append(field.invalid(STATUS / "qosClass", typed(status.get("qosClass", "")), IMMUTABLE))
    errors += _validate_transitions(status, before, old.get("spec") or {})
    errors += _validate_claim_statuses(status.get("resourceClaimStatuses") or (), spec)
    if status.get("extendedResourceClaimStatus") is not None:
        errors += _validate_extended_claim(status["extendedResourceClaimStatus"], spec)
    errors += _validate_node_claims(status, spec)
    errors += _validate_addresses(status, before, "podIPs") + _validate_addresses(status, before, "hostIPs")
    errors += _validate_users(status, (spec.get("os") or {}).get("name", "linux"))
    return errors + _validate_allocated(status, spec)


def _is_plain(status: Json, before: Json) -> bool:
    """Whether a status is fine at first sight, as nearly all are that a kubelet writes."""
    if not _PLAIN_FIELDS.issuperset(status) or status.get("qosClass") != before.get("qosClass"):
        return False
    for condition in status.get("conditions") or ():
        if "observedGeneration" in condition or condition.get("type") not in _PLAIN_CONDITIONS:
            return False
    for container in status.get("containerStatuses") or ():
        if not _PLAIN_CONTAINER.issuperset(container):
            return False
    for container in before.get("containerStatuses") or ():
        if "state" in container and "terminated" in container["state"]:
            return False
    pod, host = status.get("podIPs"), status.get("hostIPs")
    if pod and not (len(pod) == 1 and _is_plain_address(pod[0].get("ip", ""))):
        return False
    if not host:
        return True
    own = host[0].get("ip", "")
    return len(host) == 1 and own == status.get("hostIP", "") and _is_plain_address(own)


@lru_cache(maxsize=65_536)
def _is_plain_address(text: str) -> bool:
    address = parse_ip(text)
    return address is not None and address.strict and not address.mapped


def _validate_conditions(conditions: Sequence[Json]) -> ErrorList:
    errors: ErrorList = []
    for index, condition in enumerate(conditions):
        observed, kind = condition.get("observedGeneration", 0), condition.get("type", "")
        if observed < 0:
            path = STATUS / "conditions" / index / "observedGeneration"
            errors.append(field.invalid(path, observed, "must be a non-negative integer"))
        if kind not in _SYSTEM_CONDITIONS and is_qualified_name(kind):
            errors += validate_qualified_name(kind, STATUS / "conditions" / index / "Type")
    return errors


def _validate_node_names(new: Json, old: Json) -> ErrorList:
    errors: ErrorList = []
    node, node_before = ((item.get("spec") or {}).get("nodeName", "") for item in (new, old))
    name, name_before = ((item.get("status") or {}).get("nominatedNodeName", "") for item in (new, old))
    if node != node_before:
        errors.append(field.forbidden(STATUS / "nodeName", "may not be changed directly"))
    if name and name != name_before:
        path = STATUS / "nominatedNodeName"
        errors += [field.invalid(path, name, text) for text in name_is_dns_subdomain(name)]
        if node_before:
            errors.append(field.forbidden(path, "may not be set on pods that are already bound to a node"))
    return errors


def _may_restart_everything(spec: Json) -> bool:
    return any(
        rule.get("action") == "RestartAllContainers"
        for kind in ("initContainers", "containers")
        for container in spec.get(kind) or ()
        for rule in container.get("restartPolicyRules") or ()
    )


def _matches(rule: Json, code: int) -> bool:
    codes = rule.get("exitCodes") or {}
    inside = code in (codes.get("values") or ())
    return inside if codes.get("operator") == "In" else codes.get("operator") == "NotIn" and not inside


def _should_restart(container: Json, spec: Json, code: int) -> bool:
    own = container.get("restartPolicy")
    if own is not None and any(_matches(rule, code) for rule in container.get("restartPolicyRules") or ()):
        return True
    policy = own if own in {"Always", "OnFailure", "Never"} else spec.get("restartPolicy", "Always")
    return policy == "Always" or (policy == "OnFailure" and code != 0)


def _validate_transitions(status: Json, before: Json, spec: Json) -> ErrorList:
    errors: ErrorList = []
    free = _may_restart_everything(spec)
    for kind, containers in _KINDS:
        if not before.get(kind) or (free and containers != "ephemeralContainers"):
            continue
        known = {item.get("name", ""): item for item in spec.get(containers) or ()}
        now = {item.get("name", ""): item.get("state") or {} for item in status.get(kind) or ()}
        for index, was in enumerate(before.get(kind) or ()):
            name, ended = was.get("name", ""), (was.get("state") or {}).get("terminated")
            if ended is None or name not in now or "terminated" in now[name]:
                continue
            allowed = containers != "ephemeralContainers" and name in known
            if not (allowed and _should_restart(known[name], spec, ended.get("exitCode", 0))):
                text = "may not be transitioned to non-terminated state"
                errors.append(field.forbidden(STATUS / kind / index / "state", text))
    return errors


def _validate_claim_statuses(statuses: Sequence[Json], spec: Json) -> ErrorList:
    errors: ErrorList = []
    known = {claim.get("name", "") for claim in spec.get("resourceClaims") or ()}
    seen: set[str] = set()
    for index, status in enumerate(statuses):
        path, name, claim = (
            STATUS / "resourceClaimStatuses" / index,
            status.get("name", ""),
            status.get("resourceClaimName"),
        )
        if name not in known:
            text = "must match the name of an entry in `spec.resourceClaims`"
            errors.append(field.invalid(path / "name", name, text))
        if name in seen:
            errors.append(field.duplicate(path / "name", name))
        seen.add(name)
        if claim is not None:
            at = path / "resourceClaimName"
            errors += [field.invalid(at, typed(claim), text) for text in name_is_dns_subdomain(claim)]
    return errors


def _validate_extended_claim(status: Json, spec: Json) -> ErrorList:
    errors: ErrorList = []
    path, mappings = STATUS / "extendedResourceClaimStatus", status.get("requestMappings") or []
    names = {
        item.get("name", ""): item
        for kind in ("initContainers", "containers")
        for item in spec.get(kind) or ()
    }
    where = "an entry in spec.initContainers.{0} or spec.containers.{0}"
    if not mappings:
        errors.append(field.required(path / "requestMappings", "at least one request mapping is required"))
    seen: set[tuple[str, str, str]] = set()
    for index, mapping in enumerate(mappings):
        at = path / "requestMappings" / index
        key = tuple(mapping.get(name, "") for name in ("containerName", "resourceName", "requestName"))
        container, resource, request = key
        if container not in names:
            text = f"must match the name of {where.format('name')}"
            errors.append(field.invalid(at / "containerName", container, text))
        elif resource not in ((names[container].get("resources") or {}).get("requests") or {}):
            text = f"must match the extended resource name of {where.format('resources.requests')}"
            errors.append(field.invalid(at / "resourceName", resource, text))
        errors += validate_dns1123_label(request, path / "requestName")
        if (container, resource, request) in seen:
            pairs = zip(("containerName", "resourceName", "requestName"), key, strict=True)
            errors += [field.duplicate(at / name, value) for name, value in pairs]
        seen.add((container, resource, request))
    claim = status.get("resourceClaimName", "")
    if not claim:
        return [*errors, field.required(path / "resourceClaimName", "")]
    return errors + [
        field.invalid(path / "resourceClaimName", claim, text) for text in name_is_dns_subdomain(claim)
    ]


def _validate_node_claims(status: Json, spec: Json) -> ErrorList:
    errors: ErrorList = []
    lists = (spec.get("resourceClaims") or (), status.get("resourceClaimStatuses") or ())
    known = {item["resourceClaimName"] for items in lists for item in items if "resourceClaimName" in item}
    for index, claim in enumerate(status.get("nodeAllocatableResourceClaimStatuses") or ()):
        path, name = (
            STATUS / "nodeAllocatableResourceClaimStatuses" / index,
            claim.get("resourceClaimName", ""),
        )
        if not name:
            errors.append(field.required(path / "resourceClaimName", "must not be empty"))
        if name not in known:
            errors.append(
                field.invalid(path / "resourceClaimName", name, "no mapping found in pod reference")
            )
        errors += [
            field.required(path / key, "must not be empty")
            for key in ("containers", "resources")
            if not claim.get(key)
        ]
        for resource, quantity in (claim.get("resources") or {}).items():
            at = (path / "resources").key(resource)
            if not is_native_resource(resource):
                errors.append(field.invalid(at, typed(resource), "must be a node allocatable resource name"))
            if quantity.startswith("-"):
                errors.append(field.invalid(at, quantity, "must be non-negative"))
    return errors


def _validate_addresses(status: Json, before: Json, name: str) -> ErrorList:
    errors: ErrorList = []
    path, entries = STATUS / name, status.get(name) or []
    addresses = [entry.get("ip", "") for entry in entries]
    if name == "hostIPs" and entries and status.get("hostIP", "") != addresses[0]:
        errors.append(field.invalid(path / 0 / "ip", addresses[0], "must be equal to `hostIP`"))
    known = [entry.get("ip", "") for entry in before.get(name) or ()]
    for index, address in enumerate(addresses):
        errors += is_valid_ip_for_legacy_field(path / index, address, valid_old=known)
    if len(addresses) < 2:
        return errors
    wrong = next((index for index, address in enumerate(addresses) if parse_ip(address) is None), None)
    if wrong is not None:
        problem = f"failed to check for dual stack with error:invalid IP[{wrong}]: {addresses[wrong]}"
        errors.append(field.internal(path, problem))
    if wrong is not None or len(addresses) > 2 or len({is_ipv6(address) for address in addresses}) != 2:
        shown = go_struct("[]core.PodIP" if name == "podIPs" else "[]core.HostIP", entries)
        errors.append(field.invalid(path, shown, "may specify no more than one IP for each IP family"))
    return errors


def _validate_users(status: Json, os_name: str) -> ErrorList:
    errors: ErrorList = []
    for kind, _ in _KINDS:
        for index, container in enumerate(status.get(kind) or ()):
            user = (container.get("user") or {}).get("linux")
            if user is None:
                continue
            path = STATUS / kind / index / "user" / "linux"
            if os_name == "windows":
                errors.append(field.forbidden(path, "cannot be set for a windows pod"))
                continue
            for name in ("uid", "gid"):
                errors += [
                    field.invalid(path / name, user.get(name, 0), text)
                    for text in is_valid_id(user.get(name, 0))
                ]
            for number, group in enumerate(user.get("supplementalGroups") or ()):
                at = path / "supplementalGroups" / number
                errors += [field.invalid(at, group, text) for text in is_valid_id(group)]
    return errors


def _validate_allocated(status: Json, spec: Json) -> ErrorList:
    errors: ErrorList = []
    for kind, containers in _KINDS:
        for index, container in enumerate(status.get(kind) or ()):
            resources = container.get("allocatedResourcesStatus")
            if not resources:
                continue
            path = STATUS / kind / index / "allocatedResourcesStatus"
            if containers == "ephemeralContainers":
                errors.append(field.forbidden(path, "must not be specified in container status"))
                continue
            known = {item.get("name", ""): item.get("resources") or {} for item in spec.get(containers) or ()}
            for number, resource in enumerate(resources):
                own = known.get(container.get("name", ""))
                errors += _validate_allocated_name(resource.get("name", ""), own, path / number / "name")
                errors += _validate_health(resource.get("resources") or (), path / number / "resources")
    return errors


def _validate_allocated_name(name: str, resources: Json | None, path: FieldPath) -> ErrorList:
    if resources is None:
        return []
    if not name.startswith("claim:"):
        text = "must match one of the container's resource requests"
        return [] if name in (resources.get("requests") or {}) else [field.invalid(path, typed(name), text)]
    claims = {
        f"claim:{claim.get('name', '')}" + (f"/{claim['request']}" if claim.get("request") else "")
        for claim in resources.get("claims") or ()
    }
    text = (
        "must match one of the container's resource claims in a format 'claim:<claimName>/<request>' "
        "or 'claim:<claimName>' if request is empty"
    )
    return [] if name in claims else [field.invalid(path, typed(name), text)]


def _validate_health(resources: Sequence[Json], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, resource in enumerate(resources):
        at = path / index
        name, health, message = (
            resource.get("resourceID", ""),
            resource.get("health", ""),
            resource.get("message"),
        )
        if health not in _HEALTH:
            errors.append(field.not_supported(at / "health", typed(health), _HEALTH))
        if message == "":
            errors.append(field.required(at / "message", "must be non-empty if specified"))
        elif message is not None and size(message) > 1024:
            errors.append(field.too_long(at / "message", "", 1024))
        if name in seen:
            errors.append(field.duplicate(at / "resourceID", typed(name)))
        seen.add(name)
    return errors
