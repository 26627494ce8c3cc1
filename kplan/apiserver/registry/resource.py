"""Strategies of the resource.k8s.io group.

Upstream: pkg/registry/resource
"""

from typing import Final

from kplan.apiserver.registry.strategy import (
    Strategy,
    clear_status,
    first_generation,
    generation_follows,
    keep_status,
    only_status,
)
from kplan.apiserver.validation import resource as validation

GROUP: Final = "resource.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "DeviceClass",
        validation.validate_device_class,
        validation.validate_device_class_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
    ),
    Strategy(
        GROUP,
        "ResourceClaim",
        validation.validate_resource_claim,
        validation.validate_resource_claim_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
    ),
    Strategy(
        GROUP,
        "ResourceClaimTemplate",
        validation.validate_resource_claim_template,
        validation.validate_resource_claim_template_update,
    ),
    Strategy(
        GROUP,
        "ResourceSlice",
        validation.validate_resource_slice,
        validation.validate_resource_slice_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
    ),
)
