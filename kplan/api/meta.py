"""Metadata, owners, label selectors and conditions, typed.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/types.go
"""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from kplan.api.view import Items, Time, View


class OwnerReference(View):
    """One item of ObjectMeta.ownerReferences."""

    api_version: str = ""
    kind: str = ""
    name: str = ""
    uid: str = ""
    controller: bool | None = None
    block_owner_deletion: bool | None = None


class ManagedFieldsEntry(View):
    """One item of ObjectMeta.managedFields."""

    manager: str = ""
    operation: str = ""
    api_version: str = ""
    time: Time | None = None
    fields_type: str = ""
    fields_v1: Any = None
    subresource: str = ""


class ObjectMeta(View):
    """The value of Pod.metadata."""

    name: str = ""
    generate_name: str = ""
    namespace: str = ""
    self_link: str = ""
    uid: str = ""
    resource_version: str = ""
    generation: int = 0
    creation_timestamp: Time = ""
    deletion_timestamp: Time | None = None
    deletion_grace_period_seconds: int | None = None
    labels: Mapping[str, str] = Field(default_factory=dict)
    annotations: Mapping[str, str] = Field(default_factory=dict)
    owner_references: Items[OwnerReference] = ()
    finalizers: Items[str] = ()
    managed_fields: Items[ManagedFieldsEntry] = ()


class LabelSelectorRequirement(View):
    """One item of LabelSelector.matchExpressions."""

    key: str = ""
    operator: str = ""
    values: Items[str] = ()


class LabelSelector(View):
    """The value of ClusterTrustBundleProjection.labelSelector."""

    match_labels: Mapping[str, str] = Field(default_factory=dict)
    match_expressions: Items[LabelSelectorRequirement] = ()


class Condition(View):
    """One item of ServiceStatus.conditions."""

    type: str = ""
    status: str = ""
    observed_generation: int = 0
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""
