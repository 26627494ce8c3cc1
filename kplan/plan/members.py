"""Who takes part in connections in two states: workloads, the cluster's DNS, the outside, and on which ports."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.containers import container_ports_of
from kplan.api.metadata import labels_of, namespace_of, spec_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, pod_ip_of, sidecars_of
from kplan.api.serviceports import find_port, ports_of, selects_pods
from kplan.namedtuples import NamedTuple
from kplan.network.policies import End
from kplan.network.reach import EGRESS, INGRESS, Party, Port, Reach, Vocabulary
from kplan.plan.change import Identity
from kplan.plan.workloads import Workload, workloads
from kplan.selectors.labels import Selector
from kplan.state.store import Store

OUTSIDE: Final = "the outside"
DNS: Final = "DNS"
_DNS_LABELS: Final = {"k8s-app": "kube-dns"}
Services = Mapping[str, list[tuple[Selector, Json]]]
"""The Services that choose pods, by namespace."""


class Member(NamedTuple):
    """One who takes part in connections: a workload, the cluster's DNS, or the outside."""

    title: str
    before: Party
    after: Party
    ports: tuple[Port, ...]
    """The ports on which connections to it are examined; port 0 stands for any other port."""
    workload: Identity | None = None
    pods: int = 1


def everybody(stores: tuple[Store, Store], reach: tuple[Reach, Reach]) -> list[Member]:
    """The workloads that are in both states, DNS and the outside."""
    words = Vocabulary(stores)
    found = list(_workloads(stores, reach, words))
    if not any(labels_of(pod).get("k8s-app") == "kube-dns" for pod in stores[1].list("", "Pod")):
        dns = _party(words, _dns(), stores)
        found.append(Member(DNS, dns, dns, ((53, "UDP"),)))
    outside = Party(End(), "")
    asked = {port for one in found for port in reach[0].ports(one.before, EGRESS)}
    asked |= {port for one in found for port in reach[1].ports(one.after, EGRESS)}
    return [*found, Member(OUTSIDE, outside, outside, tuple(sorted(asked | {(443, "TCP")})))]


def _workloads(
    stores: tuple[Store, Store], reach: tuple[Reach, Reach], words: Vocabulary
) -> Iterator[Member]:
    services = _services(stores[1])
    earlier = {one.identity: one for one in workloads(stores[0])}
    for one in workloads(stores[1]):
        old = earlier.get(one.identity)
        if old is not None and not spec_of(_pod(one)).get("hostNetwork"):
            before, after = _party(words, _pod(old), stores), _party(words, _pod(one), stores)
            ports = _offered(one, services)
            if not ports:  # those that policies name, and any other
                named = {*reach[0].ports(before, INGRESS), *reach[1].ports(after, INGRESS)}
                ports = named | {(0, "TCP")}
            title = _title(one.identity, one.labels)
            yield Member(title, before, after, tuple(sorted(ports)), one.identity, len(one.pods))


def _party(words: Vocabulary, pod: Json, stores: tuple[Store, Store]) -> Party:
    return words.party(End(pod_ip_of(pod), pod), stores)


def _title(identity: Identity, labels: Mapping[str, str]) -> str:
    if identity.namespace == "kube-system" and labels.get("k8s-app") == "kube-dns":
        return DNS
    return identity.title


def _pod(workload: Workload) -> Json:
    """Its newest pod, or one that it would make."""
    if workload.pods:
        return workload.pods[-1]
    metadata = {"namespace": workload.identity.namespace, "labels": dict(workload.labels), "name": ""}
    return {"metadata": metadata, "spec": dict(workload.spec)}


def _dns() -> Json:
    """A pod of the cluster's DNS, for a state that does not hold it."""
    return {"metadata": {"namespace": "kube-system", "name": "", "labels": _DNS_LABELS}, "spec": {}}


def _services(store: Store) -> Services:
    found: defaultdict[str, list[tuple[Selector, Json]]] = defaultdict(list)
    for service in store.list("", "Service"):
        if selects_pods(service):
            found[namespace_of(service)].append((Selector.from_set(service["spec"]["selector"]), service))
    return found


def _offered(workload: Workload, services: Services) -> set[Port]:
    """The ports that containers declare and that Services lead to."""
    spec, pod = dict(workload.spec), _pod(workload)
    found = {
        (port["containerPort"], port.get("protocol", "TCP"))
        for container in (*containers_of(spec), *sidecars_of(spec))
        for port in container_ports_of(container)
    }
    around = services.get(workload.identity.namespace, ())
    for service in (service for selector, service in around if selector.matches(labels_of(pod))):
        for port in ports_of(service):
            number = find_port(pod, port)
            if number is not None:
                found.add((number, port.get("protocol", "TCP")))
    return found
