"""What it costs to look a plan over for every risk, in a cluster of 10,000 pods.

    python benchmarks/risks.py [--pods 10000]

A hundredth of the Deployments changed; each risk is asked about the end and, as a plan asks it, about the beginning.
"""

import argparse
import time
from collections.abc import Iterator
from typing import Any

from kplan.plan.risks import all_risks, find_risks
from kplan.simulation.clock import START
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import EntryType, Timeline, TimelineEvent
from kplan.state.store import Store

Json = dict[str, Any]
_PODS_OF_EACH = 20
_READY = [
    {"type": name, "status": "True"} for name in ("PodScheduled", "Initialized", "Ready", "ContainersReady")
]


def metadata(name: str, app: str, owner: Json | None = None) -> Json:
    found: Json = {
        "name": name,
        "namespace": "default",
        "uid": f"{name}-uid",
        "labels": {"app": app, "tier": "web"},
    }
    if owner is not None:
        reference = {
            "apiVersion": owner["apiVersion"],
            "kind": owner["kind"],
            "name": owner["metadata"]["name"],
        }
        found["ownerReferences"] = [{**reference, "uid": owner["metadata"]["uid"], "controller": True}]
    return found


def application(app: str, revision: int, nodes: int) -> Iterator[Json]:
    spec: Json = {
        "containers": [
            {
                "name": "web", "image": f"web:{revision}", "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                "envFrom": [{"configMapRef": {"name": app}}, {"secretRef": {"name": app}}],
            }
        ],
    }  # fmt: skip
    selector = {"matchLabels": {"app": app}}
    template = {"metadata": {"labels": {"app": app, "tier": "web"}}, "spec": spec}
    status = {"replicas": _PODS_OF_EACH, "readyReplicas": _PODS_OF_EACH, "updatedReplicas": _PODS_OF_EACH}
    inner = {"replicas": _PODS_OF_EACH, "selector": selector, "template": template}
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": metadata(app, app),
        "spec": inner,
        "status": status,
    }
    name = f"{app}-{revision}"
    made = {**deployment, "kind": "ReplicaSet", "metadata": metadata(name, app, deployment)}
    yield from (deployment, made)
    for number in range(_PODS_OF_EACH):
        yield {
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata(f"{name}-{number}", app, made),
            "spec": {**spec, "nodeName": f"node-{number * 7 % nodes}"}, "status": {"phase": "Running", "conditions": _READY},
        }  # fmt: skip
    for api_version, kind, more in (
        ("v1", "ConfigMap", {"data": {}}),
        ("v1", "Secret", {"data": {}}),
        (
            "v1",
            "Service",
            {"spec": {"selector": {"app": app}, "clusterIP": "10.0.0.1", "ports": [{"port": 80}]}},
        ),
        ("policy/v1", "PodDisruptionBudget", {"spec": {"maxUnavailable": 1, "selector": selector}}),
        ("discovery.k8s.io/v1", "EndpointSlice", {"endpoints": [{"addresses": ["10.1.0.1"]}]}),
    ):
        found = {"apiVersion": api_version, "kind": kind, "metadata": metadata(app, app), **more}
        if kind == "EndpointSlice":
            found["metadata"]["labels"]["kubernetes.io/service-name"] = app
        yield found


def cluster(pods: int, changed: int) -> Iterator[Json]:
    nodes = max(pods // 50, 2)
    for number in range(nodes):
        sizes = {"cpu": "8", "memory": "32Gi", "pods": "110"}
        yield {
            "apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}", "uid": f"node-{number}"},
            "spec": {}, "status": {"allocatable": sizes},
        }  # fmt: skip
    for number in range(pods // _PODS_OF_EACH):
        yield from application(f"app-{number}", 2 if number < changed else 1, nodes)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pods", type=int, default=10_000)
    pods = parser.parse_args().pods
    changed = max(pods // _PODS_OF_EACH // 100, 1)
    prior, final, timeline = Store(cluster(pods, 0)), Store(cluster(pods, changed)), Timeline()
    for value in final:
        key = final.key_of(value)
        timeline.record(TimelineEvent(timeline.next_id, START, "actor", EntryType.MODIFIED, key, value=value))
    outcome = Outcome(prior, final, timeline, START, START, converged=True)
    before = Outcome(prior, prior, Timeline(), START, START, converged=True)
    for risk in all_risks():
        started = time.process_time()
        found = len(list(risk.check((), outcome)))
        middle = time.process_time()
        list(risk.check((), before))
        spent = (
            f"{(middle - started) * 1000:8.1f} ms + {(time.process_time() - middle) * 1000:6.1f} ms before"
        )
        print(f"{risk.code} {risk.name:26} {spent}, {found} found")
    fresh = Outcome(Store(prior), Store(final), timeline, START, START, converged=True)
    started = time.process_time()
    find_risks((), fresh)
    print(f"the family: {time.process_time() - started:.2f} s of CPU at {pods} pods")


if __name__ == "__main__":
    main()
