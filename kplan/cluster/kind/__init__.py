"""What runs in a cluster before its user types anything, as kind sets it up: DNS, proxies, control plane, storage.

The objects are in the YAML files beside this module; ``${name}`` stands for what differs from cluster to cluster.

Upstream: sigs.k8s.io/kind (pkg/cluster/internal), cmd/kubeadm/app/phases, pkg/controlplane/reconcilers
"""

import uuid
from collections.abc import Iterator, Sequence
from importlib import resources
from string import Template
from typing import Final

from kplan.api.metadata import labels_of
from kplan.api.nodes import addresses_of
from kplan.api.object import Json
from kplan.apiserver.authorization.policy import bootstrap_policy
from kplan.apiserver.server import Server
from kplan.controllers.kubernetesservice import endpoints_of
from kplan.manifest.loader import load_text
from kplan.state.system import System

CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_IDENTITY: Final = uuid.UUID("3f1b7c52-8a64-4d0e-9a3b-2a2c1f6f5e10")
_LEADERS: Final = ("kube-controller-manager", "kube-scheduler")
_WITH_FLOWS: Final = 29
_LEASE_SECONDS: Final = {"kube-system": 15, "kube-node-lease": 40}


def provision(server: Server, system: System) -> None:
    """Create what kind creates; what follows from it is the work of controllers and kubelets."""
    masters = [node for node in server.list("", "Node") if is_control_plane(node)]
    for value in (*bootstrap_policy().values(), *_flows(server.catalog.version)):
        server.create(value)
    for value in _objects(system, server.catalog.version, masters, _time(server)):
        server.create(value)


def join(server: Server) -> None:
    """Let the kubelets of all nodes say that they are there: each has a Lease."""
    for node in server.list("", "Node"):
        name = node["metadata"]["name"]
        server.create(_owned(_lease("kube-node-lease", name, name, _time(server)), node))


def is_control_plane(node: Json) -> bool:
    """Whether it is labelled as a node of the control plane."""
    return CONTROL_PLANE in labels_of(node)


def _time(server: Server) -> str:
    return server.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _objects(system: System, minor: str, masters: Sequence[Json], now: str) -> Iterator[Json]:
    said = {**system._asdict(), "dns": system.dns, "version": f"v{minor}.0"}
    yield from endpoints_of([_address(node) for node in masters])
    for name in _parts(system):
        yield from _read(name, said)
    for node in masters:
        yield from (_owned(pod, node) for pod in _read("control-plane", said | _place(node)))
    for name in _LEADERS if masters else ():
        yield _lease("kube-system", name, _holder(masters[0], name), now)


def _flows(minor: str) -> Iterator[Json]:
    """What the API server makes to tell requests apart, in minors that know it in this version."""
    if int(minor.rpartition(".")[2]) >= _WITH_FLOWS:
        yield from _read("flowcontrol", {})


def _parts(system: System) -> Iterator[str]:
    yield from ("kubeadm", "coredns", "local-path-storage", "rbac", "metallb")
    if system.proxy != "none":
        yield "kube-proxy"
    if system.network_plugin:
        yield "kindnet"


def _read(name: str, said: Json) -> Iterator[Json]:
    text = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    for document in load_text(Template(text).substitute(said), f"{name}.yaml").documents:
        yield document.value


def _place(node: Json) -> dict[str, str]:
    name = node["metadata"]["name"]
    return {"node": name, "address": _address(node), "hash": uuid.uuid5(_IDENTITY, name).hex}


def _address(node: Json) -> str:
    return next(iter(addresses_of(node, "InternalIP")), "")


def _owned(value: Json, node: Json) -> Json:
    """As kubelets create their pods and Leases: the node is the owner."""
    metadata = node["metadata"]
    owner = {"apiVersion": "v1", "kind": "Node", "name": metadata["name"], "uid": metadata["uid"]}
    if value["kind"] == "Pod":
        owner["controller"] = True
    return {**value, "metadata": {**value["metadata"], "ownerReferences": [owner]}}


def _holder(node: Json, name: str) -> str:
    return f"{node['metadata']['name']}_{uuid.uuid5(_IDENTITY, name)}"


def _lease(namespace: str, name: str, holder: str, now: str) -> Json:
    spec: Json = {
        "holderIdentity": holder,
        "leaseDurationSeconds": _LEASE_SECONDS[namespace],
        "renewTime": now,
    }
    if namespace == "kube-system":
        spec |= {"acquireTime": now, "leaseTransitions": 0}
    metadata = {"name": name, "namespace": namespace}
    return {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata, "spec": spec}
