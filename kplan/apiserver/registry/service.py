"""What the server makes of a Service before validation: families, addresses, ports, and what a change of type clears.

Upstream: pkg/registry/core/service/{strategy,storage/storage,storage/alloc}.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.allocation import family_of
from kplan.apiserver.registry.service_allocation import (
    allocate_addresses,
    allocate_health_check_port,
    allocate_ports,
    allocator_for,
    keep_allocated,
    needs_address,
    needs_health_check_port,
    node_ports,
    sync_addresses,
    update_addresses,
    update_ports,
)
from kplan.apiserver.registry.service_families import fill_families, unchanged
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


def begin_create(service: Json, context: Context) -> None:
    """Fill families, then allocate addresses and ports."""
    spec = service.setdefault("spec", {})
    if spec.get("clusterIP") and not spec.get("clusterIPs"):
        spec["clusterIPs"] = [spec["clusterIP"]]
    allocator = allocator_for(service, context)
    fill_families(service, None, allocator)
    allocate_addresses(service, allocator)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        allocate_ports(service, allocator)
    if needs_health_check_port(spec):
        allocate_health_check_port(spec, allocator)


def begin_update(new: Json, old: Json, context: Context) -> None:
    """Keep what was allocated before, and allocate what a change asks for."""
    spec, before = new.setdefault("spec", {}), read(old)["spec"]
    keep_allocated(spec, before)
    sync_addresses(spec, before)
    allocator = allocator_for(new, context)
    fill_families(new, before, allocator)
    update_addresses(new, before, allocator)
    if spec.get("type") in ("NodePort", "LoadBalancer"):
        update_ports(new, before, allocator)
    if needs_health_check_port(spec) and not needs_health_check_port(before):
        allocate_health_check_port(spec, allocator)


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


def prepare_create(service: Json, context: Context) -> None:
    """Clear the status, and what is left out of a Service without addresses wherever it is read."""
    clear_status(service, context)
    spec = service["spec"]
    if spec.get("type") == "ExternalName" and spec.get("internalTrafficPolicy") in ("Cluster", "Local"):
        del spec["internalTrafficPolicy"]


def clear_dependent_fields(new: Json, old: Json, _context: Context) -> None:
    """Drop what no longer applies after a change of type, unless the user changed it as well."""
    spec, before = new["spec"], old.get("spec") or {}
    if needs_address(before) and not needs_address(spec):
        if unchanged(spec, before, "clusterIP", "clusterIPs"):
            spec.pop("clusterIP", None)
            spec.pop("clusterIPs", None)
        for name in ("ipFamilies", "ipFamilyPolicy"):
            if unchanged(spec, before, name):
                spec.pop(name, None)
    if _uses_node_ports(before) and not _uses_node_ports(spec) and node_ports(spec) <= node_ports(before):
        for port in spec.get("ports") or ():
            port.pop("nodePort", None)
    if (
        needs_health_check_port(before)
        and not needs_health_check_port(spec)
        and unchanged(spec, before, "healthCheckNodePort")
    ):
        spec.pop("healthCheckNodePort", None)
    if before.get("type") == "LoadBalancer" and spec.get("type") != "LoadBalancer":
        for name in ("allocateLoadBalancerNodePorts", "loadBalancerClass"):
            if name in spec and unchanged(spec, before, name):
                del spec[name]
    if _external(before) and not _external(spec) and unchanged(spec, before, "externalTrafficPolicy"):
        spec.pop("externalTrafficPolicy", None)
    if spec.get("type") == "ExternalName" and unchanged(spec, before, "internalTrafficPolicy"):
        # upstream it stays stored, and is left out wherever it is read
        spec.pop("internalTrafficPolicy", None)
    if spec.get("type") != "LoadBalancer":
        new["status"] = {**(new.get("status") or {}), "loadBalancer": {}}


def _uses_node_ports(spec: Json) -> bool:
    return spec.get("type") in ("NodePort", "LoadBalancer")


def _external(spec: Json) -> bool:
    return _uses_node_ports(spec) or (spec.get("type") == "ClusterIP" and bool(spec.get("externalIPs")))


STRATEGIES: Final = (
    Strategy(
        "",
        "Service",
        validation.validate_service,
        validation.validate_service_update,
        begin_create=begin_create,
        begin_update=begin_update,
        prepare_for_create=prepare_create,
        prepare_for_update=in_turn(keep_status, clear_dependent_fields),
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_service_status_update,
        allow_create_on_update=True,
        warnings=network.for_service,
    ),
)
