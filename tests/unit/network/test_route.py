"""Names, services and policies of a settled cluster: what reaches what, and why not."""

from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from kplan.errors import UsageError
from kplan.network.dns import resolve, search_path
from kplan.network.route import Answer, Failure, route
from kplan.state.store import Store

DENY_ALL = {"podSelector": {}, "policyTypes": ["Ingress"]}
FROM_WEB = {
    "podSelector": {"matchLabels": {"app": "db"}},
    "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}], "ports": [{"port": "sql"}]}],
}
NO_EGRESS = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Egress"]}
ANYWHERE = {"ipBlock": {"cidr": "0.0.0.0/0", "except": ["10.0.0.0/8"]}}
TO_THE_WORLD = {
    "podSelector": {},
    "policyTypes": ["Egress"],
    "egress": [{"to": [ANYWHERE], "ports": [{"port": 443}]}],
}
FROM_ANYWHERE = {"podSelector": {}, "ingress": [{"from": [ANYWHERE]}]}


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "8", "memory": "8Gi", "pods": "110"}
    status = {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}


def workload(kind: str, name: str, image: str, port: dict[str, Any], replicas: int = 1) -> dict[str, Any]:
    labels = {"app": name}
    container = {"name": "c", "image": image, "ports": [port]}
    spec: dict[str, Any] = {
        "replicas": replicas,
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
    }
    if kind == "StatefulSet":
        spec["serviceName"] = name
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": {"name": name}, "spec": spec}


def service(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Service", "metadata": {"name": name}, "spec": spec}


def policy(name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name},
        "spec": spec,
    }


def settled(*extra: dict[str, Any]) -> Store:
    scenario = parse_scenario({"images": [{"image": "bad", "fate": "never-ready"}]})
    cluster = Cluster.of([node("n1")], scenario=scenario)
    cluster.advance(1)
    cluster.kubectl.apply(
        [
            workload("Deployment", "web", "nginx", {"containerPort": 80}, 2),
            workload("Deployment", "ill", "bad", {"containerPort": 80}),
            workload("StatefulSet", "db", "postgres", {"containerPort": 5432, "name": "sql"}),
            service("web", {"selector": {"app": "web"}, "ports": [{"port": 8080, "targetPort": 80}]}),
            service("ill", {"selector": {"app": "ill"}, "ports": [{"port": 80}]}),
            service(
                "db",
                {
                    "clusterIP": "None",
                    "selector": {"app": "db"},
                    "ports": [{"port": 5432, "targetPort": "sql"}],
                },
            ),
            service("away", {"type": "ExternalName", "externalName": "example.org"}),
            *extra,
        ]
    )
    cluster.run()
    return cluster.store


@pytest.fixture(scope="module")
def store() -> Store:
    return settled()


@pytest.mark.parametrize(
    ("source", "target", "answer", "reached"),
    [
        ("deployment/web", "db:5432", Answer.YES, 1),
        ("deployment/web", "db-0.db:5432", Answer.YES, 1),
        ("pod/db-0", "web:8080", Answer.YES, 2),
        ("pod/db-0", "web.default.svc.cluster.local:8080", Answer.YES, 2),
        ("pod/db-0", "web:80", Answer.NO, 0),
        ("pod/db-0", "ill:80", Answer.NO, 0),
        ("pod/db-0", "nothing:80", Answer.NO, 0),
        ("pod/db-0", "away:443", Answer.YES, 1),
        ("outside", "svc/web:8080", Answer.NO, 0),
        ("pod/db-0", "http://web:8080/path?a=b", Answer.YES, 2),
        ("pod/db-0", "http://web/", Answer.NO, 0),
        ("deployment/web", "postgres://me:hunter2@db:5432/shop", Answer.YES, 1),
        ("pod/db-0", "https://away", Answer.YES, 1),
    ],
)
def test_without_policies(store: Store, source: str, target: str, answer: Answer, reached: int) -> None:
    found = route(store, source, target)
    assert (found.answer, len(found.reached)) == (answer, reached), found.steps


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("http://[fd00::1]/x", "outside at fd00::1:80/TCP: open"),
        ("[fd00::1]:8080", "outside at fd00::1:8080/TCP: open"),
        ("fd00::1", "outside at fd00::1: open"),
    ],
)
def test_an_address_with_colons_stands_in_brackets_before_a_port(
    store: Store, target: str, says: str
) -> None:
    assert route(store, "pod/db-0", target).steps[-1].startswith(says)


