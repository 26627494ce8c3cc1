"""ConfigMaps, Secrets, Namespaces, ServiceAccounts, quotas, limits and events, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from pydantic import Field

from kplan.api.core.volume import LocalObjectReference, ObjectReference
from kplan.api.meta import ObjectMeta
from kplan.api.view import Items, Time, View


class ConfigMap(View):
    """A ConfigMap."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    immutable: bool | None = None
    data: Mapping[str, str] = Field(default_factory=dict)
    binary_data: Mapping[str, str] = Field(default_factory=dict)


class Secret(View):
    """A Secret."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    immutable: bool | None = None
    data: Mapping[str, str] = Field(default_factory=dict)
    string_data: Mapping[str, str] = Field(default_factory=dict)
    type: str = ""


class NamespaceSpec(View):
    """The value of Namespace.spec."""

    finalizers: Items[str] = ()


class NamespaceCondition(View):
    """One item of NamespaceStatus.conditions."""

    type: str = ""
    status: str = ""
    last_transition_time: Time = ""
    reason: str = ""
    message: str = ""


class NamespaceStatus(View):
    """The value of Namespace.status."""

    phase: str = ""
    conditions: Items[NamespaceCondition] = ()


class Namespace(View):
    """A Namespace."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: NamespaceSpec = Field(default_factory=NamespaceSpec)
    status: NamespaceStatus = Field(default_factory=NamespaceStatus)


class ServiceAccount(View):
    """A ServiceAccount."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    secrets: Items[ObjectReference] = ()
    image_pull_secrets: Items[LocalObjectReference] = ()
    automount_service_account_token: bool | None = None


class ScopedResourceSelectorRequirement(View):
    """One item of ScopeSelector.matchExpressions."""

    scope_name: str = ""
    operator: str = ""
    values: Items[str] = ()


class ScopeSelector(View):
    """The value of ResourceQuotaSpec.scopeSelector."""

    match_expressions: Items[ScopedResourceSelectorRequirement] = ()


class ResourceQuotaSpec(View):
    """The value of ResourceQuota.spec."""

    hard: Mapping[str, str] = Field(default_factory=dict)
    scopes: Items[str] = ()
    scope_selector: ScopeSelector | None = None


class ResourceQuotaStatus(View):
    """The value of ResourceQuota.status."""

    hard: Mapping[str, str] = Field(default_factory=dict)
    used: Mapping[str, str] = Field(default_factory=dict)


class ResourceQuota(View):
    """A ResourceQuota."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: ResourceQuotaSpec = Field(default_factory=ResourceQuotaSpec)
    status: ResourceQuotaStatus = Field(default_factory=ResourceQuotaStatus)


class LimitRangeItem(View):
    """One item of LimitRangeSpec.limits."""

    type: str = ""
    max: Mapping[str, str] = Field(default_factory=dict)
    min: Mapping[str, str] = Field(default_factory=dict)
    default: Mapping[str, str] = Field(default_factory=dict)
    default_request: Mapping[str, str] = Field(default_factory=dict)
    max_limit_request_ratio: Mapping[str, str] = Field(default_factory=dict)


class LimitRangeSpec(View):
    """The value of LimitRange.spec."""

    limits: Items[LimitRangeItem] = ()


class LimitRange(View):
    """A LimitRange."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    spec: LimitRangeSpec = Field(default_factory=LimitRangeSpec)


class EventSource(View):
    """The value of Event.source."""

    component: str = ""
    host: str = ""


class EventSeries(View):
    """The value of Event.series."""

    count: int = 0
    last_observed_time: Time = ""


class Event(View):
    """An Event."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    involved_object: ObjectReference = Field(default_factory=ObjectReference)
    reason: str = ""
    message: str = ""
    source: EventSource = Field(default_factory=EventSource)
    first_timestamp: Time = ""
    last_timestamp: Time = ""
    count: int = 0
    type: str = ""
    event_time: Time = ""
    series: EventSeries | None = None
    action: str = ""
    related: ObjectReference | None = None
    reporting_component: str = ""
    reporting_instance: str = ""
