"""What the server says of endpoint slices; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import discovery

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


SLICE: Json = {
    "apiVersion": "discovery.k8s.io/v1",
    "kind": "EndpointSlice",
    "metadata": {"name": "web", "namespace": "default"},
    "addressType": "IPv4",
    "endpoints": [{"addresses": ["10.0.0.1"]}],
    "ports": [{"name": "http", "protocol": "TCP", "port": 80}],
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "addressType",
        "x",
        ['addressType: Unsupported value: "x": supported values: "FQDN", "IPv4", "IPv6"'],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "addressType",
        "IPv6",
        ['endpoints[0].addresses: Invalid value: "10.0.0.1": must be an IPv6 address'],
    ),
    (discovery.validate_endpoint_slice, SLICE, "addressType", "FQDN", []),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "endpoints[0].addresses",
        [],
        ["endpoints[0].addresses: Required value: must contain at least 1 address"],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "endpoints[0].addresses",
        ["127.0.0.1", "0.0.0.0", "169.254.0.1"],
        [
            'endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range...',
            'endpoints[0].addresses[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
            'endpoints[0].addresses[2]: Invalid value: "169.254.0.1": may not be in the link-local r...',
        ],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "ports[0].protocol",
        "x",
        ['ports[0].protocol: Unsupported value: "x": supported values: "SCTP", "TCP", "UDP"'],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "ports",
        [{"name": "A", "protocol": "TCP"}, {"name": "A", "protocol": "TCP", "appProtocol": "a b"}],
        [
            'ports[0].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower cas...',
            'ports[1].name: Invalid value: "A": a lowercase RFC 1123 label must consist of lower cas...',
            'ports[1].name: Duplicate value: "A"',
            'ports[1].appProtocol: Invalid value: "a b": name part must consist of alphanumeric char...',
        ],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "endpoints[0].hints",
        {"forZones": [{"name": "a b"}, {"name": "a b"}]},
        [
            'endpoints[0].hints.forZones[0].name: Invalid value: "a b": a valid label must be an emp...',
            'endpoints[0].hints.forZones[1].name: Duplicate value: "a b"',
            'endpoints[0].hints.forZones[1].name: Invalid value: "a b": a valid label must be an emp...',
        ],
    ),
    (
        discovery.validate_endpoint_slice,
        SLICE,
        "endpoints[0].nodeName",
        "A",
        ['endpoints[0].nodeName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist ...'],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(discovery.validate_endpoint_slice, SLICE)])
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
