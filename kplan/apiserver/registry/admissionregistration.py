"""Strategies of the admissionregistration.k8s.io group.

Upstream: pkg/registry/admissionregistration
"""

from typing import Final

from kplan.apiserver.registry.strategy import (
    Strategy,
    create_with_status,
    first_generation,
    generation_follows,
    generation_follows_exactly,
    only_status_without_metadata,
    update_with_status,
)
from kplan.apiserver.validation import admissionregistration as validation
from kplan.apiserver.validation import webhook_configurations
from kplan.apiserver.validation.workload_status import validate_validating_admission_policy_status_update

GROUP: Final = "admissionregistration.k8s.io"


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
        prepare_for_update=generation_follows_exactly("webhooks"),
        allow_unconditional_update=False,
    ),
    Strategy(
        GROUP,
        "ValidatingAdmissionPolicy",
        validation.validate_validating_admission_policy,
        validation.validate_validating_admission_policy_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status_without_metadata,
        validate_status_update=validate_validating_admission_policy_status_update,
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
        prepare_for_update=generation_follows_exactly("webhooks"),
        allow_unconditional_update=False,
    ),
)
