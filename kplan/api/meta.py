"""What every object has, metadata, owners, label selectors and conditions, typed.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.api.view import Items, Time, View


class OwnerReference(View):
    """One item of ObjectMeta.ownerReferences."""

    api_version: str
    kind: str
    name: str
    uid: str
    controller: bool | None
    block_owner_deletion: bool | None


class ManagedFieldsEntry(View):
    """One item of ObjectMeta.managedFields."""

    manager: str
    operation: str
    api_version: str
    time: Time | None
    fields_type: str
    fields_v1: Any
    subresource: str


class ObjectMeta(View):
    """The value of Pod.metadata."""

    name: str
    generate_name: str
    namespace: str
    self_link: str
    uid: str
    resource_version: str
    generation: int
    creation_timestamp: Time
    deletion_timestamp: Time | None
    deletion_grace_period_seconds: int | None
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    owner_references: Items[OwnerReference]
    finalizers: Items[str]
    managed_fields: Items[ManagedFieldsEntry]


class Resource(View):
    """What an object of every kind has."""

    api_version: str
    kind: str
    metadata: ObjectMeta


class LabelSelectorRequirement(View):
    """One item of LabelSelector.matchExpressions."""

    key: str
    operator: str
    values: Items[str]


class LabelSelector(View):
    """The value of ClusterTrustBundleProjection.labelSelector."""

    match_labels: Mapping[str, str]
    match_expressions: Items[LabelSelectorRequirement]


class Condition(View):
    """One item of ServiceStatus.conditions."""

    type: str
    status: str
    observed_generation: int
    last_transition_time: Time
    reason: str
    message: str
