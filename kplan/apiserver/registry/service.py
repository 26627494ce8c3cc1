"""What the server makes of a Service before validation: families, addresses, ports, and what a change of type clears.

Upstream: pkg/registry/core/service/{strategy,storage/storage,storage/alloc}.go
"""

from collections.abc import Collection
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.apiserver.allocation import AllocationError, Allocator, family_of
from kplan.apiserver.field import ErrorList
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    clear_status,
    in_turn,
    keep_status,
    only_status,
)
from kplan.apiserver.validation import core_service as validation
from kplan.apiserver.warnings import network
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_POLICY: Final = _SPEC / "ipFamilyPolicy"


def begin_create(service: Json, context: Context) -> None:
    """Fill families, then allocate addresses and ports."""
    spec = service.setdefault("spec", {})
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    allocator = _allocator(service, context)
    _fill_families(service, None, allocator)
    _allocate_addresses(service, allocator)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        _allocate_ports(service, allocator)
    if needs_health_check_port(spec):
        _allocate_health_check_port(spec, allocator)


def begin_update(new: Json, old: Json, context: Context) -> None:
    """Keep what was allocated before, and allocate what a change asks for."""
    spec, before = new.setdefault("spec", {}), read(old)["spec"]
    _keep_allocated(spec, before)
    _sync_addresses(spec, before)
    allocator = _allocator(new, context)
    _fill_families(new, before, allocator)
    _update_addresses(new, before, allocator)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        _update_ports(new, before, allocator)
    if needs_health_check_port(spec) and not needs_health_check_port(before):
        _allocate_health_check_port(spec, allocator)


def read(service: Json) -> Json:
    """Fill what a Service written before the plural fields lacks."""
    spec = dict(service.get("spec") or {})
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    if spec.get("type") == "ExternalName":
        spec.pop("internalTrafficPolicy", None)
    elif not spec.get("ipFamilies"):
        if spec.get("clusterIP") == "None":
            dual = not spec.get("selector")
            spec["ipFamilies"] = ["IPv4", "IPv6"] if dual else ["IPv4"]
            spec["ipFamilyPolicy"] = "RequireDualStack" if dual else "SingleStack"
        elif spec.get("clusterIPs"):
            spec["ipFamilies"] = [family_of(address) for address in spec["clusterIPs"]]
            spec["ipFamilyPolicy"] = "SingleStack" if len(spec["clusterIPs"]) == 1 else "RequireDualStack"
    return {**service, "spec": spec}


