"""Marks approved certificate requests that Kubernetes' own signers refuse to sign, with the reason.

Deviation: those that are signed upstream get no certificate, since nobody here has the key to sign it with.

Upstream: pkg/controller/certificates/signer/signer.go
"""

from kplan.api import conditions
from kplan.api.certificaterequests import parse_request
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.signers import refusal_of
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import MILLISECOND, SECOND, rfc3339
from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself


class CertificateSigningController:
    """Marks requests that are not signed as failed."""

    name = "csrsigning-controller"
    backoff = Backoff(200 * MILLISECOND, 1000 * SECOND)

    def __init__(self) -> None:
        self.watches = (Watch("certificates.k8s.io", "CertificateSigningRequest", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Judge an approved request (handle)."""
        found = context.cache.find(request)
        if found is None or conditions.of_type(found, "Approved") is None or _has_failed(found):
            return DONE
        asked = parse_request(found["spec"].get("request", ""))
        refusal = refusal_of(found["spec"], asked) if asked is not None else ""
        if refusal:
            failed = {
                "type": "Failed",
                "status": "True",
                "reason": "SignerValidationFailure",
                "message": refusal,
                "lastUpdateTime": rfc3339(context.now),
            }
            status = status_of(found)
            told = {**status, "conditions": [*(status.get("conditions") or ()), failed]}
            context.client.update_status({**found, "status": told})
        return DONE


def _has_failed(request: Json) -> bool:
    return conditions.of_type(request, "Failed") is not None
