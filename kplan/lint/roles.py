"""What roles allow, as rules about them ask."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from kplan.api.walk import items
from kplan.fieldpath import FieldPath
from kplan.lint.world import Subject
from kplan.namedtuples import NamedTuple

_RBAC: Final = "rbac.authorization.k8s.io"
ROLES: Final = frozenset({f"Role.{_RBAC}", f"ClusterRole.{_RBAC}"})
BINDINGS: Final = frozenset({f"RoleBinding.{_RBAC}", f"ClusterRoleBinding.{_RBAC}"})
_EVERY: Final = "*"
_FIELDS: Final = ("apiGroups", "resources", "verbs", "resourceNames")


class Grant(NamedTuple):
    """One rule of a role: verbs on resources of API groups."""

    path: FieldPath
    groups: list[str]
    resources: list[str]
    verbs: list[str]
    names: list[str]
    """The names it is restricted to; empty if it is for all objects."""

    def allows(self, group: str, resource: str, *verbs: str) -> bool:
        """Whether it allows one of the verbs on all objects of a resource that it names itself."""
        return not self.names and resource in self.resources and self.covers(group, verbs)

    def creates(self, group: str, resource: str) -> bool:
        """Whether it allows to create objects of a resource; of those that it names it cannot say so."""
        return bool({resource, _EVERY}.intersection(self.resources)) and self.covers(group, ("create",))

    def labels_pods(self) -> bool:
        """Whether it allows to change the labels of pods."""
        return "pods" in self.resources and self.covers("", ("patch", "update"))

    def covers(self, group: str, verbs: Iterable[str]) -> bool:
        """Whether it is about a group and one of the verbs."""
        return bool({group, _EVERY}.intersection(self.groups) and {*verbs, _EVERY}.intersection(self.verbs))

    def at(self, resource: str) -> FieldPath:
        """Where it names a resource."""
        return self.path / "resources" / self.resources.index(resource)

    @property
    def is_everything(self) -> bool:
        """Whether it allows every verb on every resource of every group."""
        return all(_EVERY in given for given in (self.groups, self.resources, self.verbs))


def grants(role: Subject) -> Iterator[Grant]:
    """The rules of a role."""
    for index, rule in items(role.value, "rules"):
        groups, resources, verbs, names = (listed_texts(rule.get(field)) for field in _FIELDS)
        yield Grant(FieldPath.of("rules", index), groups, resources, verbs, names)


def grants_bound(binding: Subject) -> Iterator[tuple[Subject, Grant]]:
    """The role that a binding names, with each of its rules; nothing if the run does not hold it."""
    for reference in binding.references:
        if reference.target.kind in ("Role", "ClusterRole"):
            for role in binding.world.meant_by(binding, reference.target)[:1]:
                yield from ((role, grant) for grant in grants(role))


def listed_texts(value: Any) -> list[str]:
    """The items of a list, empty if one is no text; nothing if it is no list."""
    return [item if isinstance(item, str) else "" for item in value] if isinstance(value, list) else []
