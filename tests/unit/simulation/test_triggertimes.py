"""When a Service's endpoints say that they were changed."""

from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.simulation.triggertimes import ANNOTATION, TriggerTimes, stamped

KEY = ObjectKey("", "Service", "shop", "front")
SERVICE: dict[str, Any] = {"metadata": {"name": "front", "creationTimestamp": "2026-03-01T10:00:00Z"}}


def pods(**since: str) -> dict[ObjectKey, dict[str, Any]]:
    return {
        ObjectKey("", "Pod", "shop", name): {
            "metadata": {"name": name},
            "status": {"conditions": [{"type": "Ready", "status": "True", "lastTransitionTime": time}]},
        }
        for name, time in since.items()
    }


def test_the_first_time_is_that_of_the_service() -> None:
    assert TriggerTimes().look(KEY, SERVICE, pods(a="2026-03-01T10:00:07Z")) == "2026-03-01T10:00:00Z"


def test_later_it_is_the_earliest_of_what_is_new() -> None:
    times = TriggerTimes()
    times.look(KEY, SERVICE, pods(a="2026-03-01T10:00:07Z"))
    later = pods(a="2026-03-01T10:00:07Z", b="2026-03-01T10:00:20Z", c="2026-03-01T10:00:15Z")
    assert times.look(KEY, SERVICE, later) == "2026-03-01T10:00:15Z"
    assert times.look(KEY, SERVICE, later) == ""


def test_a_pod_that_goes_is_no_news_and_one_that_comes_back_is() -> None:
    times = TriggerTimes()
    times.look(KEY, SERVICE, pods(a="2026-03-01T10:00:07Z"))
    assert times.look(KEY, SERVICE, {}) == ""
    assert times.look(KEY, SERVICE, pods(a="2026-03-01T10:00:07Z")) == "2026-03-01T10:00:07Z"
    times.forget(KEY)
    assert times.look(KEY, SERVICE, {}) == "2026-03-01T10:00:00Z"


def test_a_look_at_what_has_changed_finds_what_one_at_all_would() -> None:
    times = TriggerTimes()
    before = pods(a="2026-03-01T10:00:07Z", b="2026-03-01T10:00:08Z")
    times.look(KEY, SERVICE, before)
    now = pods(b="2026-03-01T10:00:30Z", c="2026-03-01T10:00:20Z")
    changed = [*before, *now]
    assert times.look(KEY, SERVICE, now, [changed[1]]) == "2026-03-01T10:00:30Z"
    assert times.look(KEY, SERVICE, now, [changed[0], changed[3]]) == "2026-03-01T10:00:20Z"
    assert times.look(KEY, SERVICE, before, [changed[0]]) == "2026-03-01T10:00:07Z"
    assert times.look(KEY, SERVICE, before, []) == ""


def test_no_time_clears_the_annotation() -> None:
    value = {"metadata": {"name": "front", "annotations": {ANNOTATION: "2026-03-01T10:00:00Z"}}}
    assert stamped(value, "") == {"metadata": {"name": "front"}}
    assert stamped(value, "2026-03-01T11:00:00Z")["metadata"]["annotations"] == {
        ANNOTATION: "2026-03-01T11:00:00Z"
    }
