"""Typed views of the rbac.authorization.k8s.io group.

Upstream: staging/src/k8s.io/api/rbac/v1/types.go
"""

from kplan.api.meta import LabelSelector, Resource
from kplan.api.view import Items, View


class PolicyRule(View):
    """One item of Role.rules."""

    verbs: Items[str]
    api_groups: Items[str]
    resources: Items[str]
    resource_names: Items[str]
    non_resource_urls: Items[str]


class Role(Resource):
    """A Role."""

    rules: Items[PolicyRule]


class AggregationRule(View):
    """The value of ClusterRole.aggregationRule."""

    cluster_role_selectors: Items[LabelSelector]


class ClusterRole(Resource):
    """A ClusterRole."""

    rules: Items[PolicyRule]
    aggregation_rule: AggregationRule | None


class Subject(View):
    """One item of RoleBinding.subjects."""

    kind: str
    api_group: str
    name: str
    namespace: str


class RoleRef(View):
    """The value of RoleBinding.roleRef."""

    api_group: str
    kind: str
    name: str


class RoleBinding(Resource):
    """A RoleBinding."""

    subjects: Items[Subject]
    role_ref: RoleRef


class ClusterRoleBinding(Resource):
    """A ClusterRoleBinding."""

    subjects: Items[Subject]
    role_ref: RoleRef
