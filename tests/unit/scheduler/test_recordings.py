"""Every recorded decision, both ways: node by node and all at once say the same, and preemption is explained.

Where several nodes are as good for preemption, upstream takes whichever its map happens to yield last; the recorded
victims must then be among the alternatives named.
"""

import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kplan.scheduler.cache import Cache, ObjectList
from kplan.scheduler.decision import Decision
from kplan.scheduler.scheduler import Scheduler

ROOT = Path(__file__).parents[3]
Json = dict[str, Any]


def recordings() -> list[Json]:
    with lzma.open(ROOT / "fixtures" / "conformance" / "scheduler.jsonl.xz", "rt") as file:
        return [json.loads(line) for line in file]


@pytest.fixture(scope="module")
def adapter() -> Any:
    sys.path.insert(0, str(ROOT / "tests" / "conformance"))
    try:
        import adapter as module
    finally:
        sys.path.pop(0)
    return module


def replay(adapter: Any, recording: Json) -> Iterator[tuple[Json, Decision, Decision]]:
    """Each step with the decision of both ways, the state following what was recorded."""
    account = {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "metadata": {"name": "default", "namespace": "default"},
    }
    namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}
    state = [namespace, account, *recording["objects"]]
    api = adapter.server(state)
    pods = {pod["metadata"]["name"]: api.create(pod, dry_run=True).value for pod in recording["pods"]}
    nodes = [adapter.node_object(node) for node in recording["nodes"]]
    ways = [(Scheduler(one_by_one=slow), Cache(nodes, incremental=not slow)) for slow in (True, False)]
    bound: dict[str, str] = {}
    for step in recording["steps"]:
        running = [(pods[name], node) for name, node in bound.items()]
        objects = ObjectList([adapter.with_status(value, running) for value in state])
        both = []
        for scheduler, cache in ways:
            cache.objects = objects
            cache.invalidate()
            both.append(scheduler.schedule_one(cache, cache.parser.parse(pods[step["pod"]]), explain=True))
        yield step, both[0], both[1]
        placed = {
            **(step.get("also_scheduled") or {}),
            **({step["pod"]: step["node"]} if step.get("node") else {}),
        }
        for _, cache in ways:
            for name in step.get("victims") or ():
                cache.remove_pod("default", name)
            for name, node in placed.items():
                cache.add_pod(cache.parser.parse(pods[name]), node)
        for name in step.get("victims") or ():
            bound.pop(name, None)
        bound.update(placed)


def seen(decision: Decision) -> tuple[Any, ...]:
    nomination = decision.nomination
    victims = (nomination.node, [victim.name for victim in nomination.victims]) if nomination else None
    return decision.node, dict(decision.final), decision.message, victims


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording["scenario"])
def test_both_ways_decide_alike_and_explain_preemption(adapter: Any, recording: Json) -> None:
    for step, slow, fast in replay(adapter, recording):
        assert seen(slow) == seen(fast)
        if step.get("victims"):
            assert fast.nomination is not None
            alternatives = {
                name: {victim.name for victim in victims} for name, victims in fast.nomination.equals
            }
            assert step["node"] in alternatives
            # a preemptor that lost its place to another preempts again: the recording then holds both rounds
            assert alternatives[step["node"]] <= set(step["victims"])
