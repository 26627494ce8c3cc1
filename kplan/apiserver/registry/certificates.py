"""Strategies of the certificates.k8s.io group.

Upstream: pkg/registry/certificates
"""

from collections.abc import Sequence
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
    before, conditions = old.get("status") or {}, (new.get("status") or {}).get("conditions") or []
    _stamp(conditions, before.get("conditions") or [], context)
    new["status"] = {**before, "conditions": conditions}


def update_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a status update: approval stays as it is, and each condition says since when it holds."""
    only_status(new, old, context)
    conditions = (new.get("status") or {}).get("conditions") or []
    before = (old.get("status") or {}).get("conditions") or []
    for kind in ("Approved", "Denied"):
        places = [index for index, one in enumerate(conditions) if one.get("type") == kind]
        kept = [one for one in before if one.get("type") == kind]
        if len(places) == len(kept):
            for place, one in zip(places, kept, strict=True):
                conditions[place] = dict(one)
    _stamp(conditions, before, context)


def _stamp(conditions: Sequence[Json], before: Sequence[Json], context: Context) -> None:
    now = names.timestamp(context.now)
    since = {(one.get("type"), one.get("status")): one.get("lastTransitionTime") for one in before}
    for one in conditions:
        known = since.get((one.get("type"), one.get("status")))
        one["lastUpdateTime"] = one.get("lastUpdateTime") or now
        one["lastTransitionTime"] = one.get("lastTransitionTime") or known or now


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "CertificateSigningRequest",
        validation.validate_certificate_signing_request,
        validation.validate_certificate_signing_request_update,
        prepare_for_create=create_request,
        prepare_for_update=update_request,
        prepare_for_status_update=update_status,
        validate_status_update=validation.validate_certificate_signing_request_status_update,
        subresources={"approval": (approve, validation.validate_certificate_signing_request_update)},
    ),
)
