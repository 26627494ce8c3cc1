"""What the API server checks of NetworkPolicy, IngressClass, IPAddress and ServiceCIDR; Ingress has its own module.

The order of the checks is upstream's, since a refusal lists its errors in that order.
Upstream: pkg/apis/networking/validation/validation.go, pkg/registry/networking/*/strategy.go
"""

from collections.abc import Collection, Iterator
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    is_path_segment_name,
    is_valid_port_name,
    is_valid_port_num,
    name_is_dns_label,
    name_is_dns_subdomain,
    size,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import (
    METADATA,
    Json,
    validate_label_selector,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.domains import is_domain_prefixed_path
from kplan.apiserver.validation.ingress import (
    validate_ingress,
    validate_ingress_status_update,
    validate_ingress_update,
    validate_typed_reference,
)
from kplan.apiserver.validation.ip import (
    is_valid_cidr,
    is_valid_cidr_for_legacy_field,
    is_valid_ip,
    parse_cidr,
)
from kplan.apiserver.validation.values import each, immutable, internal, one_of
from kplan.fieldpath import ROOT, FieldPath

__all__ = [
    "validate_ingress",
    "validate_ingress_class",
    "validate_ingress_class_update",
    "validate_ingress_status_update",
    "validate_ingress_update",
    "validate_ip_address",
    "validate_ip_address_update",
    "validate_network_policy",
    "validate_network_policy_update",
    "validate_service_cidr",
    "validate_service_cidr_update",
]

_SPEC: Final = FieldPath("spec")
_MAX_CONTROLLER: Final = 250


def validate_network_policy(obj: Json) -> ErrorList:
    """Check a new NetworkPolicy."""
    errors = validate_object_meta(obj["metadata"], True, name_is_dns_subdomain, METADATA)
    return errors + _network_policy_spec(obj.get("spec") or {}, False, ())


def validate_network_policy_update(new: Json, old: Json) -> ErrorList:
    """Check a changed NetworkPolicy; CIDRs that stood in the old one are let through."""
    old_spec = old.get("spec") or {}
    lenient = bool(validate_label_selector(old_spec.get("podSelector"), ROOT))
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _network_policy_spec(new.get("spec") or {}, lenient, tuple(_cidrs(old_spec)))


def _cidrs(spec: Json) -> Iterator[str]:
    rules = [
        (rule, peers)
        for direction, peers in (("ingress", "from"), ("egress", "to"))
        for rule in spec.get(direction) or ()
    ]
    for peer in (peer for rule, peers in rules for peer in rule.get(peers) or ()):
        if block := peer.get("ipBlock"):
            yield block.get("cidr", "")
            yield from block.get("except") or ()


def _network_policy_spec(spec: Json, lenient: bool, known: Collection[str]) -> ErrorList:
    errors = validate_label_selector(
        spec.get("podSelector"), _SPEC / "podSelector", allow_invalid_value=lenient
    )
    for rules, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(rules) or ()):
            path = _SPEC / rules / index
            for position, port in enumerate(rule.get("ports") or ()):
                errors += _policy_port(port, path / "ports" / position)
            for position, peer in enumerate(rule.get(peers) or ()):
                errors += _policy_peer(peer, path / peers / position, lenient, known)
    types, path = spec.get("policyTypes") or [], _SPEC / "policyTypes"
    if len(types) > 2:
        return [*errors, field.invalid(path, types, "may not specify more than two policyTypes")]
    for index, name in enumerate(types):
        errors += one_of(path / index, name, ("Ingress", "Egress"))
    return errors


