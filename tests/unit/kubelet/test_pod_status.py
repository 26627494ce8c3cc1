"""The status that a kubelet writes: what differs from the stored one, and what stays the same object."""

from typing import Any

from kplan.kubelet.life import Life, Stage
from kplan.kubelet.running import Running
from kplan.kubelet.status import container_status, pod_status, running, says_the_same, waiting
from kplan.simulation.clock import SECOND, START
from kplan.simulation.scenario import Durations, ImageAssumption

Json = dict[str, Any]
THEN, NOW = "2026-01-01T00:00:00Z", START + 5 * SECOND
TRUTHS = {"Initialized": True, "Ready": False}
WAITING = container_status("app", "app:1", waiting("ContainerCreating"))


def stored(status: str = "False", **more: str) -> Json:
    return {"type": "Ready", "status": status, "lastTransitionTime": THEN, **more}


def reported(conditions: list[Json], ready: bool = False) -> Json:
    """The status of a pod whose conditions were these, and whose one container waits."""
    pod = {
        "status": {
            "phase": "Pending",
            "conditions": conditions,
            "startTime": THEN,
            "containerStatuses": [WAITING],
        }
    }
    return pod_status(
        pod, "Pending", NOW, truths={**TRUTHS, "Ready": ready}, reason="ContainersNotReady",
        containers=[container_status("app", "app:1", waiting("ContainerCreating"))],
    )  # fmt: skip


def test_a_condition_that_says_so_already_is_the_same_one() -> None:
    before = [stored(reason="ContainersNotReady"), {"type": "Mine", "status": "Unknown"}]
    status = reported(before)
    assert [one is other for one, other in zip(status["conditions"], before, strict=False)] == [True, True]
    assert status["conditions"][2]["type"] == "Initialized"
    assert status["containerStatuses"] == [WAITING]


def test_a_condition_for_another_reason_keeps_its_time() -> None:
    found = reported([stored(reason="PodFailed")])["conditions"][0]
    assert (found["reason"], found["lastTransitionTime"]) == ("ContainersNotReady", THEN)


def test_a_condition_that_turns_has_the_time_of_now_and_no_reason() -> None:
    found = reported([stored(reason="ContainersNotReady")], ready=True)["conditions"][0]
    assert (found["status"], found["lastTransitionTime"]) == ("True", "2026-01-01T00:00:05Z")
    assert "reason" not in found


def test_a_status_says_the_same_with_nulls_as_without() -> None:
    written = {"phase": "Pending", "conditions": [{**stored(), "lastProbeTime": None}]}
    assert says_the_same(written, {"phase": "Pending", "conditions": [stored()]})
    assert not says_the_same(written, {"phase": "Running", "conditions": [stored()]})
    assert not says_the_same(written, {"phase": "Pending", "conditions": [stored("True")]})


def life(name: str, stage: Stage, *, is_init: bool = False, policy: str = "Always", **more: Any) -> Life:
    one = Life({"name": name, "image": "app:1"}, ImageAssumption(image="*"), Durations(), policy, is_init)
    one.stage, one.made = stage, stage is not Stage.WAITING
    for field, value in more.items():
        setattr(one, field, value)
    return one


def test_the_phase_follows_from_the_containers() -> None:
    waits, runs = life("a", Stage.WAITING), life("b", Stage.RUNNING, ready=True)
    ended = life("c", Stage.ENDED, policy="Never", exit_code=1)
    sidecar = life("side", Stage.RUNNING, is_init=True)
    setup = life("setup", Stage.ENDED, is_init=True, policy="Never", exit_code=1)
    cases = {
        "Pending": [([], [waits, runs]), ([sidecar], [waits])],
        "Running": [([], [runs, ended]), ([life("s", Stage.RUNNING, is_init=True, started=True)], [ended])],
        "Failed": [([], [ended]), ([setup], [waits])],
        "Succeeded": [([], [life("d", Stage.ENDED, policy="Never")])],
    }
    for phase, pods in cases.items():
        for init, main in pods:
            assert Running("u", "node-1", init, main).phase == phase, (phase, init, main)


def test_a_pod_is_quiet_until_something_is_due() -> None:
    one = life("a", Stage.RUNNING, ready=True, due=NOW + SECOND)
    pod = Running("u", "node-1", [], [one, life("b", Stage.RUNNING)])
    assert pod.is_quiet(NOW)
    assert pod.next_look(NOW).requeue_after == SECOND
    assert not pod.is_quiet(NOW + SECOND)
    assert not Running("u", "node-1", [], [one, life("c", Stage.WAITING)]).is_quiet(NOW)
    assert one.status()["state"] == running(0)
