"""The objects of every new cluster, as its API server stores them.

A state that brings an object of its own keeps it; what is missing is filled in, for without its namespaces and their
service accounts a cluster would refuse every pod.

Upstream: pkg/controlplane/controller/systemnamespaces, pkg/registry/scheduling/rest, pkg/controller/serviceaccount
"""

import uuid
from collections.abc import Iterable, Iterator
from typing import Final

from kplan.api.object import Json
from kplan.state.store import Store

NAMESPACES: Final = ("kube-system", "kube-public", "kube-node-lease", "default")
CREATED: Final = "2026-01-01T00:00:00Z"
_PRIORITIES: Final = (
    (
        "system-node-critical", 2000001000,
        "Used for system critical pods that must not be moved from their current node.",
    ),
    (
        "system-cluster-critical", 2000000000,
        "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.",
    ),
)  # fmt: skip
_IDENTITY: Final = uuid.UUID("6d9e9f2a-5d0e-4c7e-9a53-0d1f6a6f7b11")


def completed(objects: Iterable[Json]) -> list[Json]:
    """The objects, with what every cluster has if they leave it out; the defaults come first."""
    given = list(objects)
    keys = {Store.key_of(value) for value in given}
    named = [key.name for key in keys if key.kind == "Namespace" and not key.group]
    used = sorted({key.namespace for key in keys if key.namespace} | set(named))
    missing = (value for value in _every_cluster_has(used) if Store.key_of(value) not in keys)
    return [*missing, *given]


def of_the_api_server(namespaces: Iterable[str] = NAMESPACES) -> Iterator[Json]:
    """What the API server itself creates, in its order; what follows from these is the controllers' work."""
    for name in namespaces:
        yield _namespace(name)
    yield kubernetes_service()
    for name, value, description in _PRIORITIES:
        stored = _stored("scheduling.k8s.io/v1", "PriorityClass", name)
        yield {
            **stored, "value": value, "description": description, "preemptionPolicy": "PreemptLowerPriority",
        }  # fmt: skip


def _every_cluster_has(namespaces: Iterable[str]) -> Iterator[Json]:
    names = tuple(dict.fromkeys((*sorted(NAMESPACES), *namespaces)))
    yield from of_the_api_server(names)
    for name in names:
        yield _stored("v1", "ServiceAccount", "default", name)
        yield {**_stored("v1", "ConfigMap", "kube-root-ca.crt", name), "data": {"ca.crt": ""}}


def _stored(api_version: str, kind: str, name: str, namespace: str = "") -> Json:
    where = {"namespace": namespace} if namespace else {}
    uid = str(uuid.uuid5(_IDENTITY, f"{api_version}/{kind}/{namespace}/{name}"))
    return {
        "apiVersion": api_version, "kind": kind,
        "metadata": {"name": name, **where, "uid": uid, "creationTimestamp": CREATED},
    }  # fmt: skip


def _namespace(name: str) -> Json:
    value = _stored("v1", "Namespace", name)
    value["metadata"]["labels"] = {"kubernetes.io/metadata.name": name}
    return {**value, "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}


def kubernetes_service(address: str = "10.96.0.1") -> Json:
    """The Service of the API server, at its address."""
    value = _stored("v1", "Service", "kubernetes", "default")
    value["metadata"]["labels"] = {"component": "apiserver", "provider": "kubernetes"}
    spec = {
        "clusterIP": address, "clusterIPs": [address], "internalTrafficPolicy": "Cluster", "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack", "ports": [{"name": "https", "port": 443, "protocol": "TCP", "targetPort": 6443}],
        "sessionAffinity": "None", "type": "ClusterIP",
    }  # fmt: skip
    return {**value, "spec": spec, "status": {"loadBalancer": {}}}
