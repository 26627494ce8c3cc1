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
        *({"apiGroup": _GROUP, "kind": "User", "name": name} for name in arguments.texts("user")),
        *({"apiGroup": _GROUP, "kind": "Group", "name": name} for name in arguments.texts("group")),
        *map(_account, arguments.texts("serviceaccount")),
    ]


def _account(text: str) -> Json:
    parts = text.split(":")
    if len(parts) != 2 or not all(parts):
        raise UsageError("serviceaccount must be <namespace>:<name>")
    return {"kind": "ServiceAccount", "name": parts[1], "namespace": parts[0]}