def clear_dependent_fields(new: Json, old: Json, _context: Context) -> None:
    """Drop what no longer applies after a change of type, unless the user changed it as well."""
    spec, before = new["spec"], old.get("spec") or {}
    if _needs_address(before) and not _needs_address(spec):
        if _same(spec, before, "clusterIP", "clusterIPs"):
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        for name in ("ipFamilies", "ipFamilyPolicy"):
            if _same(spec, before, name):
                spec.pop(name, None)
    if _uses_node_ports(before) and not _uses_node_ports(spec) and _ports(spec) <= _ports(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if (
        needs_health_check_port(before)
        and not needs_health_check_port(spec)
        and _same(spec, before, "healthCheckNodePort")
    ):
        spec.pop("healthCheckNodePort", None)
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if name in spec and _same(spec, before, name):
                del spec[name]
    if _external(before) and not _external(spec) and _same(spec, before, "externalTrafficPolicy"):
        spec.pop("externalTrafficPolicy", None)
    if spec.get("type") == "ExternalName" and _same(spec, before, "internalTrafficPolicy"):
        # upstream it stays stored, and is left out wherever it is read
        spec.pop("internalTrafficPolicy", None)
    if spec.get("type") != "LoadBalancer":
        new["status"] = {**(new.get("status") or {}), "loadBalancer": {}}


def needs_health_check_port(spec: Json) -> bool:
    """Whether a load balancer asks each node for its own endpoints."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def _allocator(service: Json, context: Context) -> Allocator:
    metadata = service["metadata"]
    return Allocator(context.store, context.dry_run, f"{metadata.get('namespace')}/{metadata.get('name')}")


def _fill_families(service: Json, before: Json | None, allocator: Allocator) -> None:
    """Settle policy and families; what is wrong is refused after each of the steps that upstream takes."""
    spec = service["spec"]
    if spec.get("type") == "ExternalName" or (before is not None and _keeps_dual_stack(spec, before)):
        return
    anywhere = spec.get("clusterIP") == "None" and not spec.get("selector")
    _fill_policy(spec, before, anywhere=anywhere)
    old = None if before is None else {"spec": before}
    _refuse(service, validation.validate_service_cluster_ips(service, old))
    ranges = allocator.ranges()
    found = [] if before is None else _reduce(spec, before)
    found += _too_many(spec)
    found += _take_families_of_addresses(spec, ranges)
    _refuse(service, found)
    if not anywhere:
        _refuse(service, _not_configured(spec, ranges))
    families = list(spec.get("ipFamilies") or [next(iter(ranges))])
    if spec["ipFamilyPolicy"] != "SingleStack" and len(families) == 1 and (anywhere or len(ranges) == 2):
        families.append(_other(families[0]))
    spec["ipFamilies"] = families


def _fill_policy(spec: Json, before: Json | None, *, anywhere: bool) -> None:
    """Keep the policy, else two families where endpoints may be ``anywhere``, as those of no selector."""
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
            path, text = _SPEC / "clusterIPs" / index, f"{family} is not configured on this cluster"
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
            path = _SPEC / "ipFamilies" / index
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


def _allocate_addresses(service: Json, allocator: Allocator) -> None:
    spec = service["spec"]
    addresses = list(spec.get("clusterIPs") or ())
    if spec.get("type") == "ExternalName" or addresses[:1] == ["None"]:
        return
    families = spec.get("ipFamilies") or []
    addresses += [""] * (len(families) - len(addresses))
    spec["clusterIPs"] = addresses
    for index, family in enumerate(families):
        addresses[index] = _allocate_address(service, allocator, family, addresses[index])
    if addresses:
        spec["clusterIP"] = addresses[0]


def _allocate_address(service: Json, allocator: Allocator, family: str, wanted: str) -> str:
    try:
        if not wanted:
            return allocator.next_address(family)
        allocator.take_address(family, wanted)
    except AllocationError as problem:
        if not wanted:
            name = service["metadata"].get("name", "")
            raise _internal(f'failed to allocate a serviceIP for Service "{name}": {problem}') from None
        text = f"failed to allocate IP {wanted}: {problem}"
        _refuse(service, [field.invalid(_SPEC / "clusterIPs", service["spec"]["clusterIPs"], text)])
    return wanted


def _update_addresses(new: Json, before: Json, allocator: Allocator) -> None:
    spec = new["spec"]
    if _keeps_dual_stack(spec, before):
        return
    if before.get("type") == "ExternalName" and spec.get("type") != "ExternalName":
        _allocate_addresses(new, allocator)
        return
    if (before.get("clusterIPs") or [""])[0] == "None" or spec.get("type") == "ExternalName":
        return
    if len(before.get("ipFamilies") or ()) == 1 and len(spec.get("ipFamilies") or ()) == 2:
        addresses = (
            [*(spec.get("clusterIPs") or ()), ""][:2]
            if len(spec.get("clusterIPs") or ()) < 2
            else list(spec["clusterIPs"])
        )
        spec["clusterIPs"] = addresses
        addresses[1] = _allocate_address(new, allocator, spec["ipFamilies"][1], addresses[1])


def _allocate_ports(service: Json, allocator: Allocator) -> None:
    spec = service["spec"]
    given: dict[int, int] = {}
    ports = spec.get("ports") or []
    for index, port in enumerate(ports):
        wanted = port.get("nodePort") or 0
        if not wanted and not _draws_ports(spec):
            continue
        number = port.get("port", 0)
        known = given.get(number, 0)
        if not known:
            asked = next(
                (item["nodePort"] for item in ports if item.get("port") == number and item.get("nodePort")), 0
            )
            if asked:
                _take_port(service, allocator, index, asked)
            port["nodePort"] = given[number] = asked or _draw_port(allocator)
        elif not wanted:
            port["nodePort"] = known
        elif wanted != known:
            _take_port(service, allocator, index, wanted)


def _update_ports(new: Json, before: Json, allocator: Allocator) -> None:
    spec, held = new["spec"], _ports(before)
    taken: set[int] = set()
    seen: set[tuple[Any, Any]] = set()
    for index, port in enumerate(spec.get("ports") or ()):
        wanted = port.get("nodePort") or 0
        if not wanted and not _draws_ports(spec):
            continue
        if wanted and wanted not in held and wanted not in taken:
            _take_port(new, allocator, index, wanted)
            taken.add(wanted)
        elif not wanted:
            port["nodePort"] = _draw_port(allocator)
        identity = (port.get("protocol"), port["nodePort"])
        if identity in seen:
            raise _internal_plain(f"duplicate nodePort: {{{identity[0]} {identity[1]}}}")
        seen.add(identity)


def _take_port(service: Json, allocator: Allocator, index: int, wanted: int) -> None:
    try:
        allocator.take_port(wanted)
    except AllocationError as problem:
        path = _SPEC / "ports" / index / "nodePort"
        _refuse(service, [field.invalid(path, wanted, str(problem))])


def _draw_port(allocator: Allocator) -> int:
    try:
        return allocator.next_port()
    except AllocationError as problem:
        raise _internal(f"failed to allocate a nodePort: {problem}") from None


def _allocate_health_check_port(spec: Json, allocator: Allocator) -> None:
    wanted = spec.get("healthCheckNodePort") or 0
    try:
        if wanted:
            allocator.take_port(wanted)
        else:
            spec["healthCheckNodePort"] = allocator.next_port()
    except AllocationError as problem:
        what = f"requested HealthCheck NodePort {wanted}" if wanted else "a HealthCheck NodePort 0"
        raise _internal(f"failed to allocate {what}: {problem}") from None


def _keep_allocated(spec: Json, before: Json) -> None:
    """Let a manifest that names no addresses and ports keep the ones it has."""
    if _needs_address(before) and _needs_address(spec):
        if not spec.get("clusterIP") and before.get("clusterIP"):
            spec["clusterIP"] = before["clusterIP"]
        if not spec.get("clusterIPs") and before.get("clusterIPs"):
            spec["clusterIPs"] = list(before["clusterIPs"])
    if _draws_ports(before) and _draws_ports(spec):
        both = _ports(before) & _ports(spec)
        known = {port.get("name", ""): port.get("nodePort", 0) for port in before.get("ports") or ()}
        for port in spec.get("ports") or ():
            kept = known.get(port.get("name", ""), 0)
            if not port.get("nodePort") and kept and kept not in both:
                port["nodePort"] = kept
    kept = before.get("healthCheckNodePort")
    needed = needs_health_check_port(before) and needs_health_check_port(spec)
    if needed and kept and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = kept


def _sync_addresses(spec: Json, before: Json) -> None:
    """Clients that know only ``clusterIP`` change ``clusterIPs`` with it."""
    one, then = spec.get("clusterIP") or "", before.get("clusterIP") or ""
    if before.get("clusterIPs") and not spec.get("clusterIPs") and one == then:
        spec["clusterIPs"] = list(before["clusterIPs"])
    if one != then and (spec.get("clusterIPs") or []) == (before.get("clusterIPs") or []):
        if one:
            spec["clusterIPs"] = [one]
        elif then:
            spec.pop("clusterIPs", None)


def _keeps_dual_stack(spec: Json, before: Json) -> bool:
    policies = (spec.get("ipFamilyPolicy"), before.get("ipFamilyPolicy", "PreferDualStack"))
    return (
        policies == ("PreferDualStack", "PreferDualStack")
        and spec.get("type") == before.get("type")
        and spec.get("type") in ("ClusterIP", "NodePort", "LoadBalancer")
        and _same(spec, before, "clusterIPs", "ipFamilies")
    )


def _same(spec: Json, before: Json, *names: str) -> bool:
    return all((spec.get(name) or None) == (before.get(name) or None) for name in names)


def _ports(spec: Json) -> set[int]:
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def _needs_address(spec: Json) -> bool:
    return spec.get("type") != "ExternalName"


def _uses_node_ports(spec: Json) -> bool:
    return spec.get("type") in ("NodePort", "LoadBalancer")


def _draws_ports(spec: Json) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True))


def _external(spec: Json) -> bool:
    return _uses_node_ports(spec) or (spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs")))


def _other(family: str) -> str:
    return "IPv6" if family == "IPv4" else "IPv4"


def _refuse(service: Json, found: ErrorList) -> None:
    if found:
        raise errors.invalid("Service", service["metadata"].get("name") or "", found)


def _internal(message: str) -> errors.StatusError:
    return errors.StatusError(500, "InternalError", f"Internal error occurred: {message}")


def _internal_plain(message: str) -> errors.StatusError:
    return errors.StatusError(500, "", message)


STRATEGIES: Final = (
    Strategy(
        "",
        "Service",
        validation.validate_service,
        validation.validate_service_update,
        begin_create=begin_create,
        begin_update=begin_update,
        prepare_for_create=clear_status,
        prepare_for_update=in_turn(keep_status, clear_dependent_fields),
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_service_status_update,
        allow_create_on_update=True,
        warnings=network.for_service,
    ),
)
