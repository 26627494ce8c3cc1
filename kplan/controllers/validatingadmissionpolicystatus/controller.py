"""The loop over admission policies: each generation of one is checked once.

Upstream: pkg/controller/validatingadmissionpolicystatus/controller.go
"""

from kplan.api.metadata import status_of
from kplan.schema.catalog import Catalog
from kplan.schema.crd import custom_kinds
from kplan.simulation.reconciler import DONE, Cache, Context, Request, Result, Watch, itself

_KIND = ("admissionregistration.k8s.io", "ValidatingAdmissionPolicy")


class ValidatingAdmissionPolicyStatusController:
    """Reports in a policy's status which expressions do not fit the types that the policy matches."""

    name = "validatingadmissionpolicy-status"

    def __init__(self, catalog: Catalog) -> None:
        """``catalog`` are the kinds that are built in."""
        self._catalog = catalog
        self.watches = (Watch(*_KIND, itself),)

    def reconcile(self, request: Request, context: Context) -> Result:
        """Check a policy that has changed since it was checked (reconcile)."""
        from kplan.controllers.validatingadmissionpolicystatus.typechecking import check  # noqa: PLC0415 - few clusters have policies

        policy = context.cache.find(request)
        if policy is None:
            return DONE
        status, generation = status_of(policy), policy["metadata"].get("generation") or 0
        if generation <= (status.get("observedGeneration") or 0):
            return DONE
        warnings = check(policy["spec"], self._with_custom_kinds(context.cache))
        found = {"expressionWarnings": warnings} if warnings else {}
        told = {**status, "observedGeneration": generation, "typeChecking": found}
        context.client.update_status({**policy, "status": told})
        return DONE

    def _with_custom_kinds(self, cache: Cache) -> Catalog:
        definitions = cache.list("apiextensions.k8s.io", "CustomResourceDefinition")
        return self._catalog.extended(kind for definition in definitions for kind in custom_kinds(definition))
