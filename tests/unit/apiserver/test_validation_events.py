"""What the server says of Events in either group; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import events

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


EVENT: Json = {
    "apiVersion": "v1",
    "kind": "Event",
    "metadata": {"name": "web", "namespace": "default"},
    "involvedObject": {"namespace": "default", "name": "x"},
    "eventTime": "2026-01-01T00:00:00.000000Z",
    "reportingComponent": "a.b/c",
    "reportingInstance": "i",
    "action": "a",
    "reason": "r",
    "message": "m",
    "type": "Normal",
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (events.validate_event, EVENT, "eventTime", ABSENT, ["eventTime: Required value"]),
    (events.validate_event, EVENT, "type", "x", ['type: Invalid value: "": has invalid value: x']),
    (
        events.validate_event,
        EVENT,
        "reportingComponent",
        "",
        [
            "reportingController: Required value",
            'reportingController: Invalid value: "": name part must be non-empty',
            'reportingController: Invalid value: "": name part must consist of alphanumeric characte...',
        ],
    ),
    (
        events.validate_event,
        EVENT,
        "action",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ['action: Invalid value: "": can have at most 128 characters'],
    ),
    (events.validate_event, EVENT, "count", 1, ['count: Invalid value: "": needs to be unset']),
    (
        events.validate_event,
        EVENT,
        "series",
        {"count": 1},
        ['series.count: Invalid value: "": should be at least 2', "series.lastObservedTime: Required value"],
    ),
    (events.validate_event, EVENT, "involvedObject", {}, []),
    (
        events.validate_core_event,
        EVENT,
        "message",
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        ['message: Invalid value: "": can have at most 1024 characters'],
    ),
    (
        events.validate_core_event,
        EVENT,
        "reportingComponent",
        "a b",
        ['reportingComponent: Invalid value: "a b": name part must consist of alphanumeric charac...'],
    ),
    (events.validate_core_event, EVENT, "type", "x", []),
    (
        events.validate_core_event,
        EVENT,
        "metadata.namespace",
        "Other",
        ['namespace: Invalid value: "Other": a lowercase RFC 1123 subdomain must consist of lower...'],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"), [(events.validate_event, EVENT), (events.validate_core_event, EVENT)]
)
def test_good_objects_pass(validate: Callable[[Json], list[Any]], base: Json) -> None:
    assert validate(base) == []


@pytest.mark.parametrize(("validate", "base", "path", "value", "expected"), CASES)
def test_refusals(
    validate: Callable[[Json], list[Any]],
    base: Json,
    path: str,
    value: Any,
    expected: list[str],
    changed: Changed,
) -> None:
    assert [said(error) for error in validate(changed(base, path, value))] == expected
