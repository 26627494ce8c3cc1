"""Warnings about Services, their endpoints, Ingresses and network policies.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.field import go_quote
from kplan.apiserver.validation.ip import cidr_warnings, ip_warnings
from kplan.apiserver.warnings.metadata import annotations_of
from kplan.fieldpath import FieldPath

_INGRESS_CLASS: Final = "kubernetes.io/ingress.class"
_TOPOLOGY_HINTS: Final = "service.kubernetes.io/topology-aware-hints"
_SPEC: Final = FieldPath("spec")


def for_service(new: Json, _old: Json | None) -> list[str]:
    """Warn of a Service."""
    spec, kind = new.get("spec") or {}, (new.get("spec") or {}).get("type")
    headless = kind == "ClusterIP" and spec.get("clusterIP") == "None"
    external = spec.get("externalIPs") or []
    found = []
    if _TOPOLOGY_HINTS in annotations_of(new):
        found.append(
            f"annotation {_TOPOLOGY_HINTS} is deprecated, please use service.kubernetes.io/topology-mode instead"
        )
    if spec.get("clusterIP") not in (None, "", "None"):
        for index, address in enumerate(spec.get("clusterIPs") or ()):
            found += ip_warnings(_SPEC / "clusterIPs" / index, address)
    if headless:
        ignored = [
            ("loadBalancerIP", bool(spec.get("loadBalancerIP"))),
            ("externalIPs", bool(external)),
            ("SessionAffinity", spec.get("sessionAffinity") != "None"),
        ]
        found += [f"spec.{name} is ignored for headless services" for name, given in ignored if given]
    for index, address in enumerate(external):
        found += ip_warnings(_SPEC / "externalIPs" / index, address)
    if external and not headless and kind != "ExternalName":
        found.append("spec.externalIPs is deprecated and may no longer be implemented in some clusters")
    if spec.get("loadBalancerIP"):
        found += ip_warnings(_SPEC / "loadBalancerIP", spec["loadBalancerIP"])
    for index, cidr in enumerate(spec.get("loadBalancerSourceRanges") or ()):
        found += cidr_warnings(_SPEC / "loadBalancerSourceRanges" / index, cidr)
    if kind == "ExternalName" and external:
        found.append('spec.externalIPs is ignored when spec.type is "ExternalName"')
    if kind != "ExternalName" and spec.get("externalName"):
        found.append('spec.externalName is ignored when spec.type is not "ExternalName"')
    if spec.get("trafficDistribution") == "PreferClose":
        found.append('spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"')
    return found


def for_endpoints(new: Json, _old: Json | None) -> list[str]:
    """Warn of an Endpoints."""
    found: list[str] = []
    if (new["metadata"].get("labels") or {}).get(
        "endpoints.kubernetes.io/managed-by"
    ) == "endpoint-controller":
        return found
    for index, subset in enumerate(new.get("subsets") or ()):
        for name in ("addresses", "notReadyAddresses"):
            for number, address in enumerate(subset.get(name) or ()):
                found += ip_warnings(
                    FieldPath.of("subsets", index, name, number, "ip"), address.get("ip", "")
                )
    return found


def for_endpoint_slice(new: Json, old: Json | None) -> list[str]:
    """Warn of an EndpointSlice."""
    found = []
    if old is None and new.get("addressType") == "FQDN":
        found.append("spec.addressType: FQDN endpoints are deprecated")
    manager = (new["metadata"].get("labels") or {}).get("endpointslice.kubernetes.io/managed-by")
    if manager in ("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io"):
        return found
    for index, endpoint in enumerate(new.get("endpoints") or ()):
        for number, address in enumerate(endpoint.get("addresses") or ()):
            found += ip_warnings(FieldPath.of("endpoints", index, "addresses", number), address)
    return found


def for_ingress(new: Json, old: Json | None) -> list[str]:
    """Warn of an Ingress."""
    if (
        old is not None
        or _INGRESS_CLASS not in annotations_of(new)
        or "ingressClassName" in (new.get("spec") or {})
    ):
        return []
    return [
        f"annotation {go_quote(_INGRESS_CLASS)} is deprecated, please use 'spec.ingressClassName' instead"
    ]


def for_network_policy(new: Json, _old: Json | None) -> list[str]:
    """Warn of a NetworkPolicy."""
    found, spec = [], new.get("spec") or {}
    for rules, peers in (("ingress", "from"), ("egress", "to")):
        for index, rule in enumerate(spec.get(rules) or ()):
            for number, peer in enumerate(rule.get(peers) or ()):
                found += _for_ip_block(
                    peer.get("ipBlock"), _SPEC / rules / index / peers / number / "ipBlock"
                )
    return found


def _for_ip_block(block: Json | None, path: FieldPath) -> list[str]:
    if block is None:
        return []
    found = cidr_warnings(path / "cidr", block.get("cidr", ""))
    for index, cidr in enumerate(block.get("except") or ()):
        found += cidr_warnings(path / "except" / index, cidr)
    return found