@pytest.mark.parametrize("target", ["https://", "https:///path", ""])
def test_a_target_has_a_host(store: Store, target: str) -> None:
    with pytest.raises(UsageError, match="names no host"):
        route(store, "pod/db-0", target)


@pytest.mark.parametrize(
    ("target", "failure"),
    [("nobody:80", Failure.UNKNOWN_NAME), ("ill:80", Failure.REFUSED), ("refused:80", Failure.TIMEOUT)],
)
def test_what_a_client_sees_does_not_depend_on_how_things_are_called(target: str, failure: Failure) -> None:
    pods = workload("StatefulSet", "refused", "nginx", {"containerPort": 80})
    named = service("refused", {"selector": {"app": "refused"}, "ports": [{"port": 80}]})
    found = route(settled(pods, named, policy("deny", DENY_ALL)), "deployment/web", target)
    assert (found.answer, found.failure) == (Answer.NO, failure)


def test_an_address_in_two_slices_is_one_endpoint() -> None:
    again = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {"name": "web-again", "labels": {"kubernetes.io/service-name": "web"}},
        "addressType": "IPv4",
        "ports": [{"name": "", "port": 80}],
    }
    before = settled()
    pods = [pod for pod in before.list("", "Pod") if pod["metadata"]["labels"].get("app") == "web"]
    again["endpoints"] = [{"addresses": [pod["status"]["podIP"]]} for pod in pods]
    found = route(settled(again), "pod/db-0", "web:8080")
    assert (found.answer, len(found.reached)) == (Answer.YES, 2), found.steps


def test_ends_that_do_not_exist_are_the_callers_mistake(store: Store) -> None:
    for source, target in [("pod/none", "web:8080"), ("pod/db-0", "svc/none:80")]:
        with pytest.raises(UsageError, match="none"):
            route(store, source, target)


def test_names_are_tried_along_the_search_path(store: Store) -> None:
    assert search_path(None, "default")[0][0] == "default.svc.cluster.local"
    found = resolve(store, "web.default")
    assert found.tried == ("web.default.default.svc.cluster.local", "web.default.svc.cluster.local")
    assert found.service is not None
    assert not resolve(store, "web.").found
    assert resolve(store, "away").alias == "example.org"
    assert resolve(store, "db-0.db").addresses == resolve(store, "db").addresses


