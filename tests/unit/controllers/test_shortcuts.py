"""Controllers that remember what led to nothing do what they would do if they remembered nothing."""

from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kplan.api.gvk import ObjectKey
from kplan.cluster import Cluster
from kplan.config.scenariofile import parse as parse_scenario
from kplan.controllers.deployment.standing import Standing
from kplan.controllers.replicaset.owned import Known

FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SCENARIO = parse_scenario({"images": [{"image": "bad", "fate": "never-ready"}]})
WEB = ObjectKey("apps", "Deployment", "default", "web")

Step = tuple[str, Any]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("image"), st.sampled_from(["good:1", "good:2", "good:3", "bad"])),
        st.tuples(st.just("replicas"), st.integers(0, 5)),
        st.tuples(st.just("paused"), st.booleans()),
        st.tuples(st.just("minReadySeconds"), st.sampled_from([0, 3])),
        st.tuples(st.just("revisionHistoryLimit"), st.integers(0, 2)),
        st.tuples(st.just("advance"), st.sampled_from([2, 40])),
        st.tuples(st.just("relabel"), st.sampled_from(["Pod", "ReplicaSet"])),
        st.tuples(st.just("note"), st.sampled_from(["1", "2"])),
    ),
    min_size=1,
    max_size=5,
)


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "64", "memory": "64Gi", "pods": "200"}
    status = {"capacity": room, "allocatable": room, "conditions": [{"type": "Ready", "status": "True"}]}
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": name}, "status": status}


def deployment(strategy: dict[str, Any]) -> dict[str, Any]:
    labels = {"app": "web"}
    template = {
        "metadata": {"labels": labels},
        "spec": {"containers": [{"name": "c", "image": "good:1"}], "terminationGracePeriodSeconds": 1},
    }
    spec = {
        "replicas": 3,
        "selector": {"matchLabels": labels},
        "template": template,
        "strategy": strategy,
        "progressDeadlineSeconds": 20,
    }
    metadata = {"name": "web", "namespace": "default"}
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec}


def take(made: Cluster, step: Step) -> None:
    what, value = step
    client = made.client()
    if what == "advance":
        made.advance(value)
        return
    if what == "relabel":
        found = made.store.list("" if value == "Pod" else "apps", value)
        for obj in found[:1]:
            labels = {**obj["metadata"]["labels"], "app": "lost"}
            client.update({**obj, "metadata": {**obj["metadata"], "labels": labels}})
    elif what == "note":
        obj = client.get(WEB)
        client.update({**obj, "metadata": {**obj["metadata"], "annotations": {"note": value}}})
    else:
        obj = client.get(WEB)
        spec = {**obj["spec"], what: value}
        if what == "image":
            template = obj["spec"]["template"]
            containers = [{**template["spec"]["containers"][0], "image": value}]
            del spec["image"]
            spec["template"] = {**template, "spec": {**template["spec"], "containers": containers}}
        client.update({**obj, "spec": spec})
    made.advance(1.5)


def story(strategy: dict[str, Any], steps: list[Step]) -> tuple[list[Any], list[Any]]:
    made = Cluster.of([node("n1"), node("n2")], scenario=SCENARIO)
    made.client().create(deployment(strategy))
    made.run()
    for step in steps:
        take(made, step)
    made.run()
    told = [(one.when, one.actor, one.entry_type, one.object, one.message) for one in made.stage.timeline]
    return told, list(made.store)


@FEW
@given(
    strategy=st.sampled_from(
        [
            {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
            {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 2}},
            {"type": "Recreate"},
        ]
    ),
    steps=STEPS,
)
def test_what_is_remembered_changes_nothing(strategy: dict[str, Any], steps: list[Step]) -> None:
    quick = story(strategy, steps)
    with (
        patch.object(Standing, "rest", lambda *_: None),
        patch.object(Standing, "holds", lambda *_: False),
        patch.object(Known, "rests", lambda *_: False),
        patch.object(Known, "holds", lambda *_: False),
    ):
        assert story(strategy, steps) == quick


def test_progress_that_somebody_wrote_over_is_said_anew() -> None:
    """A Deployment whose status is silent on its progress, or says that it pauses, is looked at as a whole."""
    made = Cluster.of([node("n1")], scenario=SCENARIO)
    client = made.client()
    client.create(deployment({"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}))
    made.run()
    for conditions, reason in (
        ([], "FoundNewReplicaSet"),
        ([{"reason": "DeploymentPaused"}], "DeploymentResumed"),
    ):
        obj = client.get(WEB)
        written = [{"type": "Progressing", "status": "Unknown", **one} for one in conditions]
        begun = len(made.stage.timeline)
        client.update_status({**obj, "status": {**obj["status"], "conditions": written}})
        made.run()
        values = [one.value for one in list(made.stage.timeline)[begun:] if one.object == WEB and one.value]
        said = [one.get("reason") for value in values for one in value["status"].get("conditions", ())]
        assert reason in said
