"""CertificateSubjectRestriction: no client certificate for the group of administrators is requested.

Upstream: plugin/pkg/admission/certificates/subjectrestriction/admission.go
"""

import base64
import binascii
from typing import Final

from kplan.apiserver.attributes import Attributes, Operation

_SIGNER: Final = "kubernetes.io/kube-apiserver-client"
_ADMINISTRATORS: Final = "system:masters"
_ORGANISATION: Final = bytes((0x06, 0x03, 0x55, 0x04, 0x0A))
"""The object identifier 2.5.4.10 in DER; the string that follows it is the organisation."""


class CertificateSubjectRestriction:
    """Reads the organisations a request names."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse the group of administrators. Raises StatusError 403."""
        if not attributes.is_for("certificates.k8s.io", "certificatesigningrequests"):
            return
        spec = attributes.object.get("spec") or {}
        if attributes.operation is not Operation.CREATE or spec.get("signerName") != _SIGNER:
            return
        if _ADMINISTRATORS in _organisations(spec.get("request", "")):
            raise attributes.forbidden(f"use of {_SIGNER} signer with {_ADMINISTRATORS} group is not allowed")


def _organisations(request: str) -> list[str]:
    """Find them in a PEM block that is itself written in base64."""
    lines = base64.b64decode(request).decode(errors="replace").splitlines()
    try:
        der = base64.b64decode("".join(line for line in lines if line and not line.startswith("-")))
    except binascii.Error:
        return []
    found, start = [], der.find(_ORGANISATION)
    while start >= 0:
        at = start + len(_ORGANISATION)
        if at + 2 <= len(der) and der[at + 1] < 0x80:
            found.append(der[at + 2 : at + 2 + der[at + 1]].decode(errors="replace"))
        start = der.find(_ORGANISATION, at)
    return found