@pytest.mark.parametrize(
    ("policies", "source", "target", "answer"),
    [
        ([DENY_ALL], "pod/db-0", "web:8080", Answer.NO),
        ([DENY_ALL], "pod/db-0", "away:80", Answer.YES),
        ([FROM_WEB], "deployment/web", "db:5432", Answer.YES),
        ([FROM_WEB], "deployment/ill", "db:5432", Answer.NO),
        ([FROM_WEB], "deployment/web", "pod/db-0:9999", Answer.NO),
        ([DENY_ALL, FROM_WEB], "deployment/web", "db:5432", Answer.YES),
        ([FROM_WEB, NO_EGRESS], "deployment/web", "db:5432", Answer.NO),
        ([NO_EGRESS], "deployment/web", "away:443", Answer.NO),
        ([], "deployment/web", "kubernetes.default:443", Answer.YES),
        ([NO_EGRESS], "deployment/web", "kubernetes.default:443", Answer.NO),
        ([NO_EGRESS], "deployment/web", "www.example.org:443", Answer.NO),
        ([TO_THE_WORLD], "deployment/web", "www.example.org:443", Answer.YES),
        ([TO_THE_WORLD], "deployment/web", "www.example.org:80", Answer.NO),
        ([FROM_ANYWHERE], "203.0.113.9", "pod/db-0:5432", Answer.YES),
        ([DENY_ALL], "pod/db-0", "pod/db-0:5432", Answer.YES),
    ],
)
def test_policies_decide_both_directions(
    policies: list[Any], source: str, target: str, answer: Answer
) -> None:
    store = settled(*(policy(f"p{number}", spec) for number, spec in enumerate(policies)))
    found = route(store, source, target)
    assert found.answer is answer, found.steps


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ({"dnsPolicy": "Default"}, Answer.NO),
        ({"hostNetwork": True}, Answer.NO),
        ({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, Answer.YES),
        ({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["9.9.9.9"]}}, Answer.NO),
        ({"dnsPolicy": "None", "dnsConfig": {"nameservers": ["10.96.0.10"]}}, Answer.YES),
    ],
)
def test_only_who_asks_the_cluster_knows_its_names(spec: dict[str, Any], answer: Answer) -> None:
    container = {"name": "c", "image": "nginx"}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "asker"}}
    store = settled({**pod, "spec": {**spec, "containers": [container]}})
    assert route(store, "pod/asker", "web.default.svc.cluster.local:8080").answer is answer


@pytest.mark.parametrize(
    ("name", "answer"), [("web.nowhere", Answer.NO), ("web-0.web.default", Answer.NO), ("a.b.svc", Answer.NO)]
)
def test_a_name_that_only_could_be_of_the_cluster_is_not_asked_for_outside(name: str, answer: Answer) -> None:
    assert route(settled(), "deployment/web", name).answer is answer


@pytest.mark.parametrize("name", ["example.com", "Example.ORG", "a.example.net"])
def test_names_of_the_world_are_asked_for_outside(name: str) -> None:
    found = route(settled(), "deployment/web", f"{name}:443")
    assert found.answer is Answer.YES
    assert f"DNS: {name} is not a name of the cluster: external DNS servers are asked" in found.steps


@pytest.mark.parametrize(
    ("settings", "address", "answer"),
    [
        ("clusterCIDR: 10.50.0.0/16", "10.50.200.9", Answer.NO),
        ("clusterCIDR: 10.50.0.0/16", "10.244.200.9", Answer.YES),
        ("clusterCIDR: 'fd00::/48,10.60.0.0/16'", "10.60.1.1", Answer.NO),
        ("clusterCIDR: 10.60.1.1/99", "10.60.1.1", Answer.YES),
        ("mode: iptables", "10.244.200.9", Answer.NO),
    ],
)
def test_an_unused_address_of_the_range_that_kube_proxy_knows_leads_nowhere(
    settings: str, address: str, answer: Answer
) -> None:
    config = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
    }
    store = settled({**config, "data": {"config.conf": f"kind: KubeProxyConfiguration\n{settings}\n"}})
    assert route(store, "deployment/web", f"{address}:80").answer is answer


def test_a_name_for_a_service_leads_to_it() -> None:
    store = settled(
        service("alias", {"type": "ExternalName", "externalName": "web.default.svc.cluster.local"}),
        service("ping", {"type": "ExternalName", "externalName": "pong.default.svc.cluster.local"}),
        service("pong", {"type": "ExternalName", "externalName": "ping.default.svc.cluster.local"}),
    )
    assert len(route(store, "pod/db-0", "alias:8080").reached) == 2
    assert len(route(store, "pod/db-0", "ping:80").steps) > 2


def zoned(name: str, zone: str) -> dict[str, Any]:
    made = node(name)
    return {**made, "metadata": {"name": name, "labels": {"topology.kubernetes.io/zone": zone}}}


