"""Two workloads want the same port of a node, or the new pods of one want the port of its old ones.

Their pods cannot run on one node, so some stay pending; if one of the two is the node port of a Service, connections
reach the Service and never the pod. A rollout that stops no old pod before a new one is ready never finishes where
each node has an old one.

Fix: use a Service instead of a host port, or give the two different ports; let a rollout stop an old pod first
(``maxUnavailable: 1`` with ``maxSurge: 0``).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.containers import container_ports_of
from kplan.api.object import Json
from kplan.api.pods import containers_of, sidecars_of
from kplan.api.serviceports import ports_of
from kplan.namedtuples import NamedTuple
from kplan.plan.inventory import Inventory, Workload
from kplan.plan.named_causes import TAKEN_PORT
from kplan.plan.own_ports import in_its_own_way
from kplan.plan.reading import fields, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed
from kplan.state.store import Store
from kplan.state.texts import HOST_PORT


class _Port(NamedTuple):
    """A port of a node."""

    protocol: str
    number: int

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


_HOST_NETWORK: Final = '"hostNetwork":true'
_EVERY_ADDRESS: Final = ("", "0.0.0.0", "::")  # noqa: S104 - nothing listens here


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Group workloads by the host ports of their pods, and compare these with the node ports of Services."""
    del changes
    users = _users(Inventory.of(outcome.final))
    if not users:
        return
    told = set[Identity]()
    nodes, services = len(outcome.final.list("", "Node")), _node_ports(outcome.final)
    for port, workloads in users.items():
        for position, (one, address) in enumerate(workloads):
            others = [
                other
                for other, also in workloads[:position]
                if _same(address, also) and _meet(one, other, nodes)
            ]
            names = [other.object.title for other in others] + services.get(port, [])
            if names:
                message = f"wants host port {port}, as does {listed(names)}"
                told.add(one.object)
                yield Found(one.object, message, about=str(port), causes=(TAKEN_PORT,))
    yield from (one for one in _own(users, outcome.final) if one.object not in told)


def _own(users: Mapping[_Port, Sequence[tuple[Workload, str]]], store: Store) -> Iterator[Found]:
    """The workloads whose pods wait for ports that other pods of the same workload have."""
    wanted = defaultdict[Identity, dict[_Port, Json]](dict)
    for port, workloads in users.items():
        for one, _ in workloads:
            wanted[one.object][port] = one.value
    for workload, ports in wanted.items():
        if why := in_its_own_way(next(iter(ports.values())), store):
            what = f"host port{'s' if len(ports) > 1 else ''} {listed(map(str, ports))}"
            yield Found(workload, f"wants {what}, {why}", about="its own", causes=(TAKEN_PORT,))


def _users(inventory: Inventory) -> Mapping[_Port, Sequence[tuple[Workload, str]]]:
    """The workloads that want each host port, each with the address it listens on."""
    found = defaultdict[_Port, list[tuple[Workload, str]]](list)
    for workload in inventory.mentioning(HOST_PORT, _HOST_NETWORK):
        for port, address in _wanted(workload.template.spec):
            found[port].append((workload, address))
    return found


def _wanted(spec: Mapping[str, Any]) -> Iterator[tuple[_Port, str]]:
    """The ports of a node that pods want; on its network those that they name at all (SetDefaults_PodSpec)."""
    for container in (*containers_of(spec), *sidecars_of(spec)):
        for port in container_ports_of(container):
            number = port.get("hostPort") or (spec.get("hostNetwork") and port.get("containerPort"))
            if number:
                yield _Port(port.get("protocol", "TCP"), number), port.get("hostIP", "")


def _node_ports(store: Store) -> Mapping[_Port, list[str]]:
    """The Services that have each node port."""
    found = defaultdict[_Port, list[str]](list)
    for service in store.list("", "Service"):
        title = f"{Identity.of(service).title} as its node port"
        for port in ports_of(service):
            if port.get("nodePort"):
                found[_Port(port.get("protocol", "TCP"), port["nodePort"])].append(title)
    return found


def _same(one: str, other: str) -> bool:
    """Whether two host addresses are equal, or one of them is the wildcard."""
    return one == other or one in _EVERY_ADDRESS or other in _EVERY_ADDRESS


def _meet(one: Workload, other: Workload, nodes: int) -> bool:
    """Whether two workloads cannot keep to different nodes: there are too few, and no label tells their nodes apart."""
    wanted, also = (fields(dict(each.template.spec), "nodeSelector") for each in (one, other))
    if one.object == other.object or any(also.get(key, value) != value for key, value in wanted.items()):
        return False
    return _pods(one, nodes) + _pods(other, nodes) > nodes


def _pods(workload: Workload, nodes: int) -> int:
    if workload.object.kind == "DaemonSet":
        return nodes
    return (
        1 if text(workload.value, "kind") == "Pod" else number(workload.value, "spec", "replicas", default=1)
    )


_DAEMON_SET = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: %s}
spec:
  selector: {matchLabels: {app: %s}}
  template:
    metadata: {labels: {app: %s}}
    spec: {containers: [{name: agent, image: "registry.example.com/agent:1", ports: [{containerPort: 9100, hostPort: %s}]}]}
"""

RISK = Risk(
    code="PLN028",
    name="port-collision",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(
        prior=_DAEMON_SET % ("metrics", "metrics", "metrics", 9100),
        applied=_DAEMON_SET % ("logs", "logs", "logs", 9100),
    ),
    safe=Example(
        prior=_DAEMON_SET % ("metrics", "metrics", "metrics", 9100),
        applied=_DAEMON_SET % ("logs", "logs", "logs", 9200),
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/overview/",),
)
