"""Typed views of the rbac.authorization.k8s.io group.

Upstream: staging/src/k8s.io/api/rbac/v1/types.go
"""

from pydantic import Field

from kplan.api.meta import LabelSelector, ObjectMeta
from kplan.api.view import Items, View


class PolicyRule(View):
    """One item of Role.rules."""

    verbs: Items[str] = ()
    api_groups: Items[str] = ()
    resources: Items[str] = ()
    resource_names: Items[str] = ()
    non_resource_urls: Items[str] = Field(default=(), alias="nonResourceURLs")


class Role(View):
    """A Role."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    rules: Items[PolicyRule] = ()


class AggregationRule(View):
    """The value of ClusterRole.aggregationRule."""

    cluster_role_selectors: Items[LabelSelector] = ()


class ClusterRole(View):
    """A ClusterRole."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    rules: Items[PolicyRule] = ()
    aggregation_rule: AggregationRule | None = None


class Subject(View):
    """One item of RoleBinding.subjects."""

    kind: str = ""
    api_group: str = ""
    name: str = ""
    namespace: str = ""


class RoleRef(View):
    """The value of RoleBinding.roleRef."""

    api_group: str = ""
    kind: str = ""
    name: str = ""


class RoleBinding(View):
    """A RoleBinding."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    subjects: Items[Subject] = ()
    role_ref: RoleRef = Field(default_factory=RoleRef)


class ClusterRoleBinding(View):
    """A ClusterRoleBinding."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    subjects: Items[Subject] = ()
    role_ref: RoleRef = Field(default_factory=RoleRef)
