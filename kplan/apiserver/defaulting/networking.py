"""Defaults of the networking.k8s.io group.

Upstream: pkg/apis/networking/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json


def default_network_policy(obj: Json) -> None:
    """Fill a NetworkPolicy: ports are TCP, and it is about ingress, and egress if it has rules for it."""
    spec = obj.setdefault("spec", {})
    for rules in ("ingress", "egress"):
        for rule in spec.get(rules) or ():
            for port in rule.get("ports") or ():
                port.setdefault("protocol", "TCP")
    if not spec.get("policyTypes"):
        spec["policyTypes"] = ["Ingress", "Egress"] if spec.get("egress") else ["Ingress"]


def default_ingress_class(obj: Json) -> None:
    """Fill an IngressClass."""
    parameters = obj.setdefault("spec", {}).get("parameters")
    if parameters is not None:
        parameters.setdefault("scope", "Cluster")


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    ("networking.k8s.io/v1", "IngressClass"): default_ingress_class,
    ("networking.k8s.io/v1", "NetworkPolicy"): default_network_policy,
}
