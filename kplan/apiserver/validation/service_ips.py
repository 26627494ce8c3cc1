"""Cluster addresses and address families of Services, and how they may change.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.validation.ip import is_ipv6, is_valid_ip_for_legacy_field
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_IPS: Final = _SPEC / "clusterIPs"
_FAMILIES: Final = _SPEC / "ipFamilies"
_POLICY: Final = _SPEC / "ipFamilyPolicy"
_KNOWN_FAMILIES: Final = ("IPv4", "IPv6")
_KNOWN_POLICIES: Final = ("PreferDualStack", "RequireDualStack", "SingleStack")
_ONCE: Final = "may not change once set"


def is_headless(spec: Json) -> bool:
    """Whether the Service has no cluster address on purpose."""
    return spec.get("clusterIPs") == ["None"]


def is_dual_stack(addresses: Sequence[str]) -> bool:
    """Whether there is an address of either family."""
    return len({is_ipv6(address) for address in addresses}) == 2


def validate_cluster_ips(spec: Json, before: Json) -> ErrorList:
    """Cluster addresses against each other and against the families."""
    if spec.get("type") == "ExternalName":
        return []
    address, addresses = spec.get("clusterIP", ""), spec.get("clusterIPs") or []
    errors: ErrorList = []
    if address and not addresses:
        errors.append(field.required(_IPS, ""))
    elif address and addresses[0] != address:
        errors.append(field.invalid(_IPS, addresses, "first value must match `clusterIP`"))
    elif not address and addresses:
        errors.append(field.invalid(_IPS, addresses, "must be empty when `clusterIP` is not specified"))
    errors += _validate_families(spec)
    found, broken = _validate_addresses(addresses, before.get("clusterIPs") or [])
    errors += found
    if broken:
        return errors
    if len(addresses) > 1 and not is_dual_stack(addresses):
        text = "may specify no more than one IP for each IP family"
        errors.append(field.invalid(_IPS, addresses, text))
    if not is_headless(spec):
        errors += _validate_family_match(addresses, spec.get("ipFamilies") or [])
    return errors


def _validate_families(spec: Json) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in _KNOWN_FAMILIES:
            errors.append(field.not_supported(_FAMILIES / index, typed(family), _KNOWN_FAMILIES))
        if family in seen:
            errors.append(field.duplicate(_FAMILIES / index, typed(family)))
        seen.add(family)
    policy = spec.get("ipFamilyPolicy")
    if policy is not None and policy not in _KNOWN_POLICIES:
        errors.append(field.not_supported(_POLICY, typed(policy), _KNOWN_POLICIES))
    return errors


def _validate_addresses(addresses: Sequence[str], known: Sequence[str]) -> tuple[ErrorList, bool]:
    """The flag says that an address is unusable and nothing else is looked at."""
    errors: ErrorList = []
    broken = False
    for index, address in enumerate(addresses):
        if index == 0 and address == "None":
            if len(addresses) > 1:
                errors.append(field.invalid(_IPS, list(addresses), "'None' must be the first and only value"))
                broken = True
            continue
        found = is_valid_ip_for_legacy_field(_IPS / index, address, valid_old=known)
        errors += found
        broken = broken or bool(found)
    if len(addresses) > 2:
        errors.append(field.invalid(_IPS, list(addresses), "may only hold up to 2 values"))
    return errors, broken


def _validate_family_match(addresses: Sequence[str], families: Sequence[str]) -> ErrorList:
    errors: ErrorList = []
    for index, (address, family) in enumerate(zip(addresses, families, strict=False)):
        if family in _KNOWN_FAMILIES and (family == "IPv6") != is_ipv6(address):
            text = f"expected an {family} value as indicated by `ipFamilies[{index}]`"
            errors.append(field.invalid(_IPS / index, address, text))
    return errors


def _is_external(spec: Json, before: Json) -> bool:
    return "ExternalName" in {spec.get("type"), before.get("type")}


def validate_cluster_ip_changes(spec: Json, before: Json) -> ErrorList:
    """Cluster addresses stay; a second one may come and go."""
    if _is_external(spec, before) or (is_headless(spec) and is_headless(before)):
        return []
    new, old = spec.get("clusterIPs") or [], before.get("clusterIPs") or []
    if len(new) == len(old):
        return [
            field.invalid(_IPS / index, new, _ONCE)
            for index, address in enumerate(old)
            if address != new[index]
        ]
    errors: ErrorList = []
    if len(new) < len(old) and not new:
        errors.append(field.invalid(_IPS / 0, sent(spec, "clusterIPs"), "primary clusterIP can not be unset"))
    if new and old and new[0] != old[0]:
        errors.append(field.invalid(_IPS / 0, new, _ONCE))
    if len(new) == 1 and len(old) > 1:
        errors += _validate_release(spec, "clusterIP")
    return errors


def _validate_release(spec: Json, label: str) -> ErrorList:
    policy = spec.get("ipFamilyPolicy")
    if policy == "SingleStack":
        return []
    text = f"must be set to 'SingleStack' when releasing the secondary {label}"
    return [field.invalid(_POLICY, None if policy is None else typed(policy), text)]


def validate_ip_family_changes(spec: Json, before: Json) -> ErrorList:
    """Families stay; a second one may come and go."""
    if _is_external(spec, before) or is_headless(spec) or is_headless(before):
        return []
    new, old = spec.get("ipFamilies") or [], before.get("ipFamilies") or []
    if len(new) == len(old):
        return [
            field.invalid(_FAMILIES / 0, new, _ONCE)
            for one, other in zip(new, old, strict=True)
            if one != other
        ]
    errors: ErrorList = []
    addresses = sent(spec, "clusterIPs")
    if len(new) < len(old) and not addresses:
        families = sent(spec, "ipFamilies")
        errors.append(field.invalid(_FAMILIES / 0, families, "primary ipFamily can not be unset"))
    if new and old and new[0] != old[0]:
        errors.append(field.invalid(_FAMILIES / 0, addresses, _ONCE))
    if len(new) == 1 and len(old) > 1:
        errors += _validate_release(spec, "ipFamily")
    return errors
