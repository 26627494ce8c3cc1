"""What the server says of priority classes; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import scheduling

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


CLASS: Json = {
    "apiVersion": "scheduling.k8s.io/v1",
    "kind": "PriorityClass",
    "metadata": {"name": "web"},
    "value": 1,
    "preemptionPolicy": "Never",
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        scheduling.validate_priority_class,
        CLASS,
        "value",
        1000000001,
        ["value: Forbidden: maximum allowed value of a user defined priority is 1000000000"],
    ),
    (
        scheduling.validate_priority_class,
        CLASS,
        "metadata.name",
        "system-x",
        ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for s..."],
    ),
    (
        scheduling.validate_priority_class,
        CLASS,
        "preemptionPolicy",
        "x",
        ['preemptionPolicy: Unsupported value: "x": supported values: "PreemptLowerPriority", "Ne...'],
    ),
    (
        scheduling.validate_priority_class,
        CLASS,
        "metadata.name",
        "system-node-critical",
        ["metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for s..."],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(scheduling.validate_priority_class, CLASS)])
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


def test_value_and_policy_stay(changed: Changed) -> None:
    old = changed(CLASS, "metadata.resourceVersion", "1")
    new = changed(changed(old, "value", 2), "preemptionPolicy", "PreemptLowerPriority")
    assert [str(error) for error in scheduling.validate_priority_class_update(new, old)] == [
        "value: Forbidden: may not be changed in an update.",
        'preemptionPolicy: Invalid value: "PreemptLowerPriority": field is immutable',
    ]