def balanced(annotations: dict[str, str] | None = None, **spec: Any) -> Store:
    """A Service of type LoadBalancer before one pod on each of two nodes in two zones."""
    scenario = parse_scenario({"lbPool": "192.168.56.50-192.168.56.59"})
    cluster = Cluster.of([zoned("n1", "east"), zoned("n2", "west")], scenario=scenario)
    cluster.advance(1)
    offered = {"port": 80, "nodePort": 31111}
    front = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [offered], **spec}
    cluster.kubectl.apply(
        [
            workload("Deployment", "web", "nginx", {"containerPort": 80}, 2),
            {
                **service("web", front),
                "metadata": {"name": "web", "annotations": annotations or {}},
            },
        ]
    )
    cluster.run()
    return cluster.store


@pytest.mark.parametrize(
    ("target", "reached"), [("192.168.56.50:80", 2), ("n1:31111", 2), ("svc/web:80", 2), ("n1:31112", 0)]
)
def test_a_load_balancer_is_entered_from_outside(target: str, reached: int) -> None:
    found = route(balanced(), "outside", target)
    assert len(found.reached) == reached


@pytest.mark.parametrize("start", ["outside", "deployment/web"])
def test_a_load_balancer_answers_at_its_ports_alone(start: str) -> None:
    found = route(balanced(), start, "192.168.56.50:8080")
    assert found.answer is Answer.NO
    said = "192.168.56.50:8080: no Service offers port 8080 at this address; service default/web offers 80"
    assert said in found.steps


def test_a_cluster_address_leads_nowhere_from_outside() -> None:
    store = balanced()
    address = next(
        item["spec"]["clusterIP"] for item in store.list("", "Service") if "selector" in item["spec"]
    )
    assert route(store, "outside", f"{address}:80").answer is Answer.NO
    assert route(store, "deployment/web", f"{address}:80").answer is Answer.YES


def test_local_traffic_stays_on_the_node_that_is_asked() -> None:
    store = balanced(externalTrafficPolicy="Local")
    through_node = route(store, "outside", "n1:31111")
    assert len(through_node.reached) == 1
    assert any("externalTrafficPolicy: Local" in step for step in through_node.steps)
    assert len(route(store, "outside", "192.168.56.50:80").reached) == 2
    scaled = route(balanced(selector={"app": "none"}, externalTrafficPolicy="Local"), "outside", "svc/web")
    assert not any(":31111" in step for step in scaled.steps)
    assert len(route(store, "deployment/web", "192.168.56.50:80").reached) == 2


@pytest.mark.parametrize("wanted", ["PreferSameZone", "PreferSameNode"])
def test_hints_keep_traffic_near(wanted: str) -> None:
    found = route(balanced(trafficDistribution=wanted), "deployment/web", "svc/web:80")
    assert len(found.reached) == 1
    assert any("topology hints" in step for step in found.steps)


@pytest.mark.parametrize(("mode", "reached"), [("Auto", 1), ("Disabled", 2)])
def test_the_annotation_keeps_traffic_in_the_zone(mode: str, reached: int) -> None:
    store = balanced({"service.kubernetes.io/topology-mode": mode}, trafficDistribution=None)
    found = route(store, "deployment/web", "svc/web:80")
    assert len(found.reached) == reached
    assert any("endpoints for zone east" in step for step in found.steps) is (mode == "Auto")


INGRESS = """
apiVersion: v1
kind: List
items:
- apiVersion: networking.k8s.io/v1
  kind: Ingress
  metadata: {name: main, namespace: default}
  spec:
    ingressClassName: nginx
    rules:
    - host: shop.example.com
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}
    - host: "*.example.org"
      http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: gone, port: {number: 80}}}}]}
- apiVersion: v1
  kind: Service
  metadata: {name: web, namespace: default}
  spec: {selector: {app: web}, ports: [{port: 80}]}
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web, namespace: default}
  spec:
    selector: {matchLabels: {app: web}}
    template:
      metadata: {labels: {app: web}}
      spec: {containers: [{name: c, image: i}]}
"""


