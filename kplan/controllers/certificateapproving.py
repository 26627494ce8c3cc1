"""Approves the client certificates of kubelets, if the requester may ask for them.

Upstream: pkg/controller/certificates/approver/sarapprove.go
"""

from collections.abc import Iterator
from typing import Final

from kplan.api import conditions
from kplan.api.certificaterequests import Asked, parse_request
from kplan.api.metadata import status_of
from kplan.api.object import Json
from kplan.api.signers import KUBELET_CLIENT, refusal_of
from kplan.simulation.backoff import Backoff
from kplan.simulation.clock import MILLISECOND, SECOND
from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself

_OWN: Final = ("selfnodeclient", "Auto approving self kubelet client certificate after SubjectAccessReview.")
_ANY: Final = ("nodeclient", "Auto approving kubelet client certificate after SubjectAccessReview.")


class CertificateApprovingController:
    """Approves what kubelets ask for."""

    name = "csrapproving-controller"
    backoff = Backoff(200 * MILLISECOND, 1000 * SECOND)

    def __init__(self) -> None:
        self.watches = (Watch("certificates.k8s.io", "CertificateSigningRequest", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Approve a request of a kubelet that nobody has decided on (handle)."""
        found = context.cache.find(request)
        if found is None or status_of(found).get("certificate") or _is_decided(found):
            return DONE
        asked = parse_request(found["spec"].get("request", ""))
        for permission, message in _ways(found, asked) if asked is not None else ():
            if _is_allowed(found, permission, context):
                approved = {
                    "type": "Approved",
                    "status": "True",
                    "reason": "AutoApproved",
                    "message": message,
                }
                others = status_of(found).get("conditions") or []
                patch = {"status": {"conditions": [*others, approved]}}
                context.client.merge_patch(request, patch, "approval")
                break
        return DONE


def _is_decided(request: Json) -> bool:
    return any(conditions.of_type(request, kind) is not None for kind in ("Approved", "Denied"))


def _ways(request: Json, asked: Asked) -> Iterator[tuple[str, str]]:
    """The permissions that allow a request, and the approval message; for its own node a kubelet needs fewer."""
    spec = request["spec"]
    if spec.get("signerName") != KUBELET_CLIENT or refusal_of(spec, asked):
        return
    if spec.get("username", "") == asked.common_name:
        yield _OWN
    yield _ANY


def _is_allowed(request: Json, permission: str, context: Context) -> bool:
    spec = request["spec"]
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SubjectAccessReview",
        "spec": {
            "user": spec.get("username", ""),
            "groups": spec.get("groups") or [],
            "resourceAttributes": {
                "group": "certificates.k8s.io",
                "version": "*",
                "resource": "certificatesigningrequests",
                "subresource": permission,
                "verb": "create",
            },
        },
    }
    return bool(status_of(context.client.create(review)).get("allowed"))
