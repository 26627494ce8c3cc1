"""The registry: which strategy serves which kind, one file per API group.

Upstream: pkg/registry
"""

from collections.abc import Mapping
from dataclasses import replace
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
    customresource,
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
    virtual,
)
from kplan.apiserver.registry.strategy import Strategy, no_warnings
from kplan.apiserver.warnings.objects import DEPRECATED_KINDS
from kplan.apiserver.warnings.objects import FOR as WARNINGS
from kplan.schema.catalog import Catalog
from kplan.schema.crd import CustomKind, custom_kinds
from kplan.schema.discovery import Discovery, Resource
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
    (strategy.group, strategy.kind): replace(
        strategy, warnings=WARNINGS.get((strategy.group, strategy.kind), no_warnings)
    )
    for group in _GROUPS
    for strategy in group.STRATEGIES
}


class Registry:
    """What one server serves: the catalogue's kinds, and those that definitions in its store add."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog = catalog
        self._store = store
        self._revision = -1
        self._custom: dict[GroupVersionKind, CustomKind] = {}

    def resource_for(self, gvk: GroupVersionKind) -> Resource | None:
        """Find the resource that serves a type."""
        resource = self._catalog.discovery.resource_for(gvk)
        if resource is None:
            custom = self.custom(gvk)
            return None if custom is None else custom.resource
        return resource

    def by_kind(self, group: str, kind: str) -> Resource | None:
        """Find the preferred resource of a kind."""
        resource = self._catalog.discovery.by_kind(group, kind)
        if resource is None:
            found = [item.resource for item in self._kinds().values()]
            found = [item for item in found if item.group == group and item.kind == kind]
            return next((item for item in found if item.preferred), found[0] if found else None)
        return resource

    def custom(self, gvk: GroupVersionKind) -> CustomKind | None:
        """Find the definition behind a type; None for a built-in or unknown one."""
        return self._kinds().get(gvk)

    def strategy_for(self, resource: Resource) -> Strategy:
        """The strategy of a served resource."""
        strategy = STRATEGIES.get((resource.group, resource.kind))
        if strategy is None:
            kind = self.custom(resource.gvk)
            return virtual.strategy_for(resource) if kind is None else customresource.strategy_for(kind)
        return strategy

    def deprecation(self, resource: Resource) -> str:
        """What every request for a deprecated kind is warned of; empty for the others."""
        kind = self.custom(resource.gvk)
        return kind.deprecation if kind else DEPRECATED_KINDS.get((resource.group, resource.kind), "")

    def discovery(self) -> Discovery:
        """Everything served."""
        return self._catalog.discovery.extended(kind.resource for kind in self._kinds().values())

    def _kinds(self) -> dict[GroupVersionKind, CustomKind]:
        revision = self._store.revision_of("apiextensions.k8s.io", "CustomResourceDefinition")
        if revision != self._revision:
            definitions = self._store.list("apiextensions.k8s.io", "CustomResourceDefinition")
            kinds = [kind for definition in definitions for kind in custom_kinds(definition)]
            self._custom = {kind.resource.gvk: kind for kind in kinds}
            self._revision = revision
        return self._custom
