"""What the server says of signing requests; every text was confirmed by a real API server's answer."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import said
from kplan.apiserver.validation import certificates

Json = dict[str, Any]
Changed = Callable[[Json, str, Any], Json]
ABSENT = "<absent>"


REQUEST: Json = {
    "apiVersion": "certificates.k8s.io/v1",
    "kind": "CertificateSigningRequest",
    "metadata": {"name": "web"},
    "spec": {
        "request": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KQUFBQQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K",
        "signerName": "example.com/x",
        "usages": ["client auth"],
    },
}
CASES: list[tuple[Callable[[Json], list[Any]], Json, str, Any, list[str]]] = [
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.usages",
        [],
        ["spec.usages: Required value"],
    ),
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.usages",
        ["x", "client auth", "client auth"],
        [
            'spec.usages[0]: Unsupported value: "x": supported values: "any", "cert sign", "client a...',
            'spec.usages[2]: Duplicate value: "client auth"',
        ],
    ),
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.signerName",
        "kubernetes.io/legacy-unknown",
        ['spec.signerName: Invalid value: "kubernetes.io/legacy-unknown": the legacy signerName i...'],
    ),
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.signerName",
        "x",
        ['spec.signerName: Invalid value: "x": must be a fully qualified domain and path of the f...'],
    ),
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.expirationSeconds",
        599,
        ["spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 600 se..."],
    ),
    (
        certificates.validate_certificate_signing_request,
        REQUEST,
        "spec.request",
        "AAAA",
        ['spec.request: Invalid value: "AAAA": PEM block type must be CERTIFICATE REQUEST'],
    ),
]


@pytest.mark.parametrize(("validate", "base"), [(certificates.validate_certificate_signing_request, REQUEST)])
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
