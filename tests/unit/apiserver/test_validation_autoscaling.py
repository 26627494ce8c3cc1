"""What the server says of autoscalers; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import autoscaling

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


AUTOSCALER: Json = {
    "apiVersion": "autoscaling/v2",
    "kind": "HorizontalPodAutoscaler",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "minReplicas": 1,
        "maxReplicas": 5,
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"},
        "metrics": [
            {
                "type": "Resource",
                "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}},
            }
        ],
        "behavior": {
            "scaleUp": {
                "stabilizationWindowSeconds": 0,
                "selectPolicy": "Max",
                "policies": [{"type": "Pods", "value": 4, "periodSeconds": 15}],
            }
        },
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.minReplicas",
        0,
        [
            "spec.minReplicas: Invalid value: 0: must be greater than or equal to 1",
            "spec.metrics: Forbidden: must specify at least one Object or External metric to support...",
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.maxReplicas",
        0,
        [
            "spec.maxReplicas: Required value: must be set and greater than 0",
            "spec.maxReplicas: Invalid value: 0: must be greater than or equal to `minReplicas`",
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.minReplicas",
        9,
        ["spec.maxReplicas: Invalid value: 5: must be greater than or equal to `minReplicas`"],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.scaleTargetRef.apiVersion",
        "v1",
        ['spec.scaleTargetRef.apiVersion: Invalid value: "v1": apiVersion must specify API group'],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.scaleTargetRef",
        {"apiVersion": "a/b/c", "name": "a/b"},
        [
            "spec.scaleTargetRef.kind: Required value",
            "spec.scaleTargetRef.name: Invalid value: \"a/b\": may not contain '/'",
            'spec.scaleTargetRef.apiVersion: Invalid value: "a/b/c": unexpected GroupVersion string:...',
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0].type",
        "x",
        [
            'spec.metrics[0].type: Unsupported value: "x": supported values: "ContainerResource", "E...',
            'spec.metrics[0].type: Unsupported value: "x": supported values: "ContainerResource", "E...',
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0].type",
        "Pods",
        ["spec.metrics[0].pods: Required value: must populate information for the given metric so..."],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0].resource.target",
        {"type": "x", "averageValue": "0"},
        [
            'spec.metrics[0].resource.target.type: Invalid value: "x": must be either Utilization, V...',
            'spec.metrics[0].resource.target.averageValue: Invalid value: "0": must be positive',
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0]",
        {
            "type": "Object",
            "object": {
                "describedObject": {"kind": "a", "name": "b"},
                "metric": {"name": "a/b"},
                "target": {"type": "Value"},
            },
        },
        [
            "spec.metrics[0].object.metric.name: Invalid value: \"a/b\": may not contain '/'",
            "spec.metrics[0].object.target.averageValue: Required value: must set either a target va...",
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0]",
        {
            "type": "External",
            "external": {"metric": {}, "target": {"type": "Value", "value": "1", "averageValue": "1"}},
        },
        [
            "spec.metrics[0].external.metric.name: Required value: must specify a metric name",
            "spec.metrics[0].external.target.value: Forbidden: may not set both a target value for m...",
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.metrics[0]",
        {
            "type": "ContainerResource",
            "containerResource": {
                "name": "x",
                "container": "A",
                "target": {"type": "Utilization", "averageUtilization": 50},
            },
        },
        [
            'spec.metrics[0].containerResource.name: Invalid value: "x": must be a standard resource...',
            'spec.metrics[0].containerResource.name: Invalid value: "x": must be a standard resource...',
            'spec.metrics[0].containerResource.container: Invalid value: "A": a lowercase RFC 1123 l...',
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.behavior.scaleUp",
        {"stabilizationWindowSeconds": 3601, "selectPolicy": "x", "tolerance": "-1"},
        [
            "spec.behavior.scaleUp.stabilizationWindowSeconds: Invalid value: 3601: must be less tha...",
            'spec.behavior.scaleUp.selectPolicy: Unsupported value: "x": supported values: "Disabled...',
            "spec.behavior.scaleUp.policies: Required value: must specify at least one Policy",
            'spec.behavior.scaleUp.tolerance: Invalid value: "-1": must be greater than or equal to 0',
        ],
    ),
    (
        autoscaling.validate_horizontal_pod_autoscaler,
        AUTOSCALER,
        "spec.behavior.scaleUp.policies[0]",
        {"type": "x", "value": 0, "periodSeconds": 1801},
        [
            'spec.behavior.scaleUp.policies[0].type: Unsupported value: "x": supported values: "Perc...',
            "spec.behavior.scaleUp.policies[0].value: Invalid value: 0: must be greater than zero",
            "spec.behavior.scaleUp.policies[0].periodSeconds: Invalid value: 1801: must be less than...",
        ],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(autoscaling.validate_horizontal_pod_autoscaler, AUTOSCALER)])
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


def test_unchanged_reference_is_not_checked_again(changed: Changed) -> None:
    old = changed(AUTOSCALER, "metadata.resourceVersion", "1")
    old = changed(old, "spec.scaleTargetRef.apiVersion", "v1")
    assert autoscaling.validate_horizontal_pod_autoscaler_update(old, old) == []
    new = changed(old, "spec.scaleTargetRef.kind", "Other")
    (error,) = autoscaling.validate_horizontal_pod_autoscaler_update(new, old)
    assert error.detail == "apiVersion must specify API group"
