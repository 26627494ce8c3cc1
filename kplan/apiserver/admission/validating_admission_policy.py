"""ValidatingAdmissionPolicy: the policies in the cluster refuse, warn or note.

Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating
"""

from dataclasses import dataclass
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver import policies
from kplan.apiserver.attributes import Attributes
from kplan.apiserver.cel.loops import Scope
from kplan.apiserver.cel.meter import CostBudget
from kplan.apiserver.errors import Cause, StatusError
from kplan.apiserver.policies import Expressions, Invocation, Misconfigured, OutOfBudgetError, PolicyError

_CODES: Final = {"Forbidden": 403, "Unauthorized": 401, "RequestEntityTooLarge": 413, "Invalid": 422}
_LONGEST_MESSAGE: Final = 5 * 1024


@dataclass(frozen=True, slots=True)
class _Denial:
    title: str
    message: str
    reason: str = "Invalid"


class ValidatingAdmissionPolicy:
    """Runs every bound policy that matches the request."""

    def validate(self, attributes: Attributes) -> None:
        """Refuse with the first denial. Raises StatusError."""
        denials: list[_Denial] = []
        for found in policies.bound_policies(attributes, "ValidatingAdmissionPolicy"):
            if isinstance(found, Misconfigured):
                if found.policy["spec"].get("failurePolicy", "Fail") != "Ignore":
                    title = Invocation(found.policy, found.binding).title
                    denials.append(_Denial(title, found.message))
                continue
            denials += self._run(found, attributes)
        if denials:
            raise _refusal(denials[0], attributes)

    def _run(self, found: Invocation, attributes: Attributes) -> list[_Denial]:
        compiled = policies.expressions_of(found.policy)
        try:
            if not compiled.selects(found.scope, fails=found.fails_closed):
                return []
        except PolicyError as error:
            return self._act(found, attributes, [_Denial(found.title, str(error))])
        denials = self._act(found, attributes, _broken(found, compiled))
        return denials + _unnoted(found, compiled, attributes)

    @staticmethod
    def _act(found: Invocation, attributes: Attributes, broken: list[_Denial]) -> list[_Denial]:
        actions = found.binding["spec"].get("validationActions") or ()
        if "Warn" in actions:
            attributes.warnings += [
                f"Validation failed for {denial.title}: {denial.message}" for denial in broken
            ]
        if "Audit" in actions and broken:
            attributes.audit["validation.policy.admission.k8s.io/validation_failure"] = broken[-1].message
        return broken if "Deny" in actions else []


def _broken(found: Invocation, compiled: Expressions) -> list[_Denial]:
    """The denials of a policy's validations; only the cost error if they cost too much."""
    budget, broken = CostBudget(), list[_Denial]()
    scope = compiled.bind(found.scope, budget)
    try:
        for validation in found.policy["spec"].get("validations") or ():
            denial = _check(validation, compiled, scope, found, budget)
            if denial is not None:
                broken.append(denial)
    except OutOfBudgetError as error:
        return [_Denial(found.title, str(error))] if found.fails_closed else []
    return broken


def _unnoted(found: Invocation, compiled: Expressions, attributes: Attributes) -> list[_Denial]:
    """Record a policy's audit annotations; one that cannot be evaluated denies the request,
    whatever the binding's actions.
    """
    budget, denials = CostBudget(), list[_Denial]()
    scope = compiled.bind(found.scope, budget)
    for annotation in found.policy["spec"].get("auditAnnotations") or ():
        text = annotation.get("valueExpression", "")
        try:
            value = policies.evaluate(text, policies.compiled(compiled.compiler, text), scope, budget)
        except PolicyError as error:
            denials.append(_Denial(found.title, str(error)))
            continue
        if isinstance(value, str) and value.strip():
            key = f"{found.policy['metadata']['name']}/{annotation.get('key', '')}"
            attributes.audit[key] = value.strip()
    return denials if found.fails_closed else []


def _check(
    validation: Json, compiled: Expressions, scope: Scope, found: Invocation, budget: CostBudget
) -> _Denial | None:
    text = validation.get("expression", "")
    try:
        passed = policies.evaluate(text, policies.compiled(compiled.compiler, text), scope, budget)
    except OutOfBudgetError:
        raise
    except PolicyError as error:
        return _Denial(found.title, str(error)) if found.fails_closed else None
    if passed is True:
        return None
    message = _spoken(validation, compiled, scope, budget) or validation.get("message", "").strip()
    return _Denial(
        found.title, message or f"failed expression: {text.strip()}", validation.get("reason") or "Invalid"
    )


def _spoken(validation: Json, compiled: Expressions, scope: Scope, budget: CostBudget) -> str:
    text = validation.get("messageExpression", "")
    if not text:
        return ""
    try:
        spoken: Any = policies.evaluate(
            text, policies.compiled(compiled.compiler, text, authorizer=False), scope, budget
        )
    except OutOfBudgetError as error:
        raise OutOfBudgetError(f"failed messageExpression: {error}") from None
    except PolicyError:
        return ""
    message = spoken.strip() if isinstance(spoken, str) else ""
    return "" if "\n" in message or len(message) > _LONGEST_MESSAGE else message


def _refusal(denial: _Denial, attributes: Attributes) -> StatusError:
    message = f"{denial.title} denied request: {denial.message}"
    forbidden = attributes.forbidden(message)
    return StatusError(_CODES.get(denial.reason, 422), denial.reason, forbidden.message, [Cause("", message)])
