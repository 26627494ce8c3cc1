"""A thousand rolling updates at once, simulated to quiescence, beside the time and memory they may take.

    python benchmarks/simulation.py [--deployments 1000] [--replicas 10] [--nodes 500]

Time is the processor time of one core. The digest is over the timeline and the final state: two runs with the same
arguments print the same one.
"""

import argparse
import gc
import hashlib
import json
import resource
import time
from collections.abc import Iterator
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.cluster.cluster import Cluster
from kplan.simulation.scenario import Scenario

Json = dict[str, Any]
SECONDS, MEBIBYTES = 60, 2048
"""What the full size may take."""


def node(number: int) -> Json:
    name = f"node-{number:04}"
    room = {"pods": "110", "cpu": "16", "memory": "64Gi"}
    zone = f"zone-{number % 3}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": name,
            "labels": {"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": zone},
        },
        "spec": {},
        "status": {
            "capacity": room,
            "allocatable": room,
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def deployment(number: int, replicas: int, image: str) -> Json:
    name = f"web-{number:04}"
    container = {
        "name": "web",
        "image": image,
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "ports": [{"containerPort": 8080}],
    }
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": "default", "labels": {"app": name}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": name}},
            "template": {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container]}},
        },
    }


def digest(cluster: Cluster) -> str:
    """One hash over what happened and what came of it."""
    total = hashlib.sha256()
    for line in _lines(cluster):
        total.update(line.encode())
    return total.hexdigest()[:16]


def _lines(cluster: Cluster) -> Iterator[str]:
    for entry in cluster.stage.timeline:
        said = (entry.id, entry.when, entry.actor, entry.entry_type, entry.object)
        yield f"{said} {entry.reason} {entry.message} {entry.type} {entry.cause}\n"
    for value in cluster.store:
        yield json.dumps(value, sort_keys=True) + "\n"


def settled(cluster: Cluster, count: int, replicas: int, image: str) -> bool:
    """Whether every Deployment runs the image with all its replicas."""
    for number in range(count):
        found = cluster.find(ObjectKey("apps", "Deployment", "default", f"web-{number:04}"))
        status = (found or {}).get("status") or {}
        if (status.get("updatedReplicas"), status.get("readyReplicas")) != (replicas, replicas):
            return False
    pods = cluster.store.list("", "Pod")
    return len(pods) == count * replicas and all(
        pod["spec"]["containers"][0]["image"] == image for pod in pods
    )


def run(label: str, cluster: Cluster, objects: list[Json]) -> float:
    """Apply the objects, come to rest, say what it took."""
    client, before = cluster.client(), len(cluster.stage.timeline)
    started = time.process_time()
    for value in objects:
        if client.find(cluster.store.key_of(value)) is None:
            client.create(value)
        else:
            client.update(value)
    cluster.run()
    took = time.process_time() - started
    entries = len(cluster.stage.timeline) - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{label:<8} {took:>8.2f} s  {entries:>8} entries  {took / entries * 1000:>6.3f} ms each  peak {peak:>5} MiB"
    )
    return took


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--deployments", type=int, default=1000)
    parser.add_argument("--replicas", type=int, default=10)
    parser.add_argument("--nodes", type=int, default=500)
    options = parser.parse_args()
    gc.set_threshold(100_000, 50, 1000)  # as the command line does
    count, replicas = options.deployments, options.replicas
    scenario = Scenario(max_pods=max(count * replicas, 2000))  # a run may make five times as many
    cluster = Cluster.of([node(number) for number in range(options.nodes)], scenario=scenario)
    run("create", cluster, [deployment(number, replicas, "web:1") for number in range(count)])
    took = run("roll", cluster, [deployment(number, replicas, "web:2") for number in range(count)])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    full = (count, replicas, options.nodes) == (1000, 10, 500)
    target = f", target {SECONDS} s and {MEBIBYTES} MiB" if full else ""
    print(f"{count} deployments of {replicas} on {options.nodes} nodes: {took:.1f} s, {peak} MiB{target}")
    print(f"settled {settled(cluster, count, replicas, 'web:2')}, digest {digest(cluster)}")


if __name__ == "__main__":
    main()
