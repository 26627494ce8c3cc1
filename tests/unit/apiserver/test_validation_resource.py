"""What the server says of device claims, classes and slices; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import resource

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


CLAIM: Json = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceClaim",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "devices": {
            "requests": [
                {
                    "name": "gpu",
                    "exactly": {"deviceClassName": "dc", "count": 1, "allocationMode": "ExactCount"},
                }
            ]
        }
    },
}
TEMPLATE: Json = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceClaimTemplate",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "spec": {
            "devices": {
                "requests": [
                    {
                        "name": "gpu",
                        "exactly": {"deviceClassName": "dc", "count": 1, "allocationMode": "ExactCount"},
                    }
                ]
            }
        }
    },
}
CLASS: Json = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "DeviceClass",
    "metadata": {"name": "web"},
    "spec": {},
}
SLICE: Json = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceSlice",
    "metadata": {"name": "web"},
    "spec": {
        "driver": "a.b",
        "nodeName": "n",
        "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1},
        "devices": [
            {"name": "d", "attributes": {"v": {"version": "1.0.0"}}, "capacity": {"m": {"value": "10"}}}
        ],
    },
}
SHARED: Json = {
    "apiVersion": "resource.k8s.io/v1",
    "kind": "ResourceSlice",
    "metadata": {"name": "web"},
    "spec": {
        "driver": "a.b",
        "nodeName": "n",
        "pool": {"name": "p", "generation": 1, "resourceSliceCount": 1},
        "devices": [
            {
                "name": "d",
                "attributes": {"v": {"version": "1.0.0"}},
                "capacity": {"m": {"value": "10"}},
                "allowMultipleAllocations": True,
            }
        ],
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.requests[0]",
        {"name": "A"},
        [
            'spec.devices.requests[0].name: Invalid value: "A": a lowercase RFC 1123 label must cons...',
            "spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` ...",
        ],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.requests[0].exactly.allocationMode",
        "All",
        ["spec.devices.requests[0].exactly.count: Invalid value: 1: must not be specified when al..."],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.requests[0].exactly.count",
        0,
        ["spec.devices.requests[0].exactly.count: Invalid value: 0: must be greater than zero"],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.requests[0].firstAvailable",
        [{"name": "a"}],
        ["spec.devices.requests[0]: Invalid value: null: exactly one of `exactly` or `firstAvaila..."],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.constraints",
        [{"requests": ["x"]}],
        [
            'spec.devices.constraints[0].requests[0]: Invalid value: "x": must be the name of a requ...',
            'spec.devices.constraints[0]: Required value: exactly one of "matchAttribute" or "distin...',
        ],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.constraints",
        [{"requests": ["gpu", "gpu"], "matchAttribute": "numa"}],
        [
            'spec.devices.constraints[0].requests[1]: Duplicate value: "gpu"',
            'spec.devices.constraints[0].matchAttribute: Invalid value: "numa": a fully qualified na...',
        ],
    ),
    (
        resource.validate_resource_claim,
        CLAIM,
        "spec.devices.config",
        [{"requests": ["gpu/a"], "opaque": {"driver": "A B", "parameters": [1]}}],
        [
            'spec.devices.config[0].requests[0]: Invalid value: "gpu/a": must be the name of a reque...',
            'spec.devices.config[0].opaque.driver: Invalid value: "A B": a lowercase RFC 1123 subdom...',
            'spec.devices.config[0].opaque.parameters: Invalid value: "<value omitted>": must be a v...',
        ],
    ),
    (
        resource.validate_resource_claim_template,
        TEMPLATE,
        "spec.metadata",
        {"name": "x", "uid": "y"},
        ["spec.metadata.name: Forbidden: cannot be set", "spec.metadata.uID: Forbidden: cannot be set"],
    ),
    (
        resource.validate_device_class,
        CLASS,
        "spec.extendedResourceName",
        "cpu",
        ['spec.extendedResourceName: Invalid value: "cpu": must be a valid extended resource name'],
    ),
    (
        resource.validate_device_class,
        CLASS,
        "spec.selectors",
        [{}],
        ["spec.selectors[0].cel: Required value"],
    ),
    (resource.validate_device_class, CLASS, "spec.config", [{}], ["spec.config[0].opaque: Required value"]),
    (
        resource.validate_device_class,
        CLASS,
        "metadata.name",
        "A",
        ['metadata.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lower...'],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.pool",
        {"name": "A/b", "generation": -1, "resourceSliceCount": 0},
        [
            'spec.pool.name: Invalid value: "A": a lowercase RFC 1123 subdomain must consist of lowe...',
            "spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero",
            "spec.pool.generation: Invalid value: -1: must be greater than or equal to zero",
        ],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.allNodes",
        True,
        ['spec: Invalid value: "{`nodeName`, `allNodes`}": exactly one of `nodeName`, `nodeSelect...'],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.nodeName",
        "",
        [
            'spec.nodeName: Invalid value: "": must be either unset or set to a non-empty string',
            "spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDevice...",
        ],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.devices[0].attributes",
        {"v": {"version": "x"}, "a/": {"int": 1, "bool": True}},
        [
            'spec.devices[0].attributes[v].version: Invalid value: "x": must be a string compatible ...',
            'spec.devices[0].attributes: Invalid value: "": the name must not be empty',
            'spec.devices[0].attributes[a/]: Invalid value: {"IntValue":1,"BoolValue":true,"StringVa...',
        ],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.devices[0].capacity.m.requestPolicy",
        {"default": "1"},
        ["spec.devices[0].capacity[m].requestPolicy: Forbidden: allowMultipleAllocations must be ..."],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.devices[0].nodeName",
        "n",
        ["spec.devices[0]: Invalid value: null: `nodeName`, `nodeSelector` and `allNodes` can onl..."],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.devices[0].bindingConditions",
        ["a"],
        ["spec.devices[0].bindingFailureConditions: Invalid value: null: bindingFailureConditions..."],
    ),
    (
        resource.validate_resource_slice,
        SLICE,
        "spec.sharedCounters",
        [{"name": "c"}],
        [
            'spec: Invalid value: "": only one of `sharedCounters` or `devices` is allowed',
            "spec.sharedCounters[0].counters: Required value",
        ],
    ),
    (
        resource.validate_resource_slice,
        SHARED,
        "spec.devices[0].capacity.m.requestPolicy",
        {"default": "3", "validValues": ["2", "1", "20"]},
        [
            'spec.devices[0].capacity[m].requestPolicy.validValues[1]: Invalid value: "1": values mu...',
            'spec.devices[0].capacity[m].requestPolicy.validValues[2]: Invalid value: "20": option i...',
            'spec.devices[0].capacity[m].requestPolicy.validValues: Invalid value: "3": default valu...',
        ],
    ),
    (
        resource.validate_resource_slice,
        SHARED,
        "spec.devices[0].capacity.m.requestPolicy",
        {"default": "1", "validRange": {"min": "2", "max": "20", "step": "3"}},
        [
            'spec.devices[0].capacity[m].requestPolicy.validRange.min: Invalid value: "1": default i...',
            'spec.devices[0].capacity[m].requestPolicy.validRange.max: Invalid value: "20": max is l...',
            'spec.devices[0].capacity[m].requestPolicy.validRange.step: Invalid value: "1": value is...',
        ],
    ),
    (
        resource.validate_resource_slice,
        SHARED,
        "spec.devices[0].capacity.m.requestPolicy",
        {"validRange": {"min": "2"}},
        ["spec.devices[0].capacity[m].requestPolicy.default: Required value: required when validR..."],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [
        (resource.validate_resource_claim, CLAIM),
        (resource.validate_resource_claim_template, TEMPLATE),
        (resource.validate_device_class, CLASS),
        (resource.validate_resource_slice, SLICE),
        (resource.validate_resource_slice, SHARED),
    ],
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
