"""What subjects may do, by the roles that are bound to them: compared between two states, and what of
it is power over others.

Upstream: plugin/pkg/auth/authorizer/rbac/rbac.go, pkg/registry/rbac/validation/rule.go,
pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of, namespace_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.selectors.labels import Selector
from kplan.state.store import Store

GROUP: Final = "rbac.authorization.k8s.io"
_DEFINITION: Final = ("apiextensions.k8s.io", "CustomResourceDefinition")
_OTHER_GROUPS: Final[Mapping[str, frozenset[str]]] = {
    "extensions": frozenset(),
    "metrics.k8s.io": frozenset({"nodes", "pods"}),
}
"""Groups that are known though no release serves them itself:
one that old roles still name, and one of an aggregated server.
"""
_SHARED: Final = frozenset({"ingresses", "jobs", "services"})
"""Resources of every cluster whose names custom groups have as well."""


class Grant(NamedTuple):
    """One thing that a subject may do; ``*`` stands for all."""

    namespace: str
    """Where; empty for everywhere."""
    verb: str
    group: str
    resource: str
    """``pods/exec``; a path such as ``/metrics`` if it is no resource."""
    name: str = ""
    """The one object that it is about; empty for all."""

    def covers(self, other: "Grant") -> bool:
        """Whether whoever has this has the other."""
        return (
            self.namespace in ("", other.namespace)
            and self.verb in ("*", other.verb)
            and self.group in ("*", other.group)
            and _covers_resource(self.resource, other.resource)
            and self.name in ("", other.name)
        )


Grants = frozenset[Grant]
_EVERYTHING: Final = (
    {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]},
    {"verbs": ["*"], "nonResourceURLs": ["*"]},
)
_OWN_ROLES: Final[Mapping[str, tuple[Json, ...]]] = {
    "cluster-admin": _EVERYTHING,
    "admin": (
        {"verbs": ["*"], "apiGroups": [GROUP], "resources": ["roles", "rolebindings"]},
        {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["secrets"]},
        {"verbs": ["get", "create"], "apiGroups": [""], "resources": ["pods/exec", "pods/attach"]},
        {"verbs": ["create"], "apiGroups": [""], "resources": ["serviceaccounts/token", "pods"]},
    ),
    "edit": (
        {"verbs": ["get", "list", "watch"], "apiGroups": [""], "resources": ["secrets"]},
        {"verbs": ["get", "create"], "apiGroups": [""], "resources": ["pods/exec", "pods/attach"]},
        {"verbs": ["create"], "apiGroups": [""], "resources": ["serviceaccounts/token", "pods"]},
    ),
}
"""Roles that every cluster has, as far as they matter, for states that do not hold them."""


class Permissions(NamedTuple):
    """What the subjects of a state may do."""

    direct: Mapping[Identity, Grants]
    """The rights from bindings that name the subject itself."""

    def of(self, subject: Identity) -> Grants:
        """What a subject may do, through its groups as well as far as they are known."""
        through = [self.direct.get(group, ()) for group in _groups(subject)]
        return self.direct.get(subject, frozenset()).union(*through)


def permissions(store: Store) -> Permissions:
    """Read the roles and bindings of a state."""
    direct: defaultdict[Identity, set[Grant]] = defaultdict(set)
    served = _Served(store)
    for binding in (*store.list(GROUP, "ClusterRoleBinding"), *store.list(GROUP, "RoleBinding")):
        grants = list(_grants(_rules_of(binding, store), namespace_of(binding), served))
        for subject in subjects_of(binding):
            direct[subject].update(grants)
    return Permissions({subject: frozenset(grants) for subject, grants in direct.items()})


def subjects_of(binding: Json) -> Iterator[Identity]:
    """The subjects of a binding."""
    for subject in binding.get("subjects") or ():
        kind, name = subject.get("kind", ""), subject.get("name", "")
        if kind == "ServiceAccount":
            yield Identity("v1", kind, subject.get("namespace") or namespace_of(binding), name)
        else:
            yield Identity("", kind, "", name)


def effective_rules(role: Json, store: Store, seen: tuple[str, ...] = ()) -> tuple[Json, ...]:
    """The rules of a role; for an aggregated one, those of the roles it selects."""
    selectors = (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or ()
    name = role["metadata"]["name"]
    if not selectors or name in seen:
        return tuple(role.get("rules") or ())
    chosen = [Selector.from_label_selector(one) for one in selectors]
    parts = [
        other
        for other in store.list(GROUP, "ClusterRole")
        if other["metadata"]["name"] != name and any(one.matches(labels_of(other)) for one in chosen)
    ]
    return tuple(rule for part in parts for rule in effective_rules(part, store, (*seen, name)))


def without_covered(grants: Iterable[Grant], by: Iterable[Grant]) -> Grants:
    """The grants that no other covers."""
    known = set(by)
    wide = [
        one
        for one in known
        if "*" in (one.verb, one.group, one.resource) or not one.namespace or not one.name
    ]
    return frozenset(
        one for one in grants if one not in known and not any(other.covers(one) for other in wide)
    )


def in_words(grants: Iterable[Grant]) -> str:
    """``get, list secrets; delete deployments.apps in namespace shop``."""
    every = frozenset(grants)
    if every >= _ALL_GRANTS:
        return "do everything"
    verbs: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in every:
        verbs[one.namespace, _what(one)].add(one.verb)
    things: defaultdict[tuple[str, tuple[str, ...]], list[str]] = defaultdict(list)
    for (namespace, what), which in verbs.items():
        things[namespace, tuple(sorted(which))].append(what)
    parts = [
        f"{'do anything with' if which == ('*',) else ', '.join(which)} {', '.join(_few(sorted(whats)))}"
        f"{f' in namespace {namespace}' if namespace else ''}"
        for (namespace, which), whats in sorted(things.items())
    ]
    return "; ".join(_few(parts))


_FEW: Final = 6


def _few(texts: list[str]) -> list[str]:
    return texts if len(texts) <= _FEW else [*texts[:_FEW], f"{len(texts) - _FEW} more"]


def _what(grant: Grant) -> str:
    if grant.resource == "*" and grant.group == "*":
        return "everything"
    resource = "every resource" if grant.resource == "*" else grant.resource
    plural, slash, part = resource.partition("/")
    what = f"{plural}.{grant.group}{slash}{part}" if grant.group and grant.group != "*" else resource
    if grant.resource == "*" and grant.group:
        what = f"every resource of {grant.group}"
    return f"{what} {grant.name}" if grant.name else what


def _covers_resource(own: str, other: str) -> bool:
    if own == other or (own == "*" and not other.startswith("/")):
        return True
    if own.startswith("*/"):
        return own[1:] == other[other.find("/") :] if "/" in other else False
    return own.startswith("/") and own.endswith("*") and other.startswith(own[:-1])


def _rules_of(binding: Json, store: Store) -> tuple[Json, ...]:
    reference = binding["roleRef"]
    namespace = namespace_of(binding) if reference["kind"] == "Role" else ""
    role = store.get(ObjectKey(GROUP, reference["kind"], namespace, reference["name"]))
    if role is not None:
        return effective_rules(role, store)
    return _OWN_ROLES.get(reference["name"], ()) if reference["kind"] == "ClusterRole" else ()


class _Served:
    """Which resources API groups have: those of every cluster, and those whose definitions the state holds."""

    def __init__(self, store: Store | None = None) -> None:
        self._store = store

    @cached_property
    def _plurals(self) -> Mapping[str, frozenset[str]]:
        from kplan.schema.discovery import plurals_by_group  # noqa: PLC0415 - few roles name several groups

        known = {**_OTHER_GROUPS, **plurals_by_group()}
        definitions = self._store.list(*_DEFINITION) if self._store else ()
        for spec in (one["spec"] for one in definitions):
            known[spec["group"]] = known.get(spec["group"], frozenset()) | {spec["names"]["plural"]}
        return known

    def places(self, groups: Sequence[str], resources: Sequence[str]) -> Iterator[tuple[str, str]]:
        """The groups and resources of a rule; if it has several groups each resource only in those that may have it.

        ``apiGroups: ["", apps]`` with ``resources: [pods, deployments]`` grants no pods of apps.
        """
        for resource in resources:
            for group in groups if len(groups) == 1 else self._having(groups, resource.partition("/")[0]):
                yield group, resource

    def _having(self, groups: Sequence[str], plural: str) -> Sequence[str]:
        unknown = [one for one in groups if one == "*" or one not in self._plurals]
        having = [one for one in groups if plural in self._plurals.get(one, ())]
        if plural == "*" or not (having or unknown):
            return groups  # all there is; or nobody has it, and what it is meant for is not known
        if having and plural not in _SHARED:
            unknown = [one for one in unknown if one == "*"]
        return [one for one in groups if one in having or one in unknown]


def _grants(rules: Iterable[Json], namespace: str, served: _Served) -> Iterator[Grant]:
    for rule in rules:
        verbs, names = rule.get("verbs") or (), rule.get("resourceNames") or ("",)
        places = served.places(rule.get("apiGroups") or (), rule.get("resources") or ())
        for verb, (group, resource), name in product(verbs, places, names):
            yield Grant(namespace, verb, group, resource, name)
        for verb, path in product(verbs, rule.get("nonResourceURLs") or ()) if not namespace else ():
            yield Grant("", verb, "", "/*" if path == "*" else path)


def _groups(subject: Identity) -> Iterator[Identity]:
    if subject.kind == "ServiceAccount":
        yield Identity("", "Group", "", f"system:serviceaccounts:{subject.namespace}")
        yield Identity("", "Group", "", "system:serviceaccounts")
    if subject.kind != "Group":
        yield Identity("", "Group", "", "system:authenticated")


_ALL_GRANTS: Final = frozenset(_grants(_EVERYTHING, "", _Served()))
"""What cluster-admin may do."""
