"""Whom a role is bound to: ``--user``, ``--group`` and ``--serviceaccount``.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/create/create_clusterrolebinding.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag, Kind

SUBJECTS: Final = (
    Flag("user", "User; repeatable.", Kind.STRING_ARRAY, metavar="NAME"),
    Flag("group", "Group; repeatable.", Kind.STRING_ARRAY, metavar="NAME"),
    Flag("serviceaccount", "Service account; repeatable.", Kind.STRING_ARRAY, metavar="NAMESPACE:NAME"),
)
_GROUP: Final = "rbac.authorization.k8s.io"


def subjects_of(arguments: Arguments) -> list[Json]:
    """The subjects in kubectl's order. Raises UsageError."""
    return [
        *(_of("User", name) for name in arguments.texts("user")),
        *(_of("Group", name) for name in arguments.texts("group")),
        *map(_account, arguments.texts("serviceaccount")),
    ]


def more_subjects_of(arguments: Arguments) -> list[Json]:
    """The subjects as ``set subject`` adds them: each once, by name, and accounts of the namespace at hand.

    Raises UsageError.
    """
    place = arguments.text("namespace") or "default"
    accounts = [text.split(":") for text in sorted(set(arguments.texts("serviceaccount")))]
    if any(len(parts) != 2 or not parts[1] for parts in accounts):
        raise UsageError("serviceaccount must be <namespace>:<name>")
    return [
        *(_of("User", name) for name in sorted(set(arguments.texts("user")))),
        *(_of("Group", name) for name in sorted(set(arguments.texts("group")))),
        *({"kind": "ServiceAccount", "name": name, "namespace": own or place} for own, name in accounts),
    ]


def _of(kind: str, name: str) -> Json:
    return {"apiGroup": _GROUP, "kind": kind, "name": name}


def _account(text: str) -> Json:
    parts = text.split(":")
    if len(parts) != 2 or not all(parts):
        raise UsageError("serviceaccount must be <namespace>:<name>")
    return {"kind": "ServiceAccount", "name": parts[1], "namespace": parts[0]}
