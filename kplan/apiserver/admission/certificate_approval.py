"""CertificateApproval: only users who may use a signer approve requests to it.

Upstream: plugin/pkg/admission/certificates/approval/admission.go
"""

from kplan.apiserver.attributes import Attributes, Operation
from kplan.apiserver.field import go_quote


class CertificateApproval:
    """Checks whether the user may approve for the signer; only administrators are known to."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse approval by others. Raises StatusError 403."""
        old = attributes.old_object
        if not attributes.is_for("certificates.k8s.io", "certificatesigningrequests", "approval"):
            return
        if (
            attributes.operation is Operation.UPDATE
            and old is not None
            and not attributes.user.is_administrator
        ):
            signer = go_quote((old.get("spec") or {}).get("signerName", ""))
            raise attributes.forbidden(f"user not permitted to approve requests with signerName {signer}")
