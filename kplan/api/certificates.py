"""Typed views of the certificates.k8s.io group.

Upstream: staging/src/k8s.io/api/certificates/v1/types.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.api.meta import Resource
from kplan.api.view import Items, Time, View


class CertificateSigningRequestSpec(View):
    """The value of CertificateSigningRequest.spec."""

    request: str
    signer_name: str
    expiration_seconds: int | None
    usages: Items[str]
    username: str
    uid: str
    groups: Items[str]
    extra: Mapping[str, Any]


class CertificateSigningRequestCondition(View):
    """One item of CertificateSigningRequestStatus.conditions."""

    type: str
    status: str
    reason: str
    message: str
    last_update_time: Time
    last_transition_time: Time


class CertificateSigningRequestStatus(View):
    """The value of CertificateSigningRequest.status."""

    conditions: Items[CertificateSigningRequestCondition]
    certificate: str


class CertificateSigningRequest(Resource):
    """A CertificateSigningRequest."""

    spec: CertificateSigningRequestSpec
    status: CertificateSigningRequestStatus
