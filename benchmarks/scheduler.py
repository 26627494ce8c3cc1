"""Pods placed per second, in the shapes of upstream's scheduler_perf, beside the rates upstream publishes.

    python benchmarks/scheduler.py [--nodes 500,1000,5000] [--only SchedulingBasic,...] [--quick]

Time is the processor time of one core. Upstream's figures are the thresholds its own continuous integration holds the
real scheduler to, at 5,000 nodes.
"""

import argparse
import gc
import resource
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.scheduler import Scheduler

Json = dict[str, Any]
ZONE = "topology.kubernetes.io/zone"
HOST = "kubernetes.io/hostname"
UPSTREAM = {
    "SchedulingBasic": 270,
    "NodeAffinity": 220,
    "PodAntiAffinity": 60,
    "PodAffinity": 35,
    "PreferredPodAffinity": 90,
    "TopologySpreading": 85,
    "PreferredTopologySpreading": 125,
    "Preemption": 160,
    "Unschedulable": 140,
}


def node(number: int, zones: int = 3) -> Json:
    name = f"scheduler-perf-{number}"
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {HOST: name, ZONE: f"zone{number % zones + 1}"}},
        "spec": {},
        "status": {"allocatable": {"pods": "110", "cpu": "4", "memory": "32Gi"}},
    }


def pod(
    name: str, *, cpu: str = "100m", memory: str = "500Mi", labels: Json | None = None, **spec: Any
) -> Json:
    container = {
        "name": "pause",
        "image": "registry.k8s.io/pause:3.10",
        "resources": {"requests": {"cpu": cpu, "memory": memory}},
    }
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": "default", "uid": name, "labels": labels or {}},
        "spec": {"containers": [container], "schedulerName": "default-scheduler", **spec},
    }


def term(color: str, key: str) -> Json:
    return {"labelSelector": {"matchLabels": {"color": color}}, "topologyKey": key}


def affinity(kind: str, *, preferred: bool, color: str, key: str) -> Json:
    required = "requiredDuringSchedulingIgnoredDuringExecution"
    wished = "preferredDuringSchedulingIgnoredDuringExecution"
    chosen = term(color, key)
    return {kind: {wished: [{"weight": 1, "podAffinityTerm": chosen}]} if preferred else {required: [chosen]}}


def spread(action: str) -> list[Json]:
    return [
        {
            "maxSkew": 5,
            "topologyKey": ZONE,
            "whenUnsatisfiable": action,
            "labelSelector": {"matchLabels": {"color": "blue"}},
        }
    ]


NODE_AFFINITY = {
    "nodeAffinity": {
        "requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [
                {"matchExpressions": [{"key": ZONE, "operator": "In", "values": ["zone1", "zone2"]}]}
            ]
        }
    }
}
Make = Callable[[str], Json]
SHAPES: dict[str, tuple[Make, Make, float, float]] = {
    # what runs first, what is measured, how many of each per node at most
    "SchedulingBasic": (pod, pod, 0.2, 2),
    "NodeAffinity": (pod, lambda name: pod(name, affinity=NODE_AFFINITY), 1, 2),
    "PodAntiAffinity": (
        lambda name: pod(
            name,
            labels={"color": "green"},
            affinity=affinity("podAntiAffinity", preferred=False, color="green", key=HOST),
        ),
        lambda name: pod(
            name,
            labels={"color": "green"},
            affinity=affinity("podAntiAffinity", preferred=False, color="green", key=HOST),
        ),
        0.2,
        0.4,
    ),
    "PodAffinity": (
        lambda name: pod(
            name,
            labels={"color": "blue"},
            affinity=affinity("podAffinity", preferred=False, color="blue", key=ZONE),
        ),
        lambda name: pod(
            name,
            labels={"color": "blue"},
            affinity=affinity("podAffinity", preferred=False, color="blue", key=ZONE),
        ),
        1,
        1,
    ),
    "PreferredPodAffinity": (
        pod,
        lambda name: pod(
            name,
            labels={"color": "red"},
            affinity=affinity("podAffinity", preferred=True, color="red", key=HOST),
        ),
        1,
        1,
    ),
    "TopologySpreading": (
        pod,
        lambda name: pod(name, labels={"color": "blue"}, topologySpreadConstraints=spread("DoNotSchedule")),
        1,
        1,
    ),
    "PreferredTopologySpreading": (
        pod,
        lambda name: pod(name, labels={"color": "blue"}, topologySpreadConstraints=spread("ScheduleAnyway")),
        1,
        1,
    ),
    "Preemption": (
        lambda name: pod(name, cpu="900m", priority=0),
        lambda name: pod(name, cpu="3000m", priority=10),
        4,
        1,
    ),
    "Unschedulable": (lambda name: pod(name, cpu="9", priority=10), pod, 0.02, 2),
}


def place(scheduler: Scheduler, cache: Cache, values: Iterator[Json]) -> tuple[int, float]:
    placed, started = 0, time.process_time()
    for value in values:
        decision = scheduler.schedule_one(cache, cache.parser.parse(value))
        scheduler.commit(cache, decision)
        if decision.nomination is not None and decision.nomination.node:
            for victim in decision.nomination.victims:
                cache.remove_pod(victim.namespace, victim.name)
            decision = scheduler.schedule_one(cache, decision.pod)
            scheduler.commit(cache, decision)
        placed += bool(decision.node)
    return placed, time.process_time() - started


def run(name: str, nodes: int) -> None:
    first, measured, before, number = SHAPES[name]
    cache = Cache((node(index) for index in range(nodes)), objects=ObjectList(()))
    scheduler = Scheduler()
    place(scheduler, cache, (first(f"first-{index}") for index in range(int(nodes * before))))
    count = int(nodes * number)
    placed, took = place(scheduler, cache, (measured(f"pod-{index}") for index in range(count)))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    beside = f"{UPSTREAM[name]:>6}" if nodes == 5000 else "      "
    print(
        f"{name:<28} {nodes:>6} nodes {count:>7} pods {placed:>7} placed {count / took:>9.0f} pods/s  upstream {beside}  peak {peak} MiB"
    )


def full() -> None:
    """150,000 pods of 300 workloads on 5,000 nodes."""
    started = time.process_time()
    cache = Cache((node(index) for index in range(5000)), objects=ObjectList(()))
    scheduler = Scheduler()
    values = (
        pod(
            f"w{index % 300}-{index}",
            cpu=f"{50 + index % 5 * 20}m",
            memory="200Mi",
            labels={"app": f"w{index % 300}"},
        )
        for index in range(150_000)
    )
    placed, took = place(scheduler, cache, values)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    total = time.process_time() - started
    print(
        f"{'150,000 pods on 5,000 nodes':<28} {placed} placed, {placed / took:.0f} pods/s, {total:.1f} s in all, peak {peak} MiB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--nodes", default="500,1000,5000")
    parser.add_argument("--only", default=",".join(SHAPES))
    parser.add_argument("--quick", action="store_true", help="leave out 150,000 pods on 5,000 nodes")
    options = parser.parse_args()
    gc.set_threshold(300_000, 50, 1000)  # as the command line does
    for nodes in map(int, options.nodes.split(",")):
        for name in options.only.split(","):
            run(name, nodes)
            sys.stdout.flush()
    if not options.quick:
        full()


if __name__ == "__main__":
    main()
