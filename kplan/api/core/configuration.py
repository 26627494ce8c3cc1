"""ConfigMaps, Secrets, Namespaces, ServiceAccounts, quotas, limits and events, typed.

Upstream: staging/src/k8s.io/api/core/v1/types.go
"""

from collections.abc import Mapping

from kplan.api.core.references import LocalObjectReference, ObjectReference
from kplan.api.meta import Resource
from kplan.api.view import Items, Time, View


class ConfigMap(Resource):
    """A ConfigMap."""

    immutable: bool | None
    data: Mapping[str, str]
    binary_data: Mapping[str, str]


class Secret(Resource):
    """A Secret."""

    immutable: bool | None
    data: Mapping[str, str]
    string_data: Mapping[str, str]
    type: str


class NamespaceSpec(View):
    """The value of Namespace.spec."""

    finalizers: Items[str]


class NamespaceCondition(View):
    """One item of NamespaceStatus.conditions."""

    type: str
    status: str
    last_transition_time: Time
    reason: str
    message: str


class NamespaceStatus(View):
    """The value of Namespace.status."""

    phase: str
    conditions: Items[NamespaceCondition]


class Namespace(Resource):
    """A Namespace."""

    spec: NamespaceSpec
    status: NamespaceStatus


class ServiceAccount(Resource):
    """A ServiceAccount."""

    secrets: Items[ObjectReference]
    image_pull_secrets: Items[LocalObjectReference]
    automount_service_account_token: bool | None


class ScopedResourceSelectorRequirement(View):
    """One item of ScopeSelector.matchExpressions."""

    scope_name: str
    operator: str
    values: Items[str]


class ScopeSelector(View):
    """The value of ResourceQuotaSpec.scopeSelector."""

    match_expressions: Items[ScopedResourceSelectorRequirement]


class ResourceQuotaSpec(View):
    """The value of ResourceQuota.spec."""

    hard: Mapping[str, str]
    scopes: Items[str]
    scope_selector: ScopeSelector | None


class ResourceQuotaStatus(View):
    """The value of ResourceQuota.status."""

    hard: Mapping[str, str]
    used: Mapping[str, str]


class ResourceQuota(Resource):
    """A ResourceQuota."""

    spec: ResourceQuotaSpec
    status: ResourceQuotaStatus


class LimitRangeItem(View):
    """One item of LimitRangeSpec.limits."""

    type: str
    max: Mapping[str, str]
    min: Mapping[str, str]
    default: Mapping[str, str]
    default_request: Mapping[str, str]
    max_limit_request_ratio: Mapping[str, str]


class LimitRangeSpec(View):
    """The value of LimitRange.spec."""

    limits: Items[LimitRangeItem]


class LimitRange(Resource):
    """A LimitRange."""

    spec: LimitRangeSpec


class EventSource(View):
    """The value of Event.source."""

    component: str
    host: str


class EventSeries(View):
    """The value of Event.series."""

    count: int
    last_observed_time: Time


class Event(Resource):
    """An Event; in events.k8s.io/v1 it says ``regarding`` instead of ``involvedObject``."""

    involved_object: ObjectReference
    regarding: ObjectReference
    reason: str
    message: str
    source: EventSource
    first_timestamp: Time
    last_timestamp: Time
    count: int
    type: str
    event_time: Time
    series: EventSeries | None
    action: str
    related: ObjectReference | None
    reporting_component: str
    reporting_instance: str
