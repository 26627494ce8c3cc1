"""Strategies of the admissionregistration.k8s.io group.

Upstream: pkg/registry/admissionregistration
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.empty_fields import EmptyAware
from kplan.apiserver.registry.strategy import (
    Context,
    Strategy,
    count_generation,
    create_with_status,
    first_generation,
    generation_follows,
    only_status,
    update_with_status,
)
from kplan.apiserver.validation import admissionregistration as validation
from kplan.apiserver.validation import webhook_configurations

GROUP: Final = "admissionregistration.k8s.io"


def _count_webhooks(new: Json, old: Json, _context: Context) -> None:
    """Count the generation up when webhooks change; lists and maps that are sent empty count as a change every time.

    What is stored has lost them, and Go's reflect.DeepEqual, used for these two kinds alone, tells empty from nil.
    """
    if _differ(new.get("webhooks"), old.get("webhooks")) or "webhooks" in _empty(new):
        count_generation(new, old)


def _differ(new: Any, old: Any) -> bool:
    if isinstance(new, dict) and isinstance(old, dict):
        return (
            bool(_empty(new)) or new.keys() != old.keys() or any(_differ(new[key], old[key]) for key in new)
        )
    if isinstance(new, list) and isinstance(old, list):
        return len(new) != len(old) or any(map(_differ, new, old))
    return bool(new != old)


def _empty(struct: Json) -> Any:
    return struct.empty if isinstance(struct, EmptyAware) else {}


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "MutatingAdmissionPolicy",
        validation.validate_mutating_admission_policy,
        validation.validate_mutating_admission_policy_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "MutatingAdmissionPolicyBinding",
        validation.validate_mutating_admission_policy_binding,
        validation.validate_mutating_admission_policy_binding_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "MutatingWebhookConfiguration",
        webhook_configurations.validate_mutating_webhook_configuration,
        webhook_configurations.validate_mutating_webhook_configuration_update,
        prepare_for_create=first_generation,
        prepare_for_update=_count_webhooks,
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "ValidatingAdmissionPolicy",
        validation.validate_validating_admission_policy,
        validation.validate_validating_admission_policy_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status,
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "ValidatingAdmissionPolicyBinding",
        validation.validate_validating_admission_policy_binding,
        validation.validate_validating_admission_policy_binding_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "ValidatingWebhookConfiguration",
        webhook_configurations.validate_validating_webhook_configuration,
        webhook_configurations.validate_validating_webhook_configuration_update,
        prepare_for_create=first_generation,
        prepare_for_update=_count_webhooks,
        allow_unconditional_update=False,
    ),
)
