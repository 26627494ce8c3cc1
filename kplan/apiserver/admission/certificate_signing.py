"""CertificateSigning: only users who may use a signer issue its certificates.

Upstream: plugin/pkg/admission/certificates/signing/admission.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.field import go_quote

_GUARDED: Final = ("certificate", "conditions")


class CertificateSigning:
    """Checks whether the user may sign for the signer; only administrators are known to."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse signing by others. Raises StatusError 403."""
        old = attributes.old_object
        if not attributes.is_for("certificates.k8s.io", "certificatesigningrequests", "status"):
            return
        if attributes.operation is not Operation.UPDATE or old is None or attributes.user.is_administrator:
            return
        if _guarded(attributes.object) != _guarded(old):
            signer = go_quote((old.get("spec") or {}).get("signerName", ""))
            raise attributes.forbidden(f"user not permitted to sign requests with signerName {signer}")


def _guarded(request: Json) -> list[Any]:
    status = request.get("status") or {}
    return [status.get(name) or None for name in _GUARDED]
