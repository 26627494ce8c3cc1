"""Services: ports, addresses and families, affinity, traffic policies, and what may not change once set.

Upstream: pkg/apis/core/validation/validation.go, pkg/api/service/util.go
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    name_is_dns_label,
    validate_dns1123_label,
    validate_dns1123_subdomain,
    validate_qualified_name,
)
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import (
    METADATA,
    validate_labels,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.ip import (
    is_valid_cidr_for_legacy_field,
    is_valid_ip_for_legacy_field,
    parse_ip,
)
from kplan.apiserver.validation.podspec.ports import (
    validate_port_num,
    validate_port_num_or_name,
    validate_protocol,
)
from kplan.apiserver.validation.service_ips import (
    is_headless,
    validate_cluster_ip_changes,
    validate_cluster_ips,
    validate_ip_family_changes,
)
from kplan.apiserver.validation.shown import shown
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_PORTS: Final = _SPEC / "ports"
_ANNOTATIONS: Final = METADATA / "annotations"
_TYPES: Final = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")
_AFFINITIES: Final = ("ClientIP", "None")
_POLICIES: Final = ("Cluster", "Local")
_DISTRIBUTIONS: Final = ("PreferClose", "PreferSameZone", "PreferSameNode")
_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_MODE: Final = "service.kubernetes.io/topology-mode"
_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
_DAY: Final = 86400


def validate_service(obj: Json) -> ErrorList:
    """A Service on create."""
    return validate_object_meta(obj.get("metadata"), True, name_is_dns_label) + _validate(obj, None)


def validate_service_cluster_ips(obj: Json, old: Json | None) -> ErrorList:
    """What is checked of addresses and families before addresses are allocated."""
    return validate_cluster_ips(obj.get("spec") or {}, (old or {}).get("spec") or {})


def validate_service_update(new: Json, old: Json) -> ErrorList:
    """A Service on update."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += validate_cluster_ip_changes(spec, before)
    errors += validate_ip_family_changes(spec, before)
    errors += _validate_class(spec, before)
    checked = _needs_health_check(before) and _needs_health_check(spec)
    if checked and spec.get("healthCheckNodePort", 0) != before.get("healthCheckNodePort", 0):
        errors.append(field.forbidden(_SPEC / "healthCheckNodePort", "field is immutable"))
    return errors + _validate(new, old)


def _validate(obj: Json, old: Json | None) -> ErrorList:
    spec = obj.get("spec") or {}
    annotations = (obj.get("metadata") or {}).get("annotations") or {}
    kind, ports, headless = spec.get("type", ""), spec.get("ports") or [], is_headless(spec)
    errors = _validate_topology_annotations(annotations)
    if not ports and not headless and kind != "ExternalName":
        errors.append(field.required(_PORTS, ""))
    errors += _validate_type(spec, kind, headless)
    errors += _validate_ports(ports)
    errors += validate_labels(spec.get("selector"), _SPEC / "selector")
    errors += _validate_affinity(spec)
    errors += validate_cluster_ips(spec, (old or {}).get("spec") or {})
    errors += _validate_external_ips(spec, (old or {}).get("spec") or {})
    errors += _validate_listed(kind, _TYPES, _SPEC / "type")
    errors += _validate_port_uniqueness(ports, kind)
    errors += _validate_source_ranges(obj, old, annotations, kind)
    allocate = spec.get("allocateLoadBalancerNodePorts")
    if allocate is not None and kind != "LoadBalancer":
        text = "may only be used when `type` is 'LoadBalancer'"
        errors.append(field.forbidden(_SPEC / "allocateLoadBalancerNodePorts", text))
    if allocate is None and kind == "LoadBalancer":
        errors.append(field.required(FieldPath("allocateLoadBalancerNodePorts"), ""))
    errors += _validate_class(spec, None)
    return errors + _validate_external_policy(spec) + _validate_internal_policy(spec, kind)


def _validate_listed(value: str, supported: Sequence[str], path: FieldPath) -> ErrorList:
    if not value:
        return [field.required(path, "")]
    return [] if value in supported else [field.not_supported(path, typed(value), supported)]


def _validate_topology_annotations(annotations: Mapping[str, str]) -> ErrorList:
    mode, hints = annotations.get(_MODE), annotations.get(_HINTS)
    if mode is None or hints is None or mode == hints:
        return []
    text = f"must match annotations[{_HINTS}] when both are specified"
    return [field.invalid(_ANNOTATIONS.key(_MODE), mode, text)]


