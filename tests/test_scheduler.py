"""Every case under fixtures/scheduler: nodes, running pods, other objects and a pod; where it goes, or why nowhere.

Each case runs twice, node by node and all nodes at once; ``want`` names what is compared: node, message, feasible,
scores, victims, nominated.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.decision import Decision
from kplan.scheduler.profile import DEFAULT, read_configuration
from kplan.scheduler.scheduler import Scheduler

FOLDER = Path(__file__).parents[1] / "fixtures" / "scheduler"
CASES = [
    pytest.param(case, id=f"{path.parent.name}/{path.stem}")
    for path in sorted(FOLDER.glob("*/*.yaml"))
    for case in [yaml.safe_load(path.read_text())]
]


def node(short: dict[str, Any]) -> dict[str, Any]:
    labels = {"kubernetes.io/hostname": short["name"], **(short.get("labels") or {})}
    status = {"allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110", **(short.get("allocatable") or {})}}
    status |= {key: short[key] for key in ("images", "declaredFeatures") if key in short}
    spec = {key: short[key] for key in ("taints", "unschedulable") if key in short}
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": short["name"], "labels": labels},
        "spec": spec,
        "status": status,
    }


def pod(short: dict[str, Any]) -> dict[str, Any]:
    spec = {
        "containers": [{"name": "c", "image": "i", "resources": {"requests": short.get("requests") or {}}}]
    }
    spec |= short.get("spec") or {}
    metadata = {
        "name": short.get("name", "pod"),
        "namespace": "default",
        "uid": short.get("name", "pod"),
        "labels": short.get("labels") or {},
    }
    metadata |= short.get("metadata") or {}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": spec,
        "status": short.get("status") or {},
    }


def decide(case: dict[str, Any], *, one_by_one: bool) -> Decision:
    running = [(pod(item), item["node"]) for item in case.get("pods") or ()]
    cache = Cache(
        map(node, case["nodes"]), running, ObjectList(case.get("objects") or ()), incremental=not one_by_one
    )
    profile = DEFAULT
    if "config" in case:
        profile = next(iter(read_configuration(case["config"]).values()))
    for item in case.get("nominated") or ():
        cache.nominate(cache.parser.parse(pod(item)), item["node"])
    return Scheduler(profile, one_by_one=one_by_one).schedule_one(
        cache, cache.parser.parse(pod(case["pod"])), explain=True
    )


def seen(decision: Decision) -> dict[str, Any]:
    nomination = decision.nomination
    return {
        "node": decision.node or None,
        "message": decision.message,
        "feasible": sorted(decision.feasible),
        "scores": {
            name: {plugin: score for plugin, score in row.items() if score}
            for name, row in decision.scores.items()
        },
        "totals": dict(decision.final),
        "victims": [victim.name for victim in nomination.victims] if nomination else [],
        "nominated": nomination.node if nomination else None,
        "ties": sorted(decision.ties),
    }


@pytest.mark.parametrize("one_by_one", [True, False], ids=["one-by-one", "vectorized"])
@pytest.mark.parametrize("case", CASES)
def test_decision_is_upstreams(case: dict[str, Any], one_by_one: bool) -> None:
    got = seen(decide(case, one_by_one=one_by_one))
    assert {key: got[key] for key in case["want"]} == case["want"]