@pytest.mark.parametrize(
    ("host", "answer", "step"),
    [
        (
            "shop.example.com:80",
            "yes",
            "ingress default/main (class nginx): host shop.example.com, path / leads to",
        ),
        ("a.example.org:80", "no", "service default/gone:80: no such service"),
        ("a.b.example.org:80", "no", "no Ingress has a rule for the host a.b.example.org"),
        ("no.such.name.invalid:80", "no", "no Ingress has a rule for the host no.such.name.invalid"),
        (
            "http://shop.example.com",
            "yes",
            "ingress default/main (class nginx): host shop.example.com, path / leads to",
        ),
        (
            "https://shop.example.com/cart?a=b",
            "yes",
            "ingress default/main (class nginx): host shop.example.com, path / leads to",
        ),
        ("http://no.such.name.invalid/", "no", "no Ingress has a rule for the host no.such.name.invalid"),
    ],
)
def test_hosts_are_reached_from_outside_through_ingresses(
    tmp_path: Path, host: str, answer: str, step: str
) -> None:
    (tmp_path / "state.yaml").write_text(INGRESS)
    state = pipeline.at_rest(pipeline.open_state("state.yaml", tmp_path))
    (found,) = pipeline.route(state, "outside", host).answers
    assert found.answer == answer
    assert any(step in one for one in found.steps), found.steps


@pytest.mark.parametrize(
    ("classes", "answer"),
    [
        ((), Answer.YES),
        (("nginx",), Answer.YES),
        (("traefik",), Answer.NO),
        (("traefik", "nginx"), Answer.YES),
    ],
)
def test_an_ingress_of_a_class_that_is_missing_serves_nothing(
    classes: tuple[str, ...], answer: Answer
) -> None:
    backend = {"service": {"name": "web", "port": {"number": 8080}}}
    rules = [
        {
            "host": "a.example.com",
            "http": {"paths": [{"path": "/", "pathType": "Prefix", "backend": backend}]},
        }
    ]
    kind = {"apiVersion": "networking.k8s.io/v1", "kind": "Ingress", "metadata": {"name": "main"}}
    made = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "IngressClass",
            "metadata": {"name": one},
            "spec": {"controller": "a/b"},
        }
        for one in classes
    ]
    store = settled(*made, {**kind, "spec": {"ingressClassName": "nginx", "rules": rules}})
    found = route(store, "outside", "a.example.com")
    missing = "ingress default/main: there is no IngressClass nginx, so that nothing serves it"
    assert (found.answer, missing in found.steps) == (answer, answer is Answer.NO)


def _metallb(kind: str, name: str, spec: dict[str, Any], namespace: str = "metallb-system") -> dict[str, Any]:
    metadata = {"name": name, "namespace": namespace, "labels": {"tier": name}}
    return {"apiVersion": "metallb.io/v1beta1", "kind": kind, "metadata": metadata, "spec": spec}


ADDRESS = "192.0.2.7"
AWAY: list[dict[str, Any]] = [
    _metallb("L2Advertisement", "one", {"ipAddressPools": ["other"]}),
    _metallb("L2Advertisement", "one", {"ipAddressPoolSelectors": [{"matchLabels": {"tier": "other"}}]}),
    _metallb("BGPAdvertisement", "one", {}, namespace="elsewhere"),
]
ANNOUNCED: list[dict[str, Any]] = [
    _metallb("L2Advertisement", "one", {}),
    _metallb("BGPAdvertisement", "one", {"ipAddressPools": ["other", "lan"]}),
    _metallb("L2Advertisement", "one", {"ipAddressPoolSelectors": [{"matchLabels": {"tier": "lan"}}]}),
]


