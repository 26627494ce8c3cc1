"""Strategies of the rbac.authorization.k8s.io group.

Upstream: pkg/registry/rbac
"""

from typing import Final

from kplan.apiserver.registry.strategy import Strategy
from kplan.apiserver.validation import rbac as validation

GROUP: Final = "rbac.authorization.k8s.io"

STRATEGIES: Final = (
    Strategy(
        GROUP,
        "ClusterRole",
        validation.validate_cluster_role,
        validation.validate_cluster_role_update,
        allow_create_on_update=True,
    ),
    Strategy(
        GROUP,
        "ClusterRoleBinding",
        validation.validate_cluster_role_binding,
        validation.validate_cluster_role_binding_update,
        allow_create_on_update=True,
    ),
    Strategy(
        GROUP,
        "Role",
        validation.validate_role,
        validation.validate_role_update,
        allow_create_on_update=True,
    ),
    Strategy(
        GROUP,
        "RoleBinding",
        validation.validate_role_binding,
        validation.validate_role_binding_update,
        allow_create_on_update=True,
    ),
)
