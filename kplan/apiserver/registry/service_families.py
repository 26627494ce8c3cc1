"""Which families of addresses a Service has, by its policy, its addresses and the cluster.

Upstream: pkg/registry/core/service/storage/alloc.go
"""

from collections.abc import Collection
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.apiserver.allocation import Allocator, family_of
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation import core_service as validation
from kplan.fieldpath import FieldPath

SPEC: Final = FieldPath("spec")
_POLICY: Final = SPEC / "ipFamilyPolicy"


def fill_families(service: Json, before: Json | None, allocator: Allocator) -> None:
    """Settle policy and families; what is wrong is refused after each of the steps that upstream takes."""
    spec = service["spec"]
    if spec.get("type") == "ExternalName" or (before is not None and keeps_dual_stack(spec, before)):
        return
    anywhere = spec.get("clusterIP") == "None" and not spec.get("selector")
    _fill_policy(spec, before, anywhere=anywhere)
    old = None if before is None else {"spec": before}
    refuse(service, validation.validate_service_cluster_ips(service, old))
    ranges = allocator.ranges()
    found = [] if before is None else _reduce(spec, before)
    found += _too_many(spec)
    found += _take_families_of_addresses(spec, ranges)
    refuse(service, found)
    if not anywhere:
        refuse(service, _not_configured(spec, ranges))
    families = list(spec.get("ipFamilies") or [next(iter(ranges))])
    if spec["ipFamilyPolicy"] != "SingleStack" and len(families) == 1 and (anywhere or len(ranges) == 2):
        families.append(_other(families[0]))
    spec["ipFamilies"] = families


def _fill_policy(spec: Json, before: Json | None, *, anywhere: bool) -> None:
    """Keep the policy, else two families if endpoints may be ``anywhere``, as those of no selector."""
    if "ipFamilyPolicy" in spec:
        return
    if before is not None and "ipFamilyPolicy" in before:
        spec["ipFamilyPolicy"] = before["ipFamilyPolicy"]
    else:
        spec["ipFamilyPolicy"] = "RequireDualStack" if anywhere else "SingleStack"


def _too_many(spec: Json) -> ErrorList:
    """Two addresses or families under a policy of one."""
    policy = spec["ipFamilyPolicy"]
    if policy != "SingleStack":
        return []
    return [
        field.invalid(
            _POLICY, policy, f"must be 'RequireDualStack' or 'PreferDualStack' when multiple {what} specified"
        )
        for name, what in (("clusterIPs", "cluster IPs are"), ("ipFamilies", "IP families are"))
        if len(spec.get(name) or ()) == 2
    ]


def _take_families_of_addresses(spec: Json, ranges: Collection[str]) -> ErrorList:
    """Addresses that were asked for say their families."""
    found: ErrorList = []
    for index, address in enumerate(spec.get("clusterIPs") or ()):
        if address == "None":
            break
        if index < len(spec.get("ipFamilies") or ()):
            continue
        family = family_of(address)
        if family in ranges:
            spec["ipFamilies"] = [*(spec.get("ipFamilies") or ()), family]
        else:
            path, text = SPEC / "clusterIPs" / index, f"{family} is not configured on this cluster"
            found.append(field.invalid(path, spec["clusterIPs"], text))
    return found


def _not_configured(spec: Json, ranges: Collection[str]) -> ErrorList:
    """Families that the cluster has no addresses of."""
    found: ErrorList = []
    policy = spec["ipFamilyPolicy"]
    if policy == "RequireDualStack" and len(ranges) < 2:
        found.append(field.invalid(_POLICY, policy, "this cluster is not configured for dual-stack services"))
    for index, family in enumerate(spec.get("ipFamilies") or ()):
        if family not in ranges:
            path = SPEC / "ipFamilies" / index
            found.append(field.invalid(path, family, "not configured on this cluster"))
    return found


def _reduce(spec: Json, before: Json) -> ErrorList:
    found: ErrorList = []
    for name, what in (("clusterIPs", "cluster IP"), ("ipFamilies", "IP family")):
        now, then = spec.get(name) or [], before.get(name) or []
        if spec["ipFamilyPolicy"] == "SingleStack":
            if now == then and len(now) > 1:
                spec[name] = now[:1]
        elif now and len(now) < len(then):
            text = f"must be 'SingleStack' to release the secondary {what}"
            found.append(field.invalid(_POLICY, spec["ipFamilyPolicy"], text))
    return found


def keeps_dual_stack(spec: Json, before: Json) -> bool:
    """Whether an update leaves a dual-stack Service unchanged."""
    policies = (spec.get("ipFamilyPolicy"), before.get("ipFamilyPolicy", "PreferDualStack"))
    return (
        policies == ("PreferDualStack", "PreferDualStack")
        and spec.get("type") == before.get("type")
        and spec.get("type") in ("ClusterIP", "NodePort", "LoadBalancer")
        and unchanged(spec, before, "clusterIPs", "ipFamilies")
    )


def unchanged(spec: Json, before: Json, *names: str) -> bool:
    """Whether an update leaves these fields as they were; absent and empty are alike."""
    return all((spec.get(name) or None) == (before.get(name) or None) for name in names)


def _other(family: str) -> str:
    return "IPv6" if family == "IPv4" else "IPv4"


def refuse(service: Json, found: ErrorList) -> None:
    """Raise StatusError if something is wrong."""
    if found:
        raise errors.invalid("Service", service["metadata"].get("name") or "", found)
