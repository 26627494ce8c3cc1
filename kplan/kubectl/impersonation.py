"""``--as``: requests are sent as another user, and refused where that user may not send them.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/config_flags.go,
staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation.go
"""

from dataclasses import replace
from typing import TypeVar

from kplan.api.gvk import GroupVersionKind, ObjectKey
from kplan.apiserver.attributes import User
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.verb import Context, LiveContext
from kplan.schema.discovery import Discovery, Resource

_ANYBODY = "system:anonymous"
_ACCOUNT = "system:serviceaccount:"
_SIGNED_IN = "system:authenticated"
_NOT_SIGNED_IN = "system:unauthenticated"
_NOBODY = "requesting uid, groups or user-extra without impersonating a user"
C = TypeVar("C", bound=Context)


def acting(arguments: Arguments, context: C) -> C:
    """The context of the user given with ``--as``. Raises UsageError."""
    name, groups, uid = arguments.text("as"), arguments.texts("as-group"), arguments.text("as-uid")
    if not name:
        return _as_nobody(context) if groups or uid else context
    user = User(name, _with_standard_groups(name, tuple(groups)), uid)
    if user.is_administrator:
        return replace(context, user=user)
    from kplan.apiserver.authorized import AuthorizedServer  # noqa: PLC0415 - hardly any line has --as
    from kplan.apiserver.client import LocalClient  # noqa: PLC0415 - likewise

    server = AuthorizedServer(context.server, user)
    if isinstance(context, LiveContext):
        return replace(context, user=user, server=server, client=LocalClient(server, name, "kubectl"))
    return replace(context, user=user, server=server)


def _as_nobody(context: C) -> C:
    """A context that can send no request, which shows when the first one is sent."""
    from kplan.apiserver.authorized import AuthorizedServer  # noqa: PLC0415 - hardly any line has --as-group

    class Unsent(AuthorizedServer):
        """Refuses every request before it is sent."""

        def _require(self, verb: str, key: ObjectKey, subresource: str = "") -> None:
            del verb, key, subresource
            raise UsageError(_NOBODY)

        def discovery(self) -> Discovery:
            raise UsageError(_NOBODY)

        def resource_for(self, gvk: GroupVersionKind) -> Resource:
            del gvk
            raise UsageError(_NOBODY)

    return replace(context, server=Unsent(context.server, context.user))


def _with_standard_groups(name: str, groups: tuple[str, ...]) -> tuple[str, ...]:
    if not groups and name.startswith(_ACCOUNT) and name.count(":") == 3:
        namespace = name.split(":")[2]
        groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}")
    if name == _ANYBODY:
        return groups if _NOT_SIGNED_IN in groups else (*groups, _NOT_SIGNED_IN)
    return groups if {_SIGNED_IN, _NOT_SIGNED_IN} & {*groups} else (*groups, _SIGNED_IN)
