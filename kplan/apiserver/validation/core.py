"""The kinds of the core group, gathered: one ``validate_<kind>`` and one ``validate_<kind>_update`` each.

The rules stand in modules by subject; the registry reads them from here, as from any other group.

Upstream: pkg/apis/core/validation/validation.go
"""

from kplan.apiserver.validation.core_config import (
    validate_config_map,
    validate_config_map_update,
    validate_namespace,
    validate_namespace_status_update,
    validate_namespace_update,
    validate_secret,
    validate_secret_update,
    validate_service_account,
    validate_service_account_update,
)
from kplan.apiserver.validation.core_endpoints import validate_endpoints, validate_endpoints_update
from kplan.apiserver.validation.core_nodes import (
    validate_node,
    validate_node_status_update,
    validate_node_update,
)
from kplan.apiserver.validation.core_pods import (
    validate_pod,
    validate_pod_ephemeral_containers_update,
    validate_pod_resize,
    validate_pod_status_update,
    validate_pod_template,
    validate_pod_template_update,
    validate_pod_update,
    validate_replication_controller,
    validate_replication_controller_status_update,
    validate_replication_controller_update,
)
from kplan.apiserver.validation.core_quota import (
    validate_limit_range,
    validate_limit_range_update,
    validate_resource_quota,
    validate_resource_quota_status_update,
    validate_resource_quota_update,
)
from kplan.apiserver.validation.core_service import (
    validate_service,
    validate_service_cluster_ips,
    validate_service_status_update,
    validate_service_update,
)
from kplan.apiserver.validation.core_storage import (
    validate_persistent_volume,
    validate_persistent_volume_claim,
    validate_persistent_volume_claim_status_update,
    validate_persistent_volume_claim_update,
    validate_persistent_volume_status_update,
    validate_persistent_volume_update,
)
from kplan.apiserver.validation.events import validate_core_event as validate_event
from kplan.apiserver.validation.events import validate_core_event_update as validate_event_update

__all__ = [
    "validate_config_map",
    "validate_config_map_update",
    "validate_endpoints",
    "validate_endpoints_update",
    "validate_event",
    "validate_event_update",
    "validate_limit_range",
    "validate_limit_range_update",
    "validate_namespace",
    "validate_namespace_status_update",
    "validate_namespace_update",
    "validate_node",
    "validate_node_status_update",
    "validate_node_update",
    "validate_persistent_volume",
    "validate_persistent_volume_claim",
    "validate_persistent_volume_claim_status_update",
    "validate_persistent_volume_claim_update",
    "validate_persistent_volume_status_update",
    "validate_persistent_volume_update",
    "validate_pod",
    "validate_pod_ephemeral_containers_update",
    "validate_pod_resize",
    "validate_pod_status_update",
    "validate_pod_template",
    "validate_pod_template_update",
    "validate_pod_update",
    "validate_replication_controller",
    "validate_replication_controller_status_update",
    "validate_replication_controller_update",
    "validate_resource_quota",
    "validate_resource_quota_status_update",
    "validate_resource_quota_update",
    "validate_secret",
    "validate_secret_update",
    "validate_service",
    "validate_service_account",
    "validate_service_account_update",
    "validate_service_cluster_ips",
    "validate_service_status_update",
    "validate_service_update",
]