def _policy_port(port: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    if port.get("protocol") is not None:
        errors += one_of(path / "protocol", port["protocol"], ("TCP", "UDP", "SCTP"))
    number, end = port.get("port"), port.get("endPort")
    if isinstance(number, int):
        errors += each(path / "port", number, is_valid_port_num(number))
        if end is not None:
            if end < number:
                text = "must be greater than or equal to `port`"
                errors.append(field.invalid(path / "endPort", number, text))
            errors += each(path / "endPort", end, is_valid_port_num(end))
        return errors
    if end is not None:
        state = "non-numeric" if number is not None else "not specified"
        errors.append(field.invalid(path / "endPort", end, f"may not be specified when `port` is {state}"))
    return errors if number is None else errors + each(path / "port", number, is_valid_port_name(number))


def _policy_peer(peer: Json, path: FieldPath, lenient: bool, known: Collection[str]) -> ErrorList:
    errors: ErrorList = []
    count = 0
    for name in ("podSelector", "namespaceSelector"):
        if peer.get(name) is not None:
            count += 1
            errors += validate_label_selector(peer[name], path / name, allow_invalid_value=lenient)
    block = peer.get("ipBlock")
    if block is not None:
        count += 1
        errors += _ip_block(block, path / "ipBlock", known)
    if count == 0:
        errors.append(field.required(path, "must specify a peer"))
    elif count > 1 and block is not None:
        errors.append(field.forbidden(path, "may not specify both ipBlock and another peer"))
    return errors


def _ip_block(block: Json, path: FieldPath, known: Collection[str]) -> ErrorList:
    cidr = block.get("cidr", "")
    if not cidr:
        return [field.required(path / "cidr", "")]
    errors = is_valid_cidr_for_legacy_field(path / "cidr", cidr, valid_old=tuple(known))
    outer = parse_cidr(cidr)
    if outer is None:
        return errors
    for index, text in enumerate(block.get("except") or ()):
        at = path / "except" / index
        errors += is_valid_cidr_for_legacy_field(at, text, valid_old=tuple(known))
        inner = parse_cidr(text)
        if inner is None:
            continue
        shift = outer.width - outer.bits
        inside = inner.width == outer.width and inner.masked() >> shift == outer.masked() >> shift
        if not inside or outer.bits >= inner.bits:
            errors.append(field.invalid(at, text, "must be a strict subset of `cidr`"))
    return errors


def validate_ingress_class(obj: Json) -> ErrorList:
    """Check a new IngressClass."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    spec = obj.get("spec") or {}
    controller, path = spec.get("controller", ""), _SPEC / "controller"
    if size(controller) > _MAX_CONTROLLER:
        errors.append(field.too_long(path, "", _MAX_CONTROLLER))
    errors += is_domain_prefixed_path(path, controller)
    return errors + _class_parameters(spec.get("parameters"), _SPEC / "parameters")


def validate_ingress_class_update(new: Json, old: Json) -> ErrorList:
    """Check a changed IngressClass: its controller stays."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    controller, before = ((obj.get("spec") or {}).get("controller", "") for obj in (new, old))
    return errors + immutable(_SPEC / "controller", controller, before) + validate_ingress_class(new)


def _class_parameters(parameters: Json | None, path: FieldPath) -> ErrorList:
    if parameters is None:
        return []
    errors = validate_typed_reference(parameters, path)
    scope, namespace = parameters.get("scope"), parameters.get("namespace")
    if scope is None:
        return [*errors, field.required(path / "scope", "")]
    if scope not in ("Cluster", "Namespace"):
        errors.append(field.not_supported(path / "scope", scope, ("Cluster", "Namespace")))
    if scope == "Namespace":
        if namespace is None:
            errors.append(field.required(path / "namespace", "`parameters.scope` is set to 'Namespace'"))
        else:
            errors += each(path / "namespace", namespace, name_is_dns_label(namespace))
    if scope == "Cluster" and namespace is not None:
        errors.append(field.forbidden(path / "namespace", "`parameters.scope` is set to 'Cluster'"))
    return errors


def _ip_address_name(name: str, _prefix: bool = False) -> list[str]:
    return [error.detail for error in is_valid_ip(None, name)]


def validate_ip_address(obj: Json) -> ErrorList:
    """Check a new IPAddress; its name is the address."""
    errors = validate_object_meta(obj["metadata"], False, _ip_address_name, METADATA)
    parent, path = (obj.get("spec") or {}).get("parentRef"), _SPEC / "parentRef"
    if parent is None:
        return [*errors, field.required(path, "")]
    if group := parent.get("group"):
        errors += each(path / "group", group, is_dns1123_subdomain(group))
    for name in ("resource", "name"):
        value = parent.get(name, "")
        if not value:
            errors.append(field.required(path / name, ""))
        else:
            errors += each(path / name, value, is_path_segment_name(value))
    if namespace := parent.get("namespace"):
        errors += each(path / "namespace", namespace, is_path_segment_name(namespace))
    return errors


def validate_ip_address_update(new: Json, old: Json) -> ErrorList:
    """Check a changed IPAddress: its parent stays."""
    errors = validate_ip_address(new) + validate_object_meta_update(
        new["metadata"], old["metadata"], METADATA
    )
    parent, before = ((obj.get("spec") or {}).get("parentRef") for obj in (new, old))
    return errors + immutable(_SPEC / "parentRef", parent, before, "networking.ParentReference")


def validate_service_cidr(obj: Json) -> ErrorList:
    """Check a new ServiceCIDR."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    return errors + _service_cidr_spec(obj.get("spec") or {})


def _service_cidr_spec(spec: Json) -> ErrorList:
    cidrs, path = spec.get("cidrs") or [], _SPEC / "cidrs"
    if not cidrs:
        return [field.required(path, "at least one CIDR required")]
    if len(cidrs) > 2:
        value = internal("networking.ServiceCIDRSpec", spec)
        return [field.invalid(path, value, "may only hold up to 2 values")]
    errors: ErrorList = []
    for index, cidr in enumerate(cidrs):
        errors += is_valid_cidr(path / index, cidr)
    parsed = [parse_cidr(cidr) for cidr in cidrs]
    families = [network.address.family for network in parsed if network is not None]
    if len(families) == 2 and families[0] == families[1]:
        text = "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64"
        errors.append(field.invalid(path, cidrs, text))
    return errors


def validate_service_cidr_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ServiceCIDR: a second family may be added, nothing else changed."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec = new.get("spec") or {}
    path, cidrs = _SPEC / "cidrs", spec.get("cidrs") or []
    before = (old.get("spec") or {}).get("cidrs") or []
    if len(before) == len(cidrs):
        for index, (cidr, was) in enumerate(zip(cidrs, before, strict=True)):
            errors += immutable(path / index, cidr, was)
        return errors
    if len(before) == 1 and len(cidrs) == 2:
        return errors + immutable(path / 0, cidrs[0], before[0]) + _service_cidr_spec(spec)
    return [*errors, field.invalid(path, sent(spec, "cidrs"), "field is immutable")]
