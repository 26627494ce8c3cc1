"""Addresses and node ports that a Service is given, and keeps.

Upstream: pkg/registry/core/service/storage/{storage,alloc}.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.apiserver.allocation import AllocationError, Allocator
from kplan.apiserver.registry.service_families import SPEC, keeps_dual_stack, refuse
from kplan.apiserver.registry.strategy import (
    Context,
)


def needs_health_check_port(spec: Json) -> bool:
    """Whether a load balancer asks each node for its own endpoints."""
    return spec.get("type") == "LoadBalancer" and spec.get("externalTrafficPolicy") == "Local"


def allocator_for(service: Json, context: Context) -> Allocator:
    """What gives addresses and ports to a Service."""
    metadata = service["metadata"]
    return Allocator(context.store, context.dry_run, f"{metadata.get('namespace')}/{metadata.get('name')}")


def allocate_addresses(service: Json, allocator: Allocator) -> None:
    """Give an address of each family, those that were asked for first."""
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
        refuse(service, [field.invalid(SPEC / "clusterIPs", service["spec"]["clusterIPs"], text)])
    return wanted


def update_addresses(new: Json, before: Json, allocator: Allocator) -> None:
    """Give addresses that a change of type or policy asks for."""
    spec = new["spec"]
    if keeps_dual_stack(spec, before):
        return
    if before.get("type") == "ExternalName" and spec.get("type") != "ExternalName":
        allocate_addresses(new, allocator)
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


def allocate_ports(service: Json, allocator: Allocator) -> None:
    """Allocate node ports for a new Service; ports with the same number share one."""
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


def update_ports(new: Json, before: Json, allocator: Allocator) -> None:
    """Give node ports to ports that have none."""
    spec, held = new["spec"], node_ports(before)
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
        path = SPEC / "ports" / index / "nodePort"
        refuse(service, [field.invalid(path, wanted, str(problem))])


def _draw_port(allocator: Allocator) -> int:
    try:
        return allocator.next_port()
    except AllocationError as problem:
        raise _internal(f"failed to allocate a nodePort: {problem}") from None


def allocate_health_check_port(spec: Json, allocator: Allocator) -> None:
    """Allocate the port on which nodes report whether they have endpoints of their own."""
    wanted = spec.get("healthCheckNodePort") or 0
    try:
        if wanted:
            allocator.take_port(wanted)
        else:
            spec["healthCheckNodePort"] = allocator.next_port()
    except AllocationError as problem:
        what = f"requested HealthCheck NodePort {wanted}" if wanted else "a HealthCheck NodePort 0"
        raise _internal(f"failed to allocate {what}: {problem}") from None


def keep_allocated(spec: Json, before: Json) -> None:
    """Let a manifest that names no addresses and ports keep the ones it has."""
    if needs_address(before) and needs_address(spec):
        if not spec.get("clusterIP") and before.get("clusterIP"):
            spec["clusterIP"] = before["clusterIP"]
        if not spec.get("clusterIPs") and before.get("clusterIPs"):
            spec["clusterIPs"] = list(before["clusterIPs"])
    if _draws_ports(before) and _draws_ports(spec):
        both = node_ports(before) & node_ports(spec)
        known = {port.get("name", ""): port.get("nodePort", 0) for port in before.get("ports") or ()}
        for port in spec.get("ports") or ():
            kept = known.get(port.get("name", ""), 0)
            if not port.get("nodePort") and kept and kept not in both:
                port["nodePort"] = kept
    kept = before.get("healthCheckNodePort")
    needed = needs_health_check_port(before) and needs_health_check_port(spec)
    if needed and kept and not spec.get("healthCheckNodePort"):
        spec["healthCheckNodePort"] = kept


def sync_addresses(spec: Json, before: Json) -> None:
    """Clients that know only ``clusterIP`` change ``clusterIPs`` with it."""
    one, then = spec.get("clusterIP") or "", before.get("clusterIP") or ""
    if before.get("clusterIPs") and not spec.get("clusterIPs") and one == then:
        spec["clusterIPs"] = list(before["clusterIPs"])
    if one != then and (spec.get("clusterIPs") or []) == (before.get("clusterIPs") or []):
        if one:
            spec["clusterIPs"] = [one]
        elif then:
            spec.pop("clusterIPs", None)


def node_ports(spec: Json) -> set[int]:
    """The node ports of a Service."""
    return {port["nodePort"] for port in spec.get("ports") or () if port.get("nodePort")}


def needs_address(spec: Json) -> bool:
    """Whether a Service has addresses of its own."""
    return spec.get("type") != "ExternalName"


def _draws_ports(spec: Json) -> bool:
    kind = spec.get("type")
    return kind == "NodePort" or (kind == "LoadBalancer" and spec.get("allocateLoadBalancerNodePorts", True))


def _internal(message: str) -> errors.StatusError:
    return errors.StatusError(500, "InternalError", f"Internal error occurred: {message}")


def _internal_plain(message: str) -> errors.StatusError:
    return errors.StatusError(500, "", message)
