"""What the server says of leases; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import coordination

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


LEASE: Json = {
    "apiVersion": "coordination.k8s.io/v1",
    "kind": "Lease",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {"leaseDurationSeconds": 5},
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        coordination.validate_lease,
        LEASE,
        "spec",
        {"leaseDurationSeconds": 0, "leaseTransitions": -1, "strategy": "x", "preferredHolder": "a"},
        [
            "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
            "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
            'spec.strategy.strategy: Unsupported value: "x": supported values: "OldestEmulationVersion"',
        ],
    ),
    (
        coordination.validate_lease,
        LEASE,
        "spec.preferredHolder",
        "a",
        ["spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined"],
    ),
    (
        coordination.validate_lease,
        LEASE,
        "spec.strategy",
        "a b/c",
        ['spec.strategy.strategy: Invalid value: "a b/c": prefix part a lowercase RFC 1123 subdom...'],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(coordination.validate_lease, LEASE)])
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
