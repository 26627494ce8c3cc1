"""What the server says of disruption budgets; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import policy

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


BUDGET: Json = {
    "apiVersion": "policy/v1",
    "kind": "PodDisruptionBudget",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"minAvailable": 1, "selector": {"matchLabels": {"app": "web"}}},
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "spec.maxUnavailable",
        "1",
        [
            'spec: Invalid value: {"MinAvailable":1,"Selector":{"matchLabels":{"app":"web"}},"MaxUna...',
            'spec.maxUnavailable: Invalid value: "1": a valid percent string must be a numeric strin...',
        ],
    ),
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "spec.minAvailable",
        "101%",
        ['spec.minAvailable: Invalid value: "101%": must not be greater than 100%'],
    ),
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "spec.minAvailable",
        -1,
        ["spec.minAvailable: Invalid value: -1: must be greater than or equal to 0"],
    ),
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "spec.unhealthyPodEvictionPolicy",
        "x",
        ['spec.unhealthyPodEvictionPolicy: Unsupported value: "x": supported values: "AlwaysAllow...'],
    ),
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "metadata.name",
        "a/b",
        ["metadata.name: Invalid value: \"a/b\": may not contain '/'"],
    ),
    (
        policy.validate_pod_disruption_budget,
        BUDGET,
        "spec.selector.matchLabels",
        {"a b": "c"},
        ['spec.selector.matchLabels: Invalid value: "a b": name part must consist of alphanumeric...'],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(policy.validate_pod_disruption_budget, BUDGET)])
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
