"""What validation lets through because the old object had it, on top of the feature gates of 1.36.

An update must not be refused for what an earlier server accepted; on create nothing is let through.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.namedtuples import NamedTuple


class PodValidationOptions(NamedTuple):
    """Switches of pod validation; the defaults are those of a create of anything but a pod itself."""

    resource_is_pod: bool = False
    allow_invalid_pod_deletion_cost: bool = False
    allow_invalid_label_value_in_selector: bool = False
    allow_invalid_label_value_in_required_node_affinity: bool = False
    allow_indivisible_huge_pages_values: bool = False
    allow_invalid_topology_spread_label_selector: bool = False
    allow_non_local_projected_token_path: bool = False
    allow_namespaced_sysctls_for_host_net_and_ipc: bool = False
    allow_only_recursive_selinux_change_policy: bool = True
    allow_user_namespaces_with_volume_devices: bool = False
    allow_user_namespaces_host_network: bool = False
    allow_taint_toleration_comparison_operators: bool = False
    allow_restart_container_for_init_containers: bool = False
    old_pod_violates_match_label_keys: bool = False


CREATE: Final = PodValidationOptions()
CREATE_POD: Final = PodValidationOptions(resource_is_pod=True)
