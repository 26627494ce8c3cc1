"""A rollout of any size as a report, without simulating it: half of the pods go, as many come, node by node."""

from collections.abc import Iterator
from typing import Any

from kplan.plan.action import Action, Reason
from kplan.plan.change import Change, FieldEdit, Identity
from kplan.plan.effect import Effects, ObjectEffect, PodEffect, PodOutcome, Rollout, Step
from kplan.plan.model import Plan, PlannedChange, summarise
from kplan.report import InputSummary, Report
from kplan.simulation.clock import SECOND, START
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import EntryType, Timeline, TimelineEvent
from kplan.state.store import Store

Json = dict[str, Any]
WEB = Identity("apps/v1", "Deployment", "shop", "web")
PENDING = "0/3 nodes are available: 3 Insufficient cpu."


def crowd(pods: int, nodes: int) -> Report:
    """The report of a plan in which ``pods`` pods are seen; the last one that comes finds no node."""
    half = pods // 2
    prior = Store(
        [*map(node, range(nodes)), *workload("old"), *(pod("old", one, nodes) for one in range(half))]
    )
    final = Store(
        [*map(node, range(nodes)), *workload("new"), *(pod("new", one, nodes) for one in range(half - 1))]
    )
    timeline = Timeline()
    for when, entry_type, value in course(half, nodes):
        timeline.entries.append(entry(timeline, when, entry_type, value))
        if value["metadata"]["name"] == f"web-new-{half - 1}":
            timeline.entries.append(failed(timeline, when, value))
    planned = PlannedChange(change(), effects(half, nodes))
    plan = Plan(
        summarise([planned], Effects()), (planned,), kubernetes_version="1.36", duration_seconds=half / 10
    )
    outcome = Outcome(prior, final, timeline, START, START + half * SECOND // 10, converged=True)
    return Report("plan", inputs=InputSummary(1, 1), kubernetes=("1.36",), plan=plan, outcome=outcome)


def waiting(pods: int) -> Report:
    """So many pods that come at once and find no node."""
    timeline = Timeline()
    for one in range(pods):
        timeline.entries.append(entry(timeline, START + SECOND, EntryType.ADDED, pod("new", one, 0)))
    prior = Store([node(0), *workload("new")])
    outcome = Outcome(prior, prior.fork(), timeline, START, START + SECOND, converged=True)
    return Report("simulate", kubernetes=("1.36",), outcome=outcome)


def course(half: int, nodes: int) -> Iterator[tuple[int, EntryType, Json]]:
    for one in range(half):
        when = START + (one + 1) * SECOND // 10
        yield when, EntryType.ADDED, pod("new", one, 0)
        if one == half - 1:
            return
        yield when, EntryType.MODIFIED, pod("new", one, nodes, ready=False)
        yield when + SECOND, EntryType.MODIFIED, pod("new", one, nodes)
        yield when + SECOND, EntryType.MODIFIED, pod("old", one, nodes, going=True)
        yield when + 2 * SECOND, EntryType.DELETED, pod("old", one, nodes)


def entry(timeline: Timeline, when: int, entry_type: EntryType, value: Json) -> TimelineEvent:
    return TimelineEvent(timeline.next_id, when, "test", entry_type, Store.key_of(value), value=value)


def failed(timeline: Timeline, when: int, value: Json) -> TimelineEvent:
    return TimelineEvent(
        timeline.next_id, when, "default-scheduler", EntryType.EVENT, Store.key_of(value), "FailedScheduling",
        PENDING, "Warning",
    )  # fmt: skip


def node(number: int) -> Json:
    return {
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": f"node-{number}"}, "spec": {},
        "status": {
            "allocatable": {"cpu": "16", "memory": "64Gi", "pods": "250"},
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }  # fmt: skip


def workload(template: str) -> Iterator[Json]:
    labels = {"app": "web"}
    spec = {
        "selector": {"matchLabels": labels},
        "template": {"metadata": {"labels": labels}, "spec": {"containers": []}},
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop", "uid": "web"},
        "spec": spec,
    }
    yield {
        "apiVersion": "apps/v1", "kind": "ReplicaSet",
        "metadata": {"name": f"web-{template}", "namespace": "shop", "uid": template, "ownerReferences": [owner("Deployment", "web", "web")]},
        "spec": spec,
    }  # fmt: skip
    yield {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "uid": "service"},
        "spec": {"selector": labels},
    }


def owner(kind: str, name: str, uid: str) -> Json:
    return {"apiVersion": "apps/v1", "kind": kind, "name": name, "uid": uid, "controller": True}


def pod(template: str, number: int, nodes: int, *, ready: bool = True, going: bool = False) -> Json:
    """A pod of the old or the new template; on no node where there are none."""
    deleted = {"deletionTimestamp": "2026-01-01T00:00:00Z"} if going else {}
    spec = {
        "containers": [
            {"name": "web", "image": "web", "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}}}
        ]
    }
    place = {"nodeName": f"node-{number % nodes}"} if nodes else {}
    condition = (
        {"type": "Ready", "status": str(ready)}
        if nodes
        else {"type": "PodScheduled", "status": "False", "message": PENDING}
    )
    return {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": f"web-{template}-{number}", "namespace": "shop", "uid": f"{template}-{number}",
            "ownerReferences": [owner("ReplicaSet", f"web-{template}", template)], **deleted,
        },
        "spec": {**spec, **place},
        "status": {"phase": "Running" if nodes and ready else "Pending", "conditions": [condition]},
    }  # fmt: skip


def change() -> Change:
    edit = FieldEdit("spec.template.spec.containers[web].image", "web:1", "web:2")
    value = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}}
    return Change(
        WEB, Action.UPDATE, Reason.DIFFERS, (edit,), location="web.yaml:1",
        before={**value, "spec": {"image": "web:1"}}, after={**value, "spec": {"image": "web:2"}},
    )  # fmt: skip


def effects(half: int, nodes: int) -> Effects:
    new = [
        PodEffect(f"web-new-{one}", "shop", PodOutcome.CREATED, f"node-{one % nodes}")
        for one in range(half - 1)
    ]
    new.append(PodEffect(f"web-new-{half - 1}", "shop", PodOutcome.CREATED, reason=PENDING))
    old = [
        PodEffect(f"web-old-{one}", "shop", PodOutcome.DELETED, f"node-{one % nodes}")
        for one in range(half - 1)
    ]
    sets = [Identity("apps/v1", "ReplicaSet", "shop", f"web-{name}") for name in ("new", "old")]
    objects = (
        ObjectEffect(sets[0], Action.CREATE, f"{half} pods"),
        ObjectEffect(sets[1], Action.UPDATE, f"from {half} to 1 pods"),
    )
    rollout = Rollout(
        WEB,
        (Step(0.1, f"Scaled up replica set web-new from 0 to {half}"),),
        half,
        half,
        half - 1,
        half - 1,
        half - 1,
    )
    return Effects(objects, (*new, *old), (rollout,))
