"""The registry: which strategy serves which kind, one file per API group, those of the core group by subject.

Upstream: pkg/registry
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.registry.strategy import Strategy
from kplan.apiserver.warnings.deprecation import deprecation_of
from kplan.namedtuples import NamedTuple
from kplan.schema.catalog import Catalog
from kplan.schema.discovery import Discovery, Resource
from kplan.state.store import Store

if TYPE_CHECKING:
    from kplan.schema.crd import CustomKind

_HOMES: Final[Mapping[str, str]] = {
    "admissionregistration.k8s.io": "admissionregistration",
    "apiextensions.k8s.io": "apiextensions",
    "apiregistration.k8s.io": "apiregistration",
    "apps": "apps",
    "autoscaling": "autoscaling",
    "batch": "batch",
    "certificates.k8s.io": "certificates",
    "coordination.k8s.io": "coordination",
    "discovery.k8s.io": "discovery",
    "events.k8s.io": "events",
    "flowcontrol.apiserver.k8s.io": "flowcontrol",
    "networking.k8s.io": "networking",
    "node.k8s.io": "node",
    "policy": "policy",
    "rbac.authorization.k8s.io": "rbac",
    "resource.k8s.io": "resource",
    "scheduling.k8s.io": "scheduling",
    "storage.k8s.io": "storage",
}
"""The module with the strategies of each group, loaded for the first object of that group."""

_CORE_HOMES: Final[Mapping[str, str]] = {
    "ConfigMap": "core",
    "Endpoints": "endpoints",
    "Event": "events",
    "LimitRange": "quota",
    "Namespace": "namespace",
    "Node": "nodes",
    "PersistentVolume": "claims",
    "PersistentVolumeClaim": "claims",
    "Pod": "pod",
    "PodTemplate": "templates",
    "ReplicationController": "templates",
    "ResourceQuota": "quota",
    "Secret": "core",
    "Service": "service",
    "ServiceAccount": "core",
}
"""Likewise for the core group, by kind, since few of its kinds are used together."""


@cache
def builtin(group: str, kind: str) -> Strategy | None:
    """The strategy of a kind that is stored; None if it has none of its own."""
    home = _HOMES.get(group, "") if group else _CORE_HOMES.get(kind, "")
    known = import_module(f"{__name__}.{home}").STRATEGIES if home else ()
    return next((one for one in known if (one.group, one.kind) == (group, kind)), None)


class Served(NamedTuple):
    """What requests need to know of a type."""

    resource: Resource
    strategy: Strategy
    deprecation: str
    """The warning in every answer; mostly empty."""


def _kinds_of(definition: Json) -> "tuple[Json, list[CustomKind]]":
    """A definition, which is kept so that its identity is not another's, and its kinds."""
    from kplan.schema.crd import custom_kinds  # noqa: PLC0415 - few stores hold a definition

    return definition, list(custom_kinds(definition))


class Registry:
    """What one server serves: the catalogue's kinds, and those that definitions in its store add."""

    def __init__(self, catalog: Catalog, store: Store) -> None:
        self._catalog = catalog
        self._store = store
        self._revision = -1
        self._defined: dict[int, tuple[Json, list[CustomKind]]] = {}
        """The kinds of every stored definition, by its identity: a stored object is replaced, never changed."""
        self._custom: dict[GroupVersionKind, CustomKind] = {}
        self._served: dict[tuple[str, str], Served] = {}
        self._builtin: dict[tuple[str, str], Served] = {}
        """The types of ``_served`` that no definition changes."""

    def served(self, api_version: str, kind: str) -> Served | None:
        """Find a type with all that a request needs of it; None if it is not served."""
        known = self._builtin.get((api_version, kind))
        if known is not None:
            return known
        gvk = GroupVersionKind.of(api_version, kind)
        fixed = self._is_builtin(gvk)
        if not fixed:
            self._kinds()
        served = self._builtin if fixed else self._served
        if (api_version, kind) not in served:
            resource = self.resource_for(gvk)
            if resource is None:
                return None
            served[api_version, kind] = self._served_as(resource)
        return served[api_version, kind]

    def _served_as(self, resource: Resource) -> Served:
        return Served(resource, self.strategy_for(resource), self.deprecation(resource))

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

    def custom(self, gvk: GroupVersionKind) -> "CustomKind | None":
        """Find the definition behind a type; None for an unknown one, and for a built-in one,
        which no definition replaces.
        """
        found = self._kinds().get(gvk)
        return None if found is None or self._is_builtin(gvk) else found

    def _is_builtin(self, gvk: GroupVersionKind) -> bool:
        return builtin(gvk.group, gvk.kind) is not None and gvk in self._catalog.discovery

    def strategy_for(self, resource: Resource) -> Strategy:
        """The strategy of a served resource."""
        strategy = builtin(resource.group, resource.kind)
        if strategy is not None:
            return strategy
        kind = self.custom(resource.gvk)
        if kind is None:
            from kplan.apiserver.registry import virtual  # noqa: PLC0415 - reviews are rare

            return virtual.strategy_for(resource)
        from kplan.apiserver.registry import customresource  # noqa: PLC0415 - it brings CEL along

        return customresource.strategy_for(kind)

    def deprecation(self, resource: Resource) -> str:
        """The warning in every answer about a deprecated kind; empty for the others."""
        kind = self.custom(resource.gvk)
        return kind.deprecation if kind else deprecation_of(resource.gvk, self._catalog.version)

    def discovery(self) -> Discovery:
        """Everything served."""
        return self._catalog.discovery.extended(kind.resource for kind in self._kinds().values())

    def _kinds(self) -> "dict[GroupVersionKind, CustomKind]":
        revision = self._store.revision_of("apiextensions.k8s.io", "CustomResourceDefinition")
        if revision != self._revision:
            definitions = self._store.list("apiextensions.k8s.io", "CustomResourceDefinition")
            self._defined = {id(one): self._defined.get(id(one)) or _kinds_of(one) for one in definitions}
            kinds = [kind for _, kinds in self._defined.values() for kind in kinds]
            self._custom = {kind.resource.gvk: kind for kind in kinds}
            self._revision = revision
            self._served = {}
        return self._custom