def _validate_type(spec: Json, kind: str, headless: bool) -> ErrorList:
    if kind in {"LoadBalancer", "NodePort"} and headless:
        text = f"may not be set to 'None' for {kind} services"
        return [field.invalid(_SPEC / "clusterIPs" / 0, "None", text)]
    if kind != "ExternalName":
        return []
    text = "may not be set for ExternalName services"
    errors = [
        field.forbidden(_SPEC / name, text)
        for name in ("clusterIPs", "ipFamilies", "ipFamilyPolicy")
        if spec.get(name)
    ]
    name = spec.get("externalName", "").removesuffix(".")
    if not name:
        return [*errors, field.required(_SPEC / "externalName", "")]
    return errors + validate_dns1123_subdomain(name, _SPEC / "externalName")


def _validate_ports(ports: Sequence[Json]) -> ErrorList:
    errors: ErrorList = []
    names: set[str] = set()
    for index, port in enumerate(ports):
        path, name = _PORTS / index, port.get("name", "")
        if name:
            errors += validate_dns1123_label(name, path / "name")
            if name in names:
                errors.append(field.duplicate(path / "name", name))
            names.add(name)
        elif len(ports) > 1:
            errors.append(field.required(path / "name", ""))
        errors += validate_port_num(port.get("port", 0), path / "port")
        errors += validate_protocol(port.get("protocol", ""), path / "protocol")
        errors += validate_port_num_or_name(port.get("targetPort", 0), path / "targetPort")
        if port.get("appProtocol") is not None:
            errors += validate_qualified_name(port["appProtocol"], path / "appProtocol")
    return errors


def _validate_port_uniqueness(ports: Sequence[Json], kind: str) -> ErrorList:
    errors: ErrorList = []
    if kind == "ClusterIP":
        text = "may not be used when `type` is 'ClusterIP'"
        used = [index for index, port in enumerate(ports) if port.get("nodePort")]
        errors += [field.forbidden(_PORTS / index / "nodePort", text) for index in used]
    node_ports: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        number = port.get("nodePort", 0)
        key = (port.get("protocol", ""), number)
        if number and key in node_ports:
            errors.append(field.duplicate(_PORTS / index / "nodePort", number))
        node_ports.add(key)
    seen: set[tuple[str, int]] = set()
    for index, port in enumerate(ports):
        key = (port.get("protocol", ""), port.get("port", 0))
        if key in seen:
            value = shown("ServicePort", {"protocol": key[0], "port": key[1]})
            errors.append(field.duplicate(_PORTS / index, value))
        seen.add(key)
    return errors


def _validate_affinity(spec: Json) -> ErrorList:
    affinity, config = spec.get("sessionAffinity", ""), spec.get("sessionAffinityConfig")
    path = _SPEC / "sessionAffinityConfig"
    errors = _validate_listed(affinity, _AFFINITIES, _SPEC / "sessionAffinity")
    if affinity == "None" and config is not None:
        errors.append(field.forbidden(path, "must not be set when session affinity is None"))
    if affinity != "ClientIP":
        return errors
    text = "when session affinity type is ClientIP"
    if config is None:
        return [*errors, field.required(path, text)]
    if config.get("clientIP") is None:
        return [*errors, field.required(path / "clientIP", text)]
    seconds, at = config["clientIP"].get("timeoutSeconds"), path / "clientIP" / "timeoutSeconds"
    if seconds is None:
        return [*errors, field.required(at, text)]
    if not 0 < seconds <= _DAY:
        errors.append(field.invalid(at, seconds, f"must be greater than 0 and less than {_DAY}"))
    return errors


