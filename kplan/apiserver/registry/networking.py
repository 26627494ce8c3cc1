"""Strategies of the networking.k8s.io group.

Upstream: pkg/registry/networking
"""

from typing import Final

from kplan.apiserver.registry.strategy import (
    Strategy,
    clear_status,
    create_with_status,
    first_generation,
    generation_follows,
    generation_follows_exactly,
    keep_status,
    only_status,
    only_status_without_metadata,
    update_with_status,
)
from kplan.apiserver.validation import networking as validation
from kplan.apiserver.warnings import network

GROUP: Final = "networking.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "Ingress",
        validation.validate_ingress,
        validation.validate_ingress_update,
        prepare_for_create=create_with_status,
        prepare_for_update=update_with_status,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_ingress_status_update,
        warnings=network.for_ingress,
    ),
    Strategy(
        GROUP,
        "IngressClass",
        validation.validate_ingress_class,
        validation.validate_ingress_class_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
    ),
    Strategy(
        GROUP,
        "IPAddress",
        validation.validate_ip_address,
        validation.validate_ip_address_update,
    ),
    Strategy(
        GROUP,
        "NetworkPolicy",
        validation.validate_network_policy,
        validation.validate_network_policy_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows_exactly("spec"),
        warnings=network.for_network_policy,
    ),
    Strategy(
        GROUP,
        "ServiceCIDR",
        validation.validate_service_cidr,
        validation.validate_service_cidr_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status_without_metadata,
    ),
)
