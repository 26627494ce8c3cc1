"""What the server says of flow schemas and priority levels; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import flowcontrol

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


SCHEMA: Json = {
    "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
    "kind": "FlowSchema",
    "metadata": {"name": "web"},
    "spec": {
        "matchingPrecedence": 100,
        "priorityLevelConfiguration": {"name": "x"},
        "rules": [
            {
                "subjects": [{"kind": "User", "user": {"name": "u"}}],
                "nonResourceRules": [{"verbs": ["get"], "nonResourceURLs": ["/x"]}],
            }
        ],
    },
}
LEVEL: Json = {
    "apiVersion": "flowcontrol.apiserver.k8s.io/v1",
    "kind": "PriorityLevelConfiguration",
    "metadata": {"name": "web"},
    "spec": {
        "type": "Limited",
        "limited": {
            "nominalConcurrencyShares": 5,
            "lendablePercent": 0,
            "limitResponse": {
                "type": "Queue",
                "queuing": {"queues": 64, "handSize": 8, "queueLengthLimit": 50},
            },
        },
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.matchingPrecedence",
        1,
        ["spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matc..."],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.matchingPrecedence",
        10001,
        ["spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000"],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.distinguisherMethod",
        {"type": "x"},
        ['spec.distinguisherMethod.type: Unsupported value: {"Type":"x"}: supported values: "ByNa...'],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.rules[0].subjects[0]",
        {"kind": "Group", "user": {"name": "u"}},
        [
            "spec.rules[0].subjects[0].group: Required value: group is required when subject kind is...",
            "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not '...",
        ],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.rules[0].subjects[0]",
        {"kind": "ServiceAccount", "serviceAccount": {"name": "A", "namespace": "B"}},
        [
            'spec.rules[0].subjects[0].serviceAccount.name: Invalid value: "A": a lowercase RFC 1123...',
            'spec.rules[0].subjects[0].serviceAccount.namespace: Invalid value: "B": a lowercase RFC...',
        ],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.rules[0].nonResourceRules[0]",
        {"verbs": ["x"], "nonResourceURLs": ["x", "/a b", "//", "/*/a"]},
        [
            'spec.rules[0].nonResourceRules[0].verbs: Unsupported value: ["x"]: supported values: "c...',
            'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "x": must start wi...',
            'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a b": must not c...',
            'spec.rules[0].nonResourceRules[0].nonResourceURLs[2]: Invalid value: "//": must not con...',
            'spec.rules[0].nonResourceRules[0].nonResourceURLs[3]: Invalid value: "/*/a": wildcard c...',
        ],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "spec.rules[0].resourceRules",
        [{"verbs": ["*", "get"], "apiGroups": ["*", "a"], "resources": [], "namespaces": ["A"]}],
        [
            'spec.rules[0].resourceRules[0].verbs: Invalid value: ["*","get"]: if \'*\' is present, mu...',
            'spec.rules[0].resourceRules[0].apiGroups: Invalid value: ["*","a"]: if \'*\' is present, ...',
            "spec.rules[0].resourceRules[0].resources: Required value: resource rules must supply at...",
            'spec.rules[0].resourceRules[0].namespaces[0]: Invalid value: "A": each member of this l...',
        ],
    ),
    (
        flowcontrol.validate_flow_schema,
        SCHEMA,
        "metadata.name",
        "exempt",
        ['spec: Invalid value: {"PriorityLevelConfiguration":{"Name":"x"},"MatchingPrecedence":10...'],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.type",
        "Exempt",
        [
            "spec.type: Invalid value: \"Exempt\": must be 'Exempt' if and only if `name` is 'exempt'",
            "spec.limited: Forbidden: must be nil if the type is not Limited",
        ],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.type",
        "x",
        ['spec.type: Unsupported value: "x": supported values: "Exempt", "Limited"'],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited",
        ABSENT,
        ["spec.limited: Required value: must not be empty when type is Limited"],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited.nominalConcurrencyShares",
        -1,
        ["spec.limited.nominalConcurrencyShares: Invalid value: -1: must be a non-negative integer"],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited.lendablePercent",
        101,
        ["spec.limited.lendablePercent: Invalid value: 101: must be between 0 and 100, inclusive"],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited.limitResponse.queuing",
        {"queues": 0, "handSize": 9, "queueLengthLimit": 0},
        [
            "spec.limited.limitResponse.queuing.queueLengthLimit: Invalid value: 0: must be positive",
            "spec.limited.limitResponse.queuing.queues: Invalid value: 0: must be positive",
            "spec.limited.limitResponse.queuing.handSize: Invalid value: 9: should not be greater th...",
        ],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited.limitResponse.queuing",
        {"queues": 10000, "handSize": 9, "queueLengthLimit": 1},
        ["spec.limited.limitResponse.queuing.handSize: Invalid value: 9: required entropy bits of..."],
    ),
    (
        flowcontrol.validate_priority_level_configuration,
        LEVEL,
        "spec.limited.limitResponse.type",
        "Reject",
        ["spec.limited.limitResponse.queuing: Forbidden: must be nil if limited.limitResponse.typ..."],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [(flowcontrol.validate_flow_schema, SCHEMA), (flowcontrol.validate_priority_level_configuration, LEVEL)],
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
