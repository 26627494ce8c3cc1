"""The client, the only way for controllers, scheduler and kubelets to the cluster; they never see the store.

Objects that come out are shared and must not be changed in place: copy (``copy.deepcopy`` or dict display) first.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.attributes import User
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType

if TYPE_CHECKING:
    from kplan.apiserver.server import Server


class Client(Protocol):
    """What an actor may ask of the API server; every write passes defaulting, validation and admission."""

    def get(self, key: ObjectKey) -> Json:
        """Read one object. Raises StatusError 404."""

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object, or None."""

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order; an empty namespace means all; ``labels`` is a selectors.labels.Selector."""

    def create(self, value: Json, pattern: tuple[Json, str] | None = None) -> Json:
        """Create an object; pods of one pattern (a template and a uid) differ only in name. Raises StatusError."""

    def update(self, value: Json) -> Json:
        """Replace; a stale metadata.resourceVersion is a 409."""

    def update_status(self, value: Json) -> Json:
        """Replace the status subresource only."""

    def merge_patch(self, key: ObjectKey, patch: Json, subresource: str = "") -> Json:
        """JSON merge patch (RFC 7386)."""

    def delete(
        self,
        key: ObjectKey,
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
        uid: str = "",
    ) -> None:
        """Delete with a propagation policy: Background, Foreground or Orphan; a uid is a precondition."""

    def bind(self, key: ObjectKey, node: str) -> None:
        """Bind a pod to a node (the binding subresource)."""

    def evict(self, key: ObjectKey, *, grace_seconds: int | None = None) -> None:
        """Evict a pod; a disruption budget without room is StatusError 429."""

    def record_event(self, regarding: Json, event_type: str, reason: str, message: str) -> None:
        """Record an event about an object; type is Normal or Warning."""


class LocalClient:
    """A client in the same process, for one user and field manager."""

    def __init__(self, server: "Server", user: str, manager: str) -> None:
        self._server = server
        self._user = User(user)
        self._manager = manager

    def get(self, key: ObjectKey) -> Json:
        """Read one object. Raises StatusError 404."""
        return self._server.get(key)

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object, or None."""
        return self._server.find(key)

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order."""
        return self._server.list(group, kind, namespace, labels)

    def create(self, value: Json, pattern: tuple[Json, str] | None = None) -> Json:
        """Create. Raises StatusError."""
        if pattern is not None:
            return self._server.create_like(value, pattern, manager=self._manager, user=self._user)
        return self._server.create(value, manager=self._manager, user=self._user, warns=False).stored

    def update(self, value: Json) -> Json:
        """Replace. Raises StatusError."""
        server = self._server
        return server.rewrite(value) or server.update(value, manager=self._manager, user=self._user).stored

    def update_status(self, value: Json) -> Json:
        """Replace the status. Raises StatusError."""
        return (
            self._server.rewrite(value, "status")
            or self._server.update(value, subresource="status", manager=self._manager, user=self._user).stored
        )

    def merge_patch(self, key: ObjectKey, patch: Json, subresource: str = "") -> Json:
        """Merge a patch. Raises StatusError."""
        answer = self._server.patch(
            key, patch, PatchType.MERGE, subresource=subresource, manager=self._manager, user=self._user
        )
        return answer.stored

    def delete(
        self,
        key: ObjectKey,
        *,
        propagation: str = "Background",
        grace_seconds: int | None = None,
        uid: str = "",
    ) -> None:
        """Delete. Raises StatusError."""
        options = DeleteOptions(propagation=propagation, grace_seconds=grace_seconds, uid=uid)
        self._server.delete(key, options, user=self._user)

    def bind(self, key: ObjectKey, node: str) -> None:
        """Bind a pod. Raises StatusError."""
        self._server.bind(key, node, user=self._user)

    def evict(self, key: ObjectKey, *, grace_seconds: int | None = None) -> None:
        """Evict a pod. Raises StatusError."""
        self._server.evict(key, DeleteOptions(grace_seconds=grace_seconds), user=self._user)

    def record_event(self, regarding: Json, event_type: str, reason: str, message: str) -> None:
        """Record an event; one that is refused is dropped, as a recorder drops it."""
        try:
            self._server.record(regarding, event_type, reason, message, self._manager, user=self._user)
        except StatusError:
            return
