"""What the server says of policies, Ingresses, classes and addresses;
every text was confirmed by a real API server's answer.
"""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import networking

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


POLICY: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "podSelector": {},
        "policyTypes": ["Ingress"],
        "ingress": [
            {
                "from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.1.0.0/16"]}}],
                "ports": [{"protocol": "TCP", "port": 80}],
            }
        ],
    },
}
INGRESS: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "Ingress",
    "metadata": {"name": "web", "namespace": "default"},
    "spec": {
        "rules": [
            {
                "host": "a.example.com",
                "http": {
                    "paths": [
                        {
                            "path": "/",
                            "pathType": "Prefix",
                            "backend": {"service": {"name": "web", "port": {"number": 80}}},
                        }
                    ]
                },
            }
        ]
    },
}
CLASS: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IngressClass",
    "metadata": {"name": "web"},
    "spec": {"controller": "example.com/x"},
}
RANGES: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "ServiceCIDR",
    "metadata": {"name": "web"},
    "spec": {"cidrs": ["10.0.0.0/24"]},
}
ADDRESS: Json = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "IPAddress",
    "metadata": {"name": "10.0.0.1"},
    "spec": {"parentRef": {"resource": "services", "name": "a", "namespace": "b"}},
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        networking.validate_network_policy,
        POLICY,
        "spec.policyTypes",
        ["x"],
        ['spec.policyTypes[0]: Unsupported value: "x": supported values: "Ingress", "Egress"'],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.policyTypes",
        ["Ingress", "Egress", "Ingress"],
        ['spec.policyTypes: Invalid value: ["Ingress","Egress","Ingress"]: may not specify more t...'],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].ports[0]",
        {"protocol": "x", "port": 80, "endPort": 70},
        [
            'spec.ingress[0].ports[0].protocol: Unsupported value: "x": supported values: "TCP", "UD...',
            "spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `...",
        ],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].ports[0]",
        {"port": "A--b", "endPort": 70},
        [
            "spec.ingress[0].ports[0].endPort: Invalid value: 70: may not be specified when `port` i...",
            'spec.ingress[0].ports[0].port: Invalid value: "A--b": must contain only alpha-numeric c...',
            'spec.ingress[0].ports[0].port: Invalid value: "A--b": must not contain consecutive hyphens',
        ],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].from[0]",
        {},
        ["spec.ingress[0].from[0]: Required value: must specify a peer"],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].from[0].podSelector",
        {},
        ["spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer"],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].from[0].ipBlock",
        {"cidr": ""},
        ["spec.ingress[0].from[0].ipBlock.cidr: Required value"],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].from[0].ipBlock",
        {"cidr": "10.0.0.1/8"},
        ['spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.1/8": must not have bits s...'],
    ),
    (
        networking.validate_network_policy,
        POLICY,
        "spec.ingress[0].from[0].ipBlock.except",
        ["11.0.0.0/16", "10.0.0.0/8", "x"],
        [
            'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a stri...',
            'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a stric...',
            'spec.ingress[0].from[0].ipBlock.except[2]: Invalid value: "x": must be a valid CIDR val...',
        ],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec",
        {},
        ["spec: Invalid value: null: either `defaultBackend` or `rules` must be specified"],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].host",
        "10.0.0.1",
        ['spec.rules[0].host: Invalid value: "10.0.0.1": must be a DNS name, not an IP address'],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].host",
        "*.*.com",
        ['spec.rules[0].host: Invalid value: "*.*.com": a wildcard DNS-1123 subdomain must start ...'],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths",
        [],
        ["spec.rules[0].http.paths: Required value"],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths[0].pathType",
        "x",
        ['spec.rules[0].http.paths[0].pathType: Unsupported value: "x": supported values: "Exact"...'],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths[0].path",
        "a//b/..",
        [
            'spec.rules[0].http.paths[0].path: Invalid value: "a//b/..": must be an absolute path',
            "spec.rules[0].http.paths[0].path: Invalid value: \"a//b/..\": must not contain '//'",
            "spec.rules[0].http.paths[0].path: Invalid value: \"a//b/..\": cannot end with '/..'",
        ],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths[0].backend",
        {},
        ['spec.rules[0].http.paths[0].backend: Invalid value: "": resource or service backend is ...'],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths[0].backend.service",
        {"name": "A", "port": {"name": "x", "number": 1}},
        [
            'spec.rules[0].http.paths[0].backend.service.name: Invalid value: "A": a lowercase RFC 1...',
            'spec.rules[0].http.paths[0].backend: Invalid value: "": cannot set both port name & por...',
        ],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.rules[0].http.paths[0].backend",
        {"resource": {"apiGroup": "A", "kind": "", "name": "a/b"}},
        [
            'spec.rules[0].http.paths[0].backend.resource.apiGroup: Invalid value: "A": a lowercase ...',
            "spec.rules[0].http.paths[0].backend.resource.kind: Required value",
            'spec.rules[0].http.paths[0].backend.resource.name: Invalid value: "a/b": may not contai...',
        ],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.tls",
        [{"hosts": ["A"], "secretName": "B"}],
        [
            'spec.tls[0].hosts[0]: Invalid value: "A": a lowercase RFC 1123 subdomain must consist o...',
            'spec.tls[0].secretName: Invalid value: "B": a lowercase RFC 1123 subdomain must consist...',
        ],
    ),
    (
        networking.validate_ingress,
        INGRESS,
        "spec.ingressClassName",
        "A",
        ['spec.ingressClassName: Invalid value: "A": a lowercase RFC 1123 subdomain must consist ...'],
    ),
    (
        networking.validate_ingress_class,
        CLASS,
        "spec.controller",
        "x",
        ['spec.controller: Invalid value: "x": must be a domain-prefixed path (such as "acme.io/f...'],
    ),
    (
        networking.validate_ingress_class,
        CLASS,
        "spec.parameters",
        {"kind": "a", "name": "b"},
        ["spec.parameters.scope: Required value"],
    ),
    (
        networking.validate_ingress_class,
        CLASS,
        "spec.parameters",
        {"kind": "a", "name": "b", "scope": "Namespace"},
        ["spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'"],
    ),
    (
        networking.validate_ingress_class,
        CLASS,
        "spec.parameters",
        {"kind": "", "name": "b/c", "scope": "Cluster", "namespace": "x"},
        [
            "spec.parameters.kind: Required value",
            "spec.parameters.name: Invalid value: \"b/c\": may not contain '/'",
            "spec.parameters.namespace: Forbidden: `parameters.scope` is set to 'Cluster'",
        ],
    ),
    (
        networking.validate_ingress_class,
        CLASS,
        "spec.parameters",
        {"kind": "a", "name": "b", "scope": "x"},
        ['spec.parameters.scope: Unsupported value: "x": supported values: "Cluster", "Namespace"'],
    ),
    (
        networking.validate_service_cidr,
        RANGES,
        "spec.cidrs",
        [],
        ["spec.cidrs: Required value: at least one CIDR required"],
    ),
    (
        networking.validate_service_cidr,
        RANGES,
        "spec.cidrs",
        ["10.0.0.0/24", "10.0.1.0/24"],
        ['spec.cidrs: Invalid value: ["10.0.0.0/24","10.0.1.0/24"]: may specify no more than one ...'],
    ),
    (
        networking.validate_service_cidr,
        RANGES,
        "spec.cidrs",
        ["10.0.0.1/24"],
        ['spec.cidrs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix l...'],
    ),
    (
        networking.validate_service_cidr,
        RANGES,
        "spec.cidrs",
        ["a", "b", "c"],
        ['spec.cidrs: Invalid value: {"CIDRs":["a","b","c"]}: may only hold up to 2 values'],
    ),
    (
        networking.validate_ip_address,
        ADDRESS,
        "metadata.name",
        "010.0.0.1",
        ['metadata.name: Invalid value: "010.0.0.1": must not have leading 0s'],
    ),
    (networking.validate_ip_address, ADDRESS, "spec.parentRef", ABSENT, ["spec.parentRef: Required value"]),
    (
        networking.validate_ip_address,
        ADDRESS,
        "spec.parentRef",
        {"group": "A"},
        [
            'spec.parentRef.group: Invalid value: "A": a lowercase RFC 1123 subdomain must consist o...',
            "spec.parentRef.resource: Required value",
            "spec.parentRef.name: Required value",
        ],
    ),
]


@pytest.mark.parametrize(
    ("validate", "base"),
    [
        (networking.validate_network_policy, POLICY),
        (networking.validate_ingress, INGRESS),
        (networking.validate_ingress_class, CLASS),
        (networking.validate_service_cidr, RANGES),
        (networking.validate_ip_address, ADDRESS),
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


def test_bad_cidr_of_the_old_policy_may_stay(changed: Changed) -> None:
    old = changed(
        changed(POLICY, "metadata.resourceVersion", "1"), "spec.ingress[0].from[0].ipBlock.cidr", "10.0.0.1/8"
    )
    assert networking.validate_network_policy_update(old, old) == []


def test_service_range_may_gain_the_other_family(changed: Changed) -> None:
    old = changed(RANGES, "metadata.resourceVersion", "1")
    new = changed(old, "spec.cidrs", ["10.0.0.0/24", "2001:db8::/64"])
    assert networking.validate_service_cidr_update(new, old) == []
    other = changed(old, "spec.cidrs", ["10.9.0.0/24"])
    assert [str(error) for error in networking.validate_service_cidr_update(other, old)] == [
        'spec.cidrs[0]: Invalid value: "10.9.0.0/24": field is immutable'
    ]
