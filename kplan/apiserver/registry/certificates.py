"""Strategies of the certificates.k8s.io group.

Upstream: pkg/registry/certificates
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import names
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


def approve(new: Json, old: Json, context: Context) -> None:
    """Prepare an approval or a denial: only conditions may change, and each says since when it holds."""
    keep(new, old, "spec")
    before, now = old.get("status") or {}, names.timestamp(context.now)
    conditions = (new.get("status") or {}).get("conditions") or []
    since = {
        (one.get("type"), one.get("status")): one.get("lastTransitionTime")
        for one in before.get("conditions") or []
    }
    for one in conditions:
        known = since.get((one.get("type"), one.get("status")))
        one["lastUpdateTime"] = one.get("lastUpdateTime") or now
        one["lastTransitionTime"] = one.get("lastTransitionTime") or known or now
    new["status"] = {**before, "conditions": conditions}


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CertificateSigningRequest",
        validation.validate_certificate_signing_request,
        validation.validate_certificate_signing_request_update,
        prepare_for_create=create_request,
        prepare_for_update=update_request,
        prepare_for_status_update=only_status,
        subresources={"approval": (approve, validation.validate_certificate_signing_request_update)},
    ),
)
