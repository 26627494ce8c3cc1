"""Strategies of the certificates.k8s.io group.

Upstream: pkg/registry/certificates
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Context, Strategy, keep, only_status
from kplan.apiserver.validation import certificates as validation

GROUP: Final = "certificates.k8s.io"


def create_request(obj: Json, context: Context) -> None:
    """Prepare a request: it names the user who sends it."""
    spec, user = obj.setdefault("spec", {}), context.user
    for field in ("uid", "extra"):
        spec.pop(field, None)
    spec["username"], spec["groups"] = user.name, list(user.groups)
    if user.uid:
        spec["uid"] = user.uid
    obj["status"] = {}


def update_request(new: Json, old: Json, _context: Context) -> None:
    """Prepare an update: only metadata may change."""
    keep(new, old, "spec")
    keep(new, old, "status")


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CertificateSigningRequest",
        validation.validate_certificate_signing_request,
        validation.validate_certificate_signing_request_update,
        prepare_for_create=create_request,
        prepare_for_update=update_request,
        prepare_for_status_update=only_status,
    ),
)