def _balanced(*more: dict[str, Any]) -> Store:
    pool = _metallb("IPAddressPool", "lan", {"addresses": ["192.0.2.0/28"]})
    ports = [{"port": 80, "protocol": "TCP", "targetPort": 80}]
    spec = {"type": "LoadBalancer", "clusterIP": "10.96.0.9", "selector": {"app": "web"}, "ports": ports}
    status = {"loadBalancer": {"ingress": [{"ip": ADDRESS}]}}
    metadata = {"name": "web", "namespace": "default"}
    service = {"apiVersion": "v1", "kind": "Service", "metadata": metadata, "spec": spec, "status": status}
    ready = {"phase": "Running", "podIP": "10.244.0.9", "conditions": [{"type": "Ready", "status": "True"}]}
    pod = {
        "apiVersion": "v1", "kind": "Pod", "status": ready,
        "metadata": {"name": "web-0", "namespace": "default", "labels": {"app": "web"}},
        "spec": {"nodeName": "node-1", "containers": [{"name": "c", "image": "web"}]},
    }  # fmt: skip
    return Store([pool, service, pod, *more])


@pytest.mark.parametrize("advertisement", ANNOUNCED)
@pytest.mark.parametrize("target", [f"{ADDRESS}:80", "svc/web:80"])
def test_an_announced_address_is_reached_from_outside(advertisement: dict[str, Any], target: str) -> None:
    assert route(_balanced(advertisement), "outside", target).answer is Answer.YES


@pytest.mark.parametrize("advertisement", AWAY)
@pytest.mark.parametrize("target", [f"{ADDRESS}:80", "svc/web:80"])
def test_an_address_that_nothing_announces_leads_nowhere(advertisement: dict[str, Any], target: str) -> None:
    found = route(_balanced(advertisement), "outside", target)
    assert found.answer is Answer.NO
    assert "no L2Advertisement or BGPAdvertisement announces pool lan" in found.steps[-1]
    assert route(_balanced(advertisement), "pod/web-0", f"{ADDRESS}:80").answer is Answer.YES


def test_without_advertisements_addresses_are_taken_as_announced() -> None:
    assert route(_balanced(), "outside", f"{ADDRESS}:80").answer is Answer.YES


DNS = [
    {"name": "dns", "port": 53, "protocol": "UDP", "targetPort": 5353},
    {"name": "dns-tcp", "port": 53, "targetPort": 5354},
]


@pytest.mark.parametrize(
    ("target", "step"),
    [
        ("8.8.8.8:53/UDP", "outside at 8.8.8.8:53/UDP: open"),
        ("8.8.8.8:53", "outside at 8.8.8.8:53/TCP: open"),
        ("svc/web:53/udp", "at 10.244.0.9:5353/UDP: open"),
        ("web:53/TCP", "at 10.244.0.9:5354/TCP: open"),
        ("10.96.0.9:53/UDP", "at 10.244.0.9:5353/UDP: open"),
        (f"{ADDRESS}:53/TCP", "at 10.244.0.9:5354/TCP: open"),
        ("web:53/SCTP", "service default/web has no port 53/SCTP; it offers dns:53/UDP, dns-tcp:53/TCP"),
        ("web:80", "service default/web has no port 80; it offers dns:53/UDP, dns-tcp:53"),
        ("pod/web-0:9/SCTP", "at 10.244.0.9:9/SCTP: open"),
    ],
)
def test_the_protocol_behind_a_port_is_followed(target: str, step: str) -> None:
    store = _balanced()
    (service,) = store.list("", "Service")
    service = {**service, "spec": {**service["spec"], "ports": DNS}}
    others = [one for kind in ("Pod",) for one in store.list("", kind)]
    found = route(Store([service, *others]), "pod/web-0", target)
    assert step in found.steps[-1]


def test_a_policy_for_one_protocol_does_not_open_the_other() -> None:
    only = {
        "podSelector": {},
        "policyTypes": ["Egress"],
        "egress": [{"ports": [{"port": 53, "protocol": "UDP"}]}],
    }
    store = _balanced({**policy("dns", only), "metadata": {"name": "dns", "namespace": "default"}})
    assert route(store, "pod/web-0", "8.8.8.8:53/UDP").answer is Answer.YES
    assert route(store, "pod/web-0", "8.8.8.8:53/TCP").answer is Answer.NO
