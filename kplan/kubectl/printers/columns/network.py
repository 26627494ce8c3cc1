"""The columns of Services, endpoints, Ingresses and network policies.

Upstream: pkg/printers/internalversion/printers.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import (
    AGE,
    NAME,
    NONE,
    UNSET,
    Column,
    Moment,
    Roster,
    at,
    at_most,
    dig,
    labels_text,
    selector_text,
)

_BALANCER_WIDTH = 16


def _balancer(value: Json, moment: Moment) -> str:
    ingress = dig(value, "status", "loadBalancer", "ingress", default=())
    text = ",".join(sorted({str(one.get("ip") or one.get("hostname") or "") for one in ingress} - {""}))
    return text if moment.wide or len(text) <= _BALANCER_WIDTH else f"{text[: _BALANCER_WIDTH - 3]}..."


def _external(service: Json, moment: Moment) -> str:
    kind, ips = dig(service, "spec", "type"), dig(service, "spec", "externalIPs", default=())
    if kind == "ExternalName":
        return str(dig(service, "spec", "externalName", default=""))
    if kind == "LoadBalancer":
        return ",".join(filter(None, [_balancer(service, moment), *ips])) or "<pending>"
    return ",".join(ips) or NONE


def _ports(service: Json, moment: Moment) -> str:
    del moment
    return ",".join(_port(one) for one in dig(service, "spec", "ports", default=())) or NONE


def _port(port: dict[str, Any]) -> str:
    node = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port.get('port')}{node}/{port.get('protocol', 'TCP')}"


def _cluster_ip(service: Json, moment: Moment) -> str:
    del moment
    return str((dig(service, "spec", "clusterIPs", default=()) or [NONE])[0])


def _hosts(ingress: Json, moment: Moment) -> str:
    del moment
    hosts = [str(rule["host"]) for rule in dig(ingress, "spec", "rules", default=()) if rule.get("host")]
    return at_most(hosts, 3) or "*"


def _endpoints(value: Json, moment: Moment) -> str:
    del moment
    places: list[str] = []
    for subset in value.get("subsets") or ():
        for port in subset.get("ports") or [{}]:
            suffix = f":{port['port']}" if port.get("port") else ""
            places += [
                f"{_bracketed(one.get('ip', ''), suffix)}{suffix}" for one in subset.get("addresses") or ()
            ]
    return at_most(places, 3) if value.get("subsets") else NONE


def _bracketed(address: str, suffix: str) -> str:
    return f"[{address}]" if ":" in address and suffix else address


def _slice_ports(value: Json, moment: Moment) -> str:
    del moment
    names = [str(one.get("port") or one.get("name") or "*") for one in value.get("ports") or ()]
    return at_most(names, 3) if names else UNSET


def _slice_endpoints(value: Json, moment: Moment) -> str:
    del moment
    places = [str(address) for one in value.get("endpoints") or () for address in one.get("addresses") or ()]
    return at_most(places, 3) if places else UNSET


def _class_name(value: Json, moment: Moment) -> str:
    del moment
    default = dig(value, "metadata", "annotations", "ingressclass.kubernetes.io/is-default-class") == "true"
    return f"{value['metadata']['name']} (default)" if default else str(value["metadata"]["name"])


def _parameters(value: Json, moment: Moment) -> str:
    del moment
    given = dig(value, "spec", "parameters")
    if not given:
        return NONE
    group = f".{given['apiGroup']}" if given.get("apiGroup") else ""
    return f"{given.get('kind')}{group}/{given.get('name')}"


COLUMNS: Roster = {
    ("", "Service"): (
        NAME, Column("TYPE", at("spec", "type")), Column("CLUSTER-IP", _cluster_ip), Column("EXTERNAL-IP", _external),
        Column("PORT(S)", _ports), AGE,
        Column("SELECTOR", lambda value, _: labels_text(dig(value, "spec", "selector")), wide=True),
    ),
    ("", "Endpoints"): (NAME, Column("ENDPOINTS", _endpoints), AGE),
    ("discovery.k8s.io", "EndpointSlice"): (
        NAME, Column("ADDRESSTYPE", at("addressType")), Column("PORTS", _slice_ports), Column("ENDPOINTS", _slice_endpoints), AGE,
    ),
    ("networking.k8s.io", "Ingress"): (
        NAME, Column("CLASS", at("spec", "ingressClassName", default=NONE)), Column("HOSTS", _hosts), Column("ADDRESS", _balancer),
        Column("PORTS", lambda value, _: "80, 443" if dig(value, "spec", "tls") else "80"), AGE,
    ),
    ("networking.k8s.io", "IngressClass"): (
        Column("NAME", _class_name), Column("CONTROLLER", at("spec", "controller")), Column("PARAMETERS", _parameters), AGE,
    ),
    ("networking.k8s.io", "NetworkPolicy"): (
        NAME, Column("POD-SELECTOR", lambda value, _: selector_text(dig(value, "spec", "podSelector", default={}))), AGE,
    ),
}  # fmt: skip
