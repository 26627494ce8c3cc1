"""Events as a cluster keeps them, as recorders of a real 1.36 made them when the same was recorded."""

from typing import Any

from kplan.kubectl.correlating import correlated


def _event(number: int, message: str, at: int, **more: Any) -> dict[str, Any]:
    stamp = f"2026-01-01T00:{at // 60:02}:{at % 60:02}Z"
    return {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": f"a.{number}", "namespace": "default"},
        "involvedObject": {"kind": "ReplicaSet", "name": "a", "uid": "1"}, "reason": "FailedCreate", "type": "Warning",
        "source": {"component": "replicaset-controller"}, "message": message, "count": 1,
        "firstTimestamp": stamp, "lastTimestamp": stamp, **more,
    }  # fmt: skip


def _told(events: list[dict[str, Any]]) -> list[tuple[str, int]]:
    return [(one["message"], one.get("series", one).get("count", 1)) for one in correlated(events)]


def test_what_is_said_again_is_counted() -> None:
    events = [_event(1, "a", 0), _event(2, "b", 5), _event(3, "a", 9)]
    first, second = correlated(events)
    assert (first["message"], first["count"], first["metadata"]["name"]) == ("a", 2, "a.1")
    assert (first["firstTimestamp"], first["lastTimestamp"]) == (
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:09Z",
    )
    assert second == events[1]
    assert events[0]["count"] == 1


def test_the_tenth_text_of_one_reason_and_all_behind_are_told_as_one() -> None:
    told = _told([_event(number, f"pod {number}", number) for number in range(14)])
    assert told[:9] == [(f"pod {number}", 1) for number in range(9)]
    assert told[9:] == [("(combined from similar events): pod 13", 5)]


def test_after_ten_minutes_without_one_they_are_told_one_by_one() -> None:
    events = [_event(number, f"pod {number}", number) for number in range(9)]
    told = _told([*events, _event(9, "pod 9", 8 + 601), _event(10, "pod 10", 8 + 602)])
    assert told[9:] == [("pod 9", 1), ("pod 10", 1)]


def test_events_of_other_objects_reasons_or_sources_are_not_combined() -> None:
    other = {"kind": "ReplicaSet", "name": "a", "uid": "2"}
    events = [
        _event(1, "a", 0), _event(2, "a", 1, involvedObject=other), _event(3, "a", 2, reason="Other"),
        _event(4, "a", 3, source={"component": "kubelet", "host": "node-1"}),
    ]  # fmt: skip
    assert _told(events) == [("a", 1)] * 4


def test_what_the_scheduler_says_of_a_pod_that_did_not_change_is_a_series_under_its_first_text() -> None:
    """A pod whose condition says the same already is not written, and is the same object at the next attempt."""
    said = [("0/2", 1), ("0/2", 2), ("0/3", 2), ("0/4", 3), ("0/4", 4), ("0/4", 4), ("0/4", 4)]
    about = {"kind": "Pod", "name": "a", "uid": "1"}
    events = [
        _event(
            number, text, number, source={"component": "default-scheduler"},
            involvedObject={**about, "resourceVersion": str(version)},
        )
        for number, (text, version) in enumerate(said)
    ]  # fmt: skip
    assert _told(events) == [("0/2", 1), ("0/2", 2), ("0/4", 1), ("0/4", 2)]


def test_the_scheduler_records_through_the_api_of_events() -> None:
    source = {"component": "default-scheduler"}
    number = "18867252712a9840"  # 2026-01-01T00:00:02.201 in nanoseconds
    first = _event(1, "0/2", 2, source=source, metadata={"name": f"a.{number}"}, reason="FailedScheduling")
    (told,) = correlated([first, {**first, "lastTimestamp": "2026-01-01T00:00:09Z"}])
    assert "count" not in told
    assert {name: told[name] for name in ("eventTime", "action", "source", "firstTimestamp", "lastTimestamp")} == {
        "eventTime": "2026-01-01T00:00:02.201000Z", "action": "Scheduling", "source": {},
        "firstTimestamp": None, "lastTimestamp": None,
    }  # fmt: skip
    assert told["series"] == {"count": 2, "lastObservedTime": "2026-01-01T00:00:09.000000Z"}
    (bound,) = correlated([{**first, "reason": "Scheduled", "metadata": {"name": "a"}}])
    assert (bound["action"], bound["eventTime"]) == ("Binding", "2026-01-01T00:00:02.000000Z")
    assert "series" not in bound


def test_what_is_counted_already_stays() -> None:
    counted = [_event(1, "a", 0, count=3), _event(2, "a", 1, count=2)]
    assert correlated(counted) == counted