def _validate_external_ips(spec: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    for index, address in enumerate(spec.get("externalIPs") or ()):
        path = _SPEC / "externalIPs" / index
        from kplan.apiserver.validation.endpoint_ip import validate_endpoint_ip  # noqa: PLC0415 - few Services have any

        found = is_valid_ip_for_legacy_field(path, address, valid_old=before.get("externalIPs") or ())
        errors += found or validate_endpoint_ip(address, path)
    return errors


def _validate_source_ranges(
    obj: Json, old: Json | None, annotations: Mapping[str, str], kind: str
) -> ErrorList:
    text = "may only be used when `type` is 'LoadBalancer'"
    errors: ErrorList = []
    ranges = (obj.get("spec") or {}).get("loadBalancerSourceRanges")
    if ranges:
        path = _SPEC / "LoadBalancerSourceRanges"
        if kind != "LoadBalancer":
            errors.append(field.forbidden(path, text))
        known = [
            item.strip() for item in ((old or {}).get("spec") or {}).get("loadBalancerSourceRanges") or ()
        ]
        for index, item in enumerate(ranges):
            errors += is_valid_cidr_for_legacy_field(path / index, item.strip(), valid_old=known)
    elif _RANGES in annotations:
        path = _ANNOTATIONS.key(_RANGES)
        if kind != "LoadBalancer":
            errors.append(field.forbidden(path, text))
        before = ((old or {}).get("metadata") or {}).get("annotations") or {}
        value = annotations[_RANGES].strip()
        if value and (old is None or before.get(_RANGES) != annotations[_RANGES]):
            for item in value.split(","):
                errors += is_valid_cidr_for_legacy_field(path, item.strip())
    return errors


def _validate_class(spec: Json, before: Json | None) -> ErrorList:
    errors: ErrorList = []
    path, name = _SPEC / "loadBalancerClass", spec.get("loadBalancerClass")
    balanced = spec.get("type") == "LoadBalancer"
    if (
        before is not None
        and balanced
        and before.get("type") == "LoadBalancer"
        and name != before.get("loadBalancerClass")
    ):
        errors.append(field.invalid(path, None if name is None else typed(name), "may not change once set"))
    if name is None:
        return errors
    if balanced:
        return errors + validate_qualified_name(name, path)
    return [*errors, field.forbidden(path, "may only be used when `type` is 'LoadBalancer'")]


def _needs_health_check(spec: Json) -> bool:
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _validate_external_policy(spec: Json) -> ErrorList:
    kind, policy, port = (
        spec.get("type", ""),
        spec.get("externalTrafficPolicy", ""),
        spec.get("healthCheckNodePort", 0),
    )
    path, at = _SPEC / "externalTrafficPolicy", _SPEC / "healthCheckNodePort"
    accessible = kind in {"LoadBalancer", "NodePort"} or (kind == "ClusterIP" and spec.get("externalIPs"))
    errors: ErrorList = []
    if accessible:
        errors += _validate_listed(policy, _POLICIES, path)
    elif policy:
        errors.append(
            field.invalid(path, typed(policy), "may only be set for externally-accessible services")
        )
    if not _needs_health_check(spec):
        text = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
        return errors + ([field.invalid(at, port, text)] if port else [])
    return errors + (validate_port_num(port, at) if port else [field.required(at, "")])


def _validate_internal_policy(spec: Json, kind: str) -> ErrorList:
    errors: ErrorList = []
    policy, path = spec.get("internalTrafficPolicy"), _SPEC / "internalTrafficPolicy"
    if policy is None and kind in {"NodePort", "LoadBalancer", "ClusterIP"}:
        errors.append(field.required(path, ""))
    if policy is not None and policy not in _POLICIES:
        errors.append(field.not_supported(path, typed(policy), _POLICIES))
    distribution = spec.get("trafficDistribution")
    if distribution is not None and distribution not in _DISTRIBUTIONS:
        errors.append(field.not_supported(_SPEC / "trafficDistribution", distribution, _DISTRIBUTIONS))
    return errors


def validate_service_status_update(new: Json, old: Json) -> ErrorList:
    """The status of a Service."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    status = (new.get("status") or {}).get("loadBalancer") or {}
    before = (old.get("status") or {}).get("loadBalancer") or {}
    return errors + validate_load_balancer_status(status, before, new.get("spec") or {})


def validate_load_balancer_status(status: Json, before: Json, spec: Json) -> ErrorList:
    """The addresses that a load balancer got."""
    path = FieldPath.of("status", "loadBalancer", "ingress")
    entries = status.get("ingress") or ()
    if entries and spec.get("type") != "LoadBalancer":
        return [field.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")]
    errors: ErrorList = []
    known = [entry["ip"] for entry in before.get("ingress") or () if entry.get("ip")]
    for index, entry in enumerate(entries):
        errors += _validate_ingress(entry, known, path / index)
    return errors


def _validate_ingress(entry: Json, known: Sequence[str], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    address, mode, host = entry.get("ip", ""), entry.get("ipMode"), entry.get("hostname", "")
    if address:
        errors += is_valid_ip_for_legacy_field(path / "ip", address, valid_old=known)
    if mode is None and address:
        errors.append(field.required(path / "ipMode", "must be specified when `ip` is set"))
    elif mode is not None and not address:
        errors.append(field.forbidden(path / "ipMode", "may not be specified when `ip` is not set"))
    elif mode is not None and mode not in {"Proxy", "VIP"}:
        errors.append(field.not_supported(path / "ipMode", typed(mode), ("Proxy", "VIP")))
    if host:
        errors += [field.invalid(path / "hostname", host, text) for text in is_dns1123_subdomain(host)]
        if parse_ip(host) is not None:
            errors.append(field.invalid(path / "hostname", host, "must be a DNS name, not an IP address"))
    return errors
