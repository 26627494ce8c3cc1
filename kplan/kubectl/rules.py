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


class _Place(NamedTuple):
    group: str
    resource: str


def verbs_of(arguments: Arguments) -> list[str]:
    """The verbs, each once; ``*`` stands for all."""
    verbs = [verb.strip().lower() for verb in arguments.texts("verb")]
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


def rules_of(arguments: Arguments, known: Discovery, verbs: Sequence[str]) -> list[Json]:
    """One rule a group, in the order of the groups' names. Raises ClientError."""
    names = list(dict.fromkeys(arguments.texts("resource-name")))
    by_group: dict[str, list[str]] = {}
    for one in dict.fromkeys(arguments.texts("resource")):
        place = _place(one, known)
        resources = by_group.setdefault(place.group, [])
        if place.resource not in resources:
            resources.append(place.resource)
    return [
        {
            "apiGroups": [group],
            "resources": resources,
            **({"resourceNames": names} if names else {}),
            "verbs": list(verbs),
        }
        for group, resources in sorted(by_group.items())
    ]


def _place(text: str, known: Discovery) -> _Place:
    name, slash, sub = text.partition("/")
    if name == "*":
        return _Place("", "*")
    found = known.by_name(name)
    if found is None:
        short, dot, group = name.partition(".")
        shown = f'the server doesn\'t have a resource type "{short}"' + (
            f' in group "{group}"' if dot else ""
        )
        raise ClientError(shown)
    return _Place(found.group, found.plural + slash + sub)
