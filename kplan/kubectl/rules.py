"""The rules of a role, made of ``--verb``, ``--resource`` and ``--resource-name``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_role.go
"""

from collections.abc import Iterable, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind
from kplan.kubectl.printed import Printed
from kplan.kubectl.wording import ClientError
from kplan.namedtuples import NamedTuple
from kplan.schema.discovery import Discovery

RULE_FLAGS: Final = (
    Flag("verb", "What may be done; repeatable.", Kind.STRINGS, metavar="VERB"),
    Flag(
        "resource",
        "To which resources: RESOURCE[.GROUP][/SUBRESOURCE]; repeatable.",
        Kind.STRINGS,
        metavar="RESOURCE",
    ),
    Flag("resource-name", "To which objects alone; repeatable.", Kind.STRING_ARRAY, metavar="NAME"),
)
_STANDARD: Final = frozenset(
    [
        "get",
        "delete",
        "list",
        "create",
        "update",
        "patch",
        "watch",
        "proxy",
        "deletecollection",
        "use",
        "bind",
        "escalate",
        "impersonate",
        "*",
    ]
) | {"approve", "sign", "attest"}


_RBAC: Final = "rbac.authorization.k8s.io"
_ROLES: Final = frozenset({("roles", _RBAC), ("clusterroles", _RBAC)})
_SPECIAL: Final = {
    "use": frozenset({("podsecuritypolicies", "policy"), ("podsecuritypolicies", "extensions")}),
    "bind": _ROLES,
    "escalate": _ROLES,
    "impersonate": frozenset(
        {("users", ""), ("serviceaccounts", ""), ("groups", ""), ("userextras", "authentication.k8s.io")}
    ),
}
"""Verbs that only some resources have."""


class _Asked(NamedTuple):
    """One ``--resource``: as written, or as the server knows it."""

    resource: str
    group: str
    sub: str
    known: bool

    @classmethod
    def of(cls, text: str, known: Discovery) -> "_Asked":
        name, _, sub = text.partition("/")
        found = known.by_name(name) if name != "*" else None
        if found is not None:
            return cls(found.plural, found.group, sub, known=True)
        resource, _, group = name.partition(".")
        return cls(resource, group, sub, known=False)

    @property
    def every(self) -> bool:
        """Whether it is ``*`` alone, beside which nothing else counts."""
        return self.resource == "*" and not self.group and not self.sub

    def check(self, verbs: Sequence[str]) -> None:
        """Refuse a resource that is not served, or lacks a verb. Raises UsageError or ClientError."""
        special = [_SPECIAL[verb] for verb in verbs if verb in _SPECIAL]
        for verb in verbs:
            if (self.resource, self.group) not in _SPECIAL.get(verb, ((self.resource, self.group),)):
                raise UsageError(f"can not perform '{verb}' on '{self.resource}' in group '{self.group}'")
        if not self.known and not special:
            where = f' in group "{self.group}"' if self.group else ""
            raise ClientError(f'the server doesn\'t have a resource type "{self.resource}"{where}')


def verbs_of(arguments: Arguments) -> list[str]:
    """The verbs, each once; ``*`` stands for all."""
    verbs = arguments.texts("verb")
    return ["*"] if "*" in verbs else list(dict.fromkeys(verbs))


def check_verbs(verbs: Iterable[str], printed: Printed) -> None:
    """Warn of verbs that no resource has."""
    for verb in verbs:
        if verb not in _STANDARD:
            printed.warn(f"Warning: '{verb}' is not a standard resource verb")


def check_resources(arguments: Arguments) -> None:
    """Refuse rules that name objects of several resources. Raises UsageError."""
    if not arguments.texts("resource"):
        raise UsageError("at least one resource must be specified")


def rivals_of(arguments: Arguments, known: Discovery) -> list[str]:
    """Warnings for short names shared by several resources, repeated for each time that kubectl looks them up."""
    kinds = [text.partition("/")[0] for text in arguments.texts("resource")]
    return [text for kind in kinds for text in known.rival_warnings(kind)]


def rules_of(arguments: Arguments, known: Discovery, verbs: Sequence[str]) -> list[Json]:
    """One rule a group, in the order of the groups' names. Raises ClientError."""
    names = list(dict.fromkeys(arguments.texts("resource-name")))
    asked = [_Asked.of(text, known) for text in arguments.texts("resource")]
    asked = next(([one] for one in asked if one.every), asked)
    _check(asked, verbs)
    by_group: dict[str, list[str]] = {}
    for one in asked:
        resources = by_group.setdefault(one.group, [])
        resource = f"{one.resource}/{one.sub}" if one.sub else one.resource
        if resource not in resources:
            resources.append(resource)
    return [
        {
            "apiGroups": [group],
            "resources": resources,
            **({"resourceNames": names} if names else {}),
            "verbs": list(verbs),
        }
        for group, resources in sorted(by_group.items())
    ]


def _check(asked: Iterable[_Asked], verbs: Sequence[str]) -> None:
    """Refuse what is not served; behind a ``*`` kubectl looks no further. Raises UsageError or ClientError."""
    for one in asked:
        if not one.resource:
            raise UsageError("resource must be specified if apiGroup/subresource specified")
        if one.resource == "*":
            return
        one.check(verbs)
