"""What the server says of API services; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import apiregistration

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


SERVICE: Json = {
    "apiVersion": "apiregistration.k8s.io/v1",
    "kind": "APIService",
    "metadata": {"name": "v1.example.com"},
    "spec": {
        "group": "example.com",
        "version": "v1",
        "groupPriorityMinimum": 100,
        "versionPriority": 10,
        "service": {"namespace": "a", "name": "b", "port": 443},
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        apiregistration.validate_api_service,
        SERVICE,
        "metadata.name",
        "x",
        ['metadata.name: Invalid value: "x": must be `spec.version+"."+spec.group`: "v1.example.com"'],
    ),
    (
        apiregistration.validate_api_service,
        SERVICE,
        "spec.group",
        "",
        ['metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: ...'],
    ),
    (
        apiregistration.validate_api_service,
        SERVICE,
        "spec.groupPriorityMinimum",
        0,
        ["spec.groupPriorityMinimum: Invalid value: 0: must be positive and less than 20000"],
    ),
    (
        apiregistration.validate_api_service,
        SERVICE,
        "spec.versionPriority",
        1001,
        ["spec.versionPriority: Invalid value: 1001: must be positive and less than 1000"],
    ),
    (
        apiregistration.validate_api_service,
        SERVICE,
        "spec.service",
        {"port": 0},
        [
            "spec.service.namespace: Required value",
            "spec.service.name: Required value",
            "spec.service.port: Invalid value: 0: port is not valid: must be between 1 and 65535, in...",
        ],
    ),
    (apiregistration.validate_api_service, SERVICE, "spec.insecureSkipTLSVerify", True, []),
    (
        apiregistration.validate_api_service,
        SERVICE,
        "spec.version",
        "V1",
        [
            'metadata.name: Invalid value: "v1.example.com": must be `spec.version+"."+spec.group`: ...',
            'spec.version: Invalid value: "V1": a DNS-1035 label must consist of lower case alphanum...',
        ],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(apiregistration.validate_api_service, SERVICE)])
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
