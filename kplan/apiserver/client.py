"""The only door to the cluster for actors: controllers, scheduler and kubelet see this, never the store.

Objects that come out are shared and must not be changed in place: copy (``copy.deepcopy`` or dict display) first.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json


class Client(Protocol):
    """What an actor may ask of the API server; every write passes defaulting, validation and admission."""

    def get(self, key: ObjectKey) -> Json:
        """Read one object. Raises StatusError 404."""

    def find(self, key: ObjectKey) -> Json | None:
        """Read one object, or None."""

    def list(self, group: str, kind: str, namespace: str = "", labels: Any = None) -> Sequence[Json]:
        """Read objects in creation order; an empty namespace means all; ``labels`` is a selectors.labels.Selector."""

    def create(self, value: Json) -> Json:
        """Create. Raises StatusError as the server would."""

    def update(self, value: Json) -> Json:
        """Replace; a stale metadata.resourceVersion is a 409."""

    def update_status(self, value: Json) -> Json:
        """Replace the status subresource only."""

    def merge_patch(self, key: ObjectKey, patch: Json, subresource: str = "") -> Json:
        """JSON merge patch (RFC 7386)."""

    def delete(self, key: ObjectKey, *, propagation: str = "Background", grace_seconds: int | None = None, uid: str = "") -> None:
        """Delete with a propagation policy: Background, Foreground or Orphan; a uid is a precondition."""

    def bind(self, key: ObjectKey, node: str) -> None:
        """Bind a pod to a node (the binding subresource)."""

    def evict(self, key: ObjectKey, *, grace_seconds: int | None = None) -> None:
        """Evict a pod; a disruption budget without room is StatusError 429."""

    def record_event(self, regarding: Json, event_type: str, reason: str, message: str) -> None:
        """Record an event about an object; type is Normal or Warning."""
