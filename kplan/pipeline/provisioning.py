"""A new cluster with what runs in every one, as kind sets it up."""

from typing import TYPE_CHECKING

from kplan.schema.releases import DEFAULT
from kplan.state.system import System

if TYPE_CHECKING:
    from kplan.state.store import Store


def provisioned(store: "Store", system: System, kubernetes: str = DEFAULT) -> "Store":
    """The nodes with kube-system, Leases and the provisioner of volumes, at rest.

    Control planes come first, as kind makes them: DNS servers and provisioner are there before a worker joins.
    """
    from kplan.cluster import Cluster
    from kplan.cluster.kind import is_control_plane, join, provision

    begun = store.fork()
    workers = [node for node in store.list("", "Node") if not is_control_plane(node)]
    for node in workers if len(workers) < len(store.list("", "Node")) else ():
        begun.delete(begun.key_of(node))
    cluster = Cluster(begun, version=kubernetes)
    provision(cluster.server, system)
    cluster.run()
    joined = cluster.store.fork()
    for node in workers:
        joined.put(node)
    cluster = Cluster(joined, version=kubernetes, start=cluster.clock.now)
    join(cluster.server)
    cluster.run()
    return cluster.store


def set_up(store: "Store", kubernetes: str = DEFAULT) -> "Store":
    """A cluster of bare nodes with what runs in every one: the first of them is its control plane, and
    takes pods as the others do.

    What a kind configuration brings itself it is given here: the StorageClass of claims that name none.
    """
    from kplan.cluster.kind import CONTROL_PLANE
    from kplan.state.sources.kind import service_ranges, storage_class

    begun = store.fork()
    for value in (storage_class(), *service_ranges(System().services, kubernetes)):
        begun.put(value)
    for node in begun.list("", "Node")[:1]:
        labels = {**node["metadata"].get("labels", {}), CONTROL_PLANE: ""}
        begun.replace_in_place({**node, "metadata": {**node["metadata"], "labels": labels}})
    return provisioned(begun, System(), kubernetes)
