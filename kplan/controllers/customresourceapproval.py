"""Custom resources in groups of the Kubernetes project: whether somebody has approved their API.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/apiapproval/apiapproval_controller.go
"""

from typing import Final

from kplan.api import conditions
from kplan.api.metadata import spec_of, status_of
from kplan.simulation.clock import rfc3339
from kplan.simulation.reconciler import DONE, Context, Request, Result, Watch, itself

_TYPE: Final = "KubernetesAPIApprovalPolicyConformant"
_REASONS: Final = {
    "approved": ("True", "ApprovedAnnotation"),
    "bypassed": ("False", "UnapprovedAnnotation"),
    "missing": ("False", "MissingAnnotation"),
    "invalid": ("False", "InvalidAnnotation"),
}


class CustomResourceApprovalController:
    """Says in the status of definitions in protected groups what their annotation says."""

    name = "kubernetes-api-approval-policy-conformant-condition-controller"

    def __init__(self) -> None:
        self.watches = (Watch("apiextensions.k8s.io", "CustomResourceDefinition", itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Bring the condition of one definition up to date (sync)."""
        definition = context.cache.find(request)
        if definition is None:
            return DONE
        from kplan.apiserver.validation.apiextensions import approval_of, is_protected  # noqa: PLC0415 - it brings CEL along

        if not is_protected(spec_of(definition).get("group") or ""):
            return DONE
        state, message = approval_of(definition)
        status, reason = _REASONS[state]
        told = {"status": status, "reason": reason, "message": message}
        present = conditions.of(definition)
        known = conditions.find(present, _TYPE) or {}
        if {name: known.get(name) for name in told} != told:
            made = {"type": _TYPE, **told, "lastTransitionTime": rfc3339(context.now)}
            found = {**status_of(definition), "conditions": conditions.put(present, made)}
            context.client.update_status({**definition, "status": found})
        return DONE
