"""When a Service's endpoints say that they were changed."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.simulation.triggertimes import ANNOTATION, TriggerTimes, stamped

KEY = ObjectKey("", "Service", "shop", "front")
SERVICE: dict[str, Any] = {"metadata": {"name": "front", "creationTimestamp": "2026-03-01T10:00:00Z"}}


def pod(name: str, since: str) -> dict[str, Any]:
    ready = {"type": "Ready", "status": "True", "lastTransitionTime": since}
    return {"metadata": {"name": name}, "status": {"conditions": [ready]}}


def test_the_first_time_is_that_of_the_service() -> None:
    assert TriggerTimes().look(KEY, SERVICE, [pod("a", "2026-03-01T10:00:07Z")]) == "2026-03-01T10:00:00Z"


def test_later_it_is_the_earliest_of_what_is_new() -> None:
    times = TriggerTimes()
    times.look(KEY, SERVICE, [pod("a", "2026-03-01T10:00:07Z")])
    later = [
        pod("a", "2026-03-01T10:00:07Z"),
        pod("b", "2026-03-01T10:00:20Z"),
        pod("c", "2026-03-01T10:00:15Z"),
    ]
    assert times.look(KEY, SERVICE, later) == "2026-03-01T10:00:15Z"
    assert times.look(KEY, SERVICE, later) == ""


def test_a_pod_that_goes_is_no_news_and_one_that_comes_back_is() -> None:
    times = TriggerTimes()
    times.look(KEY, SERVICE, [pod("a", "2026-03-01T10:00:07Z")])
    assert times.look(KEY, SERVICE, []) == ""
    assert times.look(KEY, SERVICE, [pod("a", "2026-03-01T10:00:07Z")]) == "2026-03-01T10:00:07Z"
    times.forget(KEY)
    assert times.look(KEY, SERVICE, []) == "2026-03-01T10:00:00Z"


def test_no_time_clears_the_annotation() -> None:
    value = {"metadata": {"name": "front", "annotations": {ANNOTATION: "2026-03-01T10:00:00Z"}}}
    assert stamped(value, "") == {"metadata": {"name": "front"}}
    assert stamped(value, "2026-03-01T11:00:00Z")["metadata"]["annotations"] == {
        ANNOTATION: "2026-03-01T11:00:00Z"
    }
