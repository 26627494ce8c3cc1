"""Strategies of ResourceQuotas and LimitRanges.

Upstream: pkg/registry/core/{resourcequota,limitrange}
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import names
from kplan.apiserver.registry.strategy import Context, Strategy, clear_status, keep_status, only_status
from kplan.apiserver.validation import core_quota as validation
from kplan.apiserver.warnings import objects

GROUP: Final = ""


def create_limit_range(obj: Json, context: Context) -> None:
    """Prepare a LimitRange: one without a name gets a uid for it."""
    metadata = obj["metadata"]
    if not metadata.get("name"):
        metadata["name"] = names.uid("LimitRange", metadata.get("namespace"), context.store.revision)


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "ResourceQuota",
        validation.validate_resource_quota,
        validation.validate_resource_quota_update,
        prepare_for_create=clear_status,
        prepare_for_update=keep_status,
        prepare_for_status_update=only_status,
        validate_status_update=validation.validate_resource_quota_status_update,
        warnings=objects.for_resource_quota,
    ),
    Strategy(
        GROUP,
        "LimitRange",
        validation.validate_limit_range,
        validation.validate_limit_range_update,
        prepare_for_create=create_limit_range,
        allow_create_on_update=True,
    ),
)
