"""Roles and their bindings.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (RoleDescriber, RoleBindingDescriber),
staging/src/k8s.io/kubectl/pkg/util/rbac/rbac.go
"""

from collections.abc import Iterable, Iterator
from itertools import product

from kplan.api.object import Json
from kplan.api.rbac import PolicyRule, Role, RoleBinding
from kplan.kubectl.printers.describe.metadata import labelled
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import go
from kplan.namedtuples import NamedTuple


class Target(NamedTuple):
    """What one rule is about: a resource, perhaps one object of it, or a URL."""

    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.resources:
            return ""
        resource, slash, below = self.resources[0].partition("/")
        group = f".{self.groups[0]}" if self.groups and self.groups[0] else ""
        return f"{resource}{group}{slash}{below}"


Rule = tuple[Target, list[str]]
"""A target and the verbs allowed on it."""


def role(value: Json, page: Page, scene: Scene) -> None:
    """A Role or ClusterRole: who may do what, rule by rule."""
    del scene
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    page.row(0, "PolicyRule:")
    page.row(1, "Resources", "Non-Resource URLs", "Resource Names", "Verbs")
    page.row(1, "---------", "-----------------", "--------------", "-----")
    for target, verbs in sorted(_compacted(Role(value).rules), key=_order):
        page.row(1, target, *(go(list(items)) for items in (target.urls, target.names, verbs)))


def _compacted(rules: Iterable[PolicyRule]) -> list[Rule]:
    """One rule a target with all its verbs; URLs stay one verb each."""
    urls: list[Rule] = []
    verbs: dict[Target, list[str]] = {}
    for rule in rules:
        for target, verb in _single(rule):
            if target.urls:
                urls.append((target, [verb]))
            elif verb not in verbs.setdefault(target, []):
                verbs[target].append(verb)
    return [*urls, *verbs.items()]


def _single(rule: PolicyRule) -> Iterator[tuple[Target, str]]:
    names = rule.resource_names or (None,)
    for group, resource, verb, name in product(rule.api_groups, rule.resources, rule.verbs, names):
        yield Target((group,), (resource,), () if name is None else (name,)), verb
    for url, verb in product(rule.non_resource_urls, rule.verbs):
        yield Target(urls=(url,)), verb


def _order(rule: Rule) -> str:
    """Rules are sorted as Go prints them."""
    target, verbs = rule
    fields = zip(
        ("Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs"), (verbs, *target), strict=True
    )
    return "".join(f"{name}:{go(list(items))}," for name, items in fields)


def binding(value: Json, page: Page, scene: Scene) -> None:
    """A RoleBinding or ClusterRoleBinding: the role, and who has it."""
    del scene
    found = RoleBinding(value)
    page.field(0, "Name", found.metadata.name)
    labelled(page, value)
    page.row(0, "Role:")
    page.field(1, "Kind", found.role_ref.kind)
    page.field(1, "Name", found.role_ref.name)
    page.row(0, "Subjects:")
    page.row(1, "Kind", "Name", "Namespace")
    page.row(1, "----", "----", "---------")
    for subject in found.subjects:
        page.row(1, subject.kind, subject.name, subject.namespace)
