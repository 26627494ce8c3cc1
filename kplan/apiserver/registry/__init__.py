"""The registry: which strategy serves which kind, one file per API group.

Upstream: pkg/registry
"""

from collections.abc import Mapping
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver.registry import (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    events,
    flowcontrol,
    networking,
    node,
    policy,
    rbac,
    resource,
    scheduling,
    storage,
)
from kplan.apiserver.registry.strategy import Strategy
from kplan.schema.catalog import Catalog
from kplan.schema.discovery import Resource
from kplan.state.store import Store

_GROUPS: Final = (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    autoscaling,
    batch,
    certificates,
    coordination,
    core,
    discovery,
    events,
    flowcontrol,
    networking,
    node,
    policy,
    rbac,
    resource,
    scheduling,
    storage,
)

STRATEGIES: Final[Mapping[tuple[str, str], Strategy]] = {
    (strategy.group, strategy.kind): strategy for group in _GROUPS for strategy in group.STRATEGIES
}


def resource_for(gvk: GroupVersionKind, catalog: Catalog, store: Store) -> Resource | None:
    """Find the resource that serves a type: built in, or defined by a CustomResourceDefinition in the cluster."""
    return catalog.discovery.resource_for(gvk)


def resource_by_kind(group: str, kind: str, catalog: Catalog, store: Store) -> Resource | None:
    """Find the resource of a kind in whichever version."""
    return catalog.discovery.by_kind(group, kind)


def strategy_for(resource: Resource, catalog: Catalog, store: Store) -> Strategy:
    """The strategy of a served resource."""
    return STRATEGIES[resource.group, resource.kind]
