"""What the server says of runtime classes; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import node

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


CLASS: Json = {
    "apiVersion": "node.k8s.io/v1",
    "kind": "RuntimeClass",
    "metadata": {"name": "web"},
    "handler": "runc",
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (node.validate_runtime_class, CLASS, "handler", "", ["handler: Required value"]),
    (
        node.validate_runtime_class,
        CLASS,
        "handler",
        "A",
        ['handler: Invalid value: "A": a lowercase RFC 1123 label must consist of lower case alph...'],
    ),
    (
        node.validate_runtime_class,
        CLASS,
        "overhead",
        {"podFixed": {"x": "1"}},
        [
            'overhead.limits[x]: Invalid value: "x": must be a standard resource type or fully quali...',
            'overhead.limits[x]: Invalid value: "x": must be a standard resource for containers',
        ],
    ),
    (
        node.validate_runtime_class,
        CLASS,
        "scheduling",
        {
            "nodeSelector": {"a b": "c"},
            "tolerations": [
                {"key": "a", "operator": "Exists"},
                {"key": "a", "operator": "Exists", "tolerationSeconds": 5},
            ],
        },
        [
            'scheduling.nodeSelector: Invalid value: "a b": name part must consist of alphanumeric c...',
            "scheduling.tolerations[1].effect: Invalid value: \"\": effect must be 'NoExecute' when `t...",
            'scheduling.tolerations[1]: Duplicate value: {"Key":"a","Operator":"Exists","Value":"","...',
        ],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(node.validate_runtime_class, CLASS)])
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
