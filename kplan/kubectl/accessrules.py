"""RBAC rules broken down to one resource and one verb each, compared, and combined again.

Upstream: staging/src/k8s.io/component-helpers/auth/rbac/validation/policy_comparator.go,
staging/src/k8s.io/kubectl/pkg/util/rbac/rbac.go
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from kplan.api.object import Json
from kplan.namedtuples import NamedTuple


class Rule(NamedTuple):
    """A policy rule, in the order of Go's fields."""

    verbs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()

    @classmethod
    def of(cls, value: Json) -> "Rule":
        """Read one from a role."""
        keys = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
        return cls(*(tuple(value.get(key) or ()) for key in keys))

    @property
    def value(self) -> Json:
        """The rule as a role holds it."""
        given = {
            "apiGroups": self.groups, "nonResourceURLs": self.urls, "resourceNames": self.names,
            "resources": self.resources, "verbs": self.verbs,
        }  # fmt: skip
        return {key: list(texts) for key, texts in given.items() if texts}

    def __str__(self) -> str:
        verbs, groups, resources, names, urls = (f"[{' '.join(texts)}]" for texts in self)
        return f"{{Verbs:{verbs} APIGroups:{groups} Resources:{resources} ResourceNames:{names} NonResourceURLs:{urls}}}"

    def covers(self, one: "Rule") -> bool:
        """Whether this allows what a rule of one verb and one resource allows."""
        return (
            _has_all(self.verbs, one.verbs, "*")
            and _has_all(self.groups, one.groups, "*")
            and all(_covers_resource(self.resources, resource) for resource in one.resources)
            and all(any(_covers_url(own, url) for own in self.urls) for url in one.urls)
            and (not self.names or (bool(one.names) and set(one.names) <= set(self.names)))
        )


def broken_down(rule: Rule) -> Iterator[Rule]:
    """One rule for each group, resource, verb and name, and for each URL and verb."""
    for group, resource, verb, names in product(rule.groups, rule.resources, rule.verbs, _each(rule.names)):
        yield Rule((verb,), (group,), (resource,), names)
    for url, verb in product(rule.urls, rule.verbs):
        yield Rule((verb,), urls=(url,))


def uncovered(owners: Sequence[Rule], asked: Iterable[Rule]) -> list[Rule]:
    """What of the asked the owners' rules do not allow, broken down."""
    small = (one for rule in asked for one in broken_down(rule))
    return [one for one in small if not any(owner.covers(one) for owner in owners)]


def compacted(rules: Iterable[Rule]) -> list[Rule]:
    """Combine broken-down rules that differ only by verb, in listing order."""
    found: dict[Rule, list[str]] = {}
    urls: list[Rule] = []
    for rule in rules:
        if rule.urls:
            urls.append(rule)
            continue
        verbs = found.setdefault(rule._replace(verbs=()), [])
        verbs += [verb for verb in rule.verbs if verb not in verbs]
    return sorted([*urls, *(rule._replace(verbs=tuple(verbs)) for rule, verbs in found.items())], key=_order)


def _order(rule: Rule) -> str:
    """The text that lists are sorted by."""
    parts = zip(("Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs"), rule, strict=True)
    return "&PolicyRule{" + ",".join(f"{name}:[{' '.join(texts)}]" for name, texts in parts) + ",}"


def _has_all(own: Sequence[str], asked: Sequence[str], every: str) -> bool:
    return every in own or set(asked) <= set(own)


def _covers_resource(own: Sequence[str], resource: str) -> bool:
    if "*" in own or resource in own:
        return True
    _, slash, sub = resource.partition("/")
    return bool(slash) and f"*/{sub}" in own


def _covers_url(own: str, url: str) -> bool:
    return own == url or (own.endswith("*") and url.startswith(own.rstrip("*")))


def _each(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The names one by one; an empty name if there are none."""
    yield from ((name,) for name in names) if names else ((),)
