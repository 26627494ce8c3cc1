"""Which kinds the server serves, under which names and in which scope.

Short names, plurals and scopes are discovery data: bundled for the built-in kinds, read from their definition for
custom ones.

Upstream: staging/src/k8s.io/apimachinery/pkg/api/meta/restmapper.go
"""

import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.namedtuples import NamedTuple
from kplan.naming import nearest
from kplan.schema.data import read


class Resource(NamedTuple):
    """One served resource of one version."""

    group: str
    version: str
    kind: str
    plural: str
    singular: str
    namespaced: bool
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    preferred: bool = True
    """Whether this is the version a name without one means."""
    selectable: tuple[str, ...] | None = None
    """The fields that a field selector can ask for of a custom kind, besides name and namespace;
    None for other kinds.
    """

    @property
    def gvk(self) -> GroupVersionKind:
        """The type it serves."""
        return GroupVersionKind(self.group, self.version, self.kind)

    @property
    def api_version(self) -> str:
        """``apps/v1``."""
        return self.gvk.api_version

    @property
    def group_resource(self) -> str:
        """``deployments.apps``, or ``pods`` for the core group."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


class Discovery:
    """All served resources, by type and by any of their names."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        self._by_gvk = {resource.gvk: resource for resource in resources}
        self._names: dict[str, Resource] = {}
        self._short_names: dict[str, Resource] = {}

    def __iter__(self) -> Iterator[Resource]:
        return iter(self._by_gvk.values())

    def __contains__(self, gvk: object) -> bool:
        return gvk in self._by_gvk

    def resource_for(self, gvk: GroupVersionKind) -> Resource | None:
        """The resource of a type; None if it is not served."""
        return self._by_gvk.get(gvk)

    def by_kind(self, group: str, kind: str) -> Resource | None:
        """The preferred resource of a kind."""
        found = [entry for entry in self if entry.group == group and entry.kind == kind]
        return next((entry for entry in found if entry.preferred), found[0] if found else None)

    def by_name(self, name: str) -> Resource | None:
        """What a user means by ``deploy``, ``pods``, ``Pod``, ``deployments.apps`` or ``deployments.v1.apps``."""
        if not self._names:
            self._index()
        return self._short_names.get(name) or self._names.get(name.lower())

    def rivals(self, name: str) -> list[Resource]:
        """Other resources with this short name, which it does not mean; none if the name is no short one."""
        meant = self.by_name(name)
        if meant is None or name not in self._short_names or name in (meant.plural, meant.singular):
            return []
        alike = {one.group_resource: one for one in self if name in one.short_names}
        alike.pop(meant.group_resource, None)
        return list(alike.values())

    def rival_warnings(self, name: str) -> list[str]:
        """What kubectl says where a short name stands for several resources;
        the one that is meant comes first in the API.
        """
        other = "could also match lower priority resource"
        return [f'Warning: short name "{name}" {other} {one.group_resource}' for one in self.rivals(name)]

    def _index(self) -> None:
        for resource in sorted(self, key=lambda entry: not entry.preferred):
            _enter(self._names, (resource.plural, resource.singular, resource.kind.lower()), resource)
            _enter(self._short_names, resource.short_names, resource)

    def extended(self, resources: Iterable[Resource]) -> "Discovery":
        """With more resources; a type that is known already is replaced."""
        return Discovery([*self, *resources])

    def limited(self, served: Iterable[GroupVersionKind]) -> "Discovery":
        """Only the types named, with preference decided among them."""
        kept = set(served)
        entries = [entry for entry in self if entry.gvk in kept]
        preferred = {(entry.group, entry.kind) for entry in entries if entry.preferred}
        chosen: dict[tuple[str, str], Resource] = {}
        for entry in entries:
            chosen.setdefault((entry.group, entry.kind), entry)
        return Discovery(
            entry
            if (entry.group, entry.kind) in preferred
            else entry._replace(preferred=chosen[entry.group, entry.kind] is entry)
            for entry in entries
        )


@cache
def plurals_by_group() -> Mapping[str, frozenset[str]]:
    """The resources of the groups that every cluster has."""
    found: dict[str, set[str]] = {}
    for one in bundled():
        found.setdefault(one.group, set()).add(one.plural)
    return {group: frozenset(names) for group, names in found.items()}


def cluster_wide() -> Mapping[str, frozenset[str]]:
    """Of the groups that every cluster has, the resources whose objects are in no namespace."""
    found: dict[str, set[str]] = {}
    for one in bundled():
        if not one.namespaced:
            found.setdefault(one.group, set()).add(one.plural)
    return {group: frozenset(names) for group, names in found.items()}


def meant(gvk: GroupVersionKind, served: Mapping[tuple[str, str], Sequence[str]]) -> str:
    """Which type was meant by one that is not served, by group and kind with the versions that have it;
    empty if none is near.
    """
    same = [version for (_, kind), versions in served.items() if kind == gvk.kind for version in versions]
    if same:
        return f"{gvk.kind} is in {' and '.join(same)}"
    kinds = sorted({kind for group, kind in served if group == gvk.group} or {kind for _, kind in served})
    near = nearest(gvk.kind, kinds)
    return f"did you mean {near}?" if near else ""


def versions_of(resources: Iterable[Resource]) -> dict[tuple[str, str], list[str]]:
    """Every group and kind, with the versions that have it."""
    found: dict[tuple[str, str], list[str]] = {}
    for resource in resources:
        found.setdefault((resource.group, resource.kind), []).append(resource.api_version)
    return found


def _enter(names: dict[str, Resource], plain: Iterable[str], resource: Resource) -> None:
    """Enter a resource under names that are free, alone and with its group."""
    for name in plain:
        names.setdefault(name, resource)
        if resource.group:
            names.setdefault(f"{name}.{resource.group}", resource)
        names.setdefault(f"{name}.{resource.version}.{resource.group}", resource)


def _successors() -> Iterator[tuple[GroupVersionKind, str]]:
    group = "flowcontrol.apiserver.k8s.io"
    for version in ("v1beta1", "v1beta2", "v1beta3"):
        for kind in ("FlowSchema", "PriorityLevelConfiguration"):
            yield GroupVersionKind(group, version, kind), f"{group}/v1"
    yield GroupVersionKind("autoscaling", "v2beta2", "HorizontalPodAutoscaler"), "autoscaling/v2"
    yield GroupVersionKind("storage.k8s.io", "v1beta1", "CSIStorageCapacity"), "storage.k8s.io/v1"


SUCCESSORS: Final = dict(_successors())
"""Types that older releases served by default and the default release does not,
and the version that took their place.
"""


def removed_resources(served: Discovery, kinds: Container[GroupVersionKind]) -> Iterator[Resource]:
    """The resources of the removed types that a release still has."""
    for gvk in SUCCESSORS:
        known = served.by_kind(gvk.group, gvk.kind)
        if gvk in kinds and known is not None:
            yield known._replace(version=gvk.version, preferred=False)


@cache
def bundled() -> Discovery:
    """What the default release serves."""
    rows = json.loads(read("kubernetes/api-resources.json"))
    return Discovery(
        Resource(
            group=row["group"],
            version=row["version"],
            kind=row["kind"],
            plural=row["plural"],
            singular=row["singular"],
            namespaced=row["namespaced"],
            short_names=tuple(row["shortNames"]),
            verbs=tuple(row["verbs"]),
            categories=tuple(row["categories"]),
            preferred=row["preferred"],
        )
        for row in rows
    )
