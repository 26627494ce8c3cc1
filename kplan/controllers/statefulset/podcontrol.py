"""What is done to one pod of a StatefulSet and its claims, each with an Event that says so.

Upstream: pkg/controller/statefulset/stateful_pod_control.go
"""

from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.controllers.statefulset import claims
from kplan.controllers.statefulset.identity import (
    identity_matches,
    storage_matches,
    with_identity,
    with_storage,
)
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.reconciler import Context, ObjectKey


class PodControl:
    """Creates, updates and deletes pods in the name of a StatefulSet."""

    def __init__(self, context: Context, owner: Json) -> None:
        self._context, self._owner = context, owner

    @property
    def numbered(self) -> bool:
        """Whether pods have their ordinal in a label."""
        return self._context.does(Behaviour.POD_INDEX_LABEL)

    def policy_matches(self, pod: Json) -> bool:
        """Whether the pod's claims have the owners that the retention policy says."""
        return claims.match_policy(self._context, self._owner, pod)

    def create(self, pod: Json) -> None:
        """Create the pod, its claims first. Raises StatusError."""
        try:
            claims.create_missing(self._context, self._owner, pod)
        except StatusError as refusal:
            self._say("Create", pod, refusal)
            raise
        self._context.allowance.take()
        try:
            made = self._context.client.create(pod)
        except StatusError as refusal:
            if refusal.reason != "AlreadyExists":
                self.apply_policy(pod)
                self._say("Create", pod, refusal)
            raise
        self.apply_policy(made)
        self._say("Create", pod, None)

    def update(self, pod: Json) -> None:
        """Put identity, storage and the claims' owners right. Raises StatusError."""
        fixed = pod if identity_matches(self._owner, pod) else with_identity(pod, numbered=self.numbered)
        if not storage_matches(self._owner, fixed):
            fixed = with_storage(self._owner, fixed)
            claims.create_missing(self._context, self._owner, fixed)
        if not self.policy_matches(fixed):
            self.apply_policy(fixed)
        try:
            self._context.client.update(fixed)
        except StatusError as refusal:
            self._say("Update", pod, refusal)
            raise
        self._say("Update", pod, None)

    def apply_policy(self, pod: Json) -> None:
        """Give the pod's claims the owners that the retention policy says. Raises StatusError."""
        try:
            claims.apply_policy(self._context, self._owner, pod)
        except StatusError as refusal:
            self._say("Update", pod, refusal)
            raise

    def delete(self, pod: Json) -> None:
        """Delete the pod. Raises StatusError."""
        key = ObjectKey("", "Pod", pod["metadata"]["namespace"], pod["metadata"]["name"])
        try:
            self._context.client.delete(key)
        except StatusError as refusal:
            if refusal.code != 404:
                self._say("Delete", pod, refusal)
                raise
        self._say("Delete", pod, None)

    def _say(self, verb: str, pod: Json, refusal: StatusError | None) -> None:
        text = f"{verb} Pod {pod['metadata']['name']} in StatefulSet {self._owner['metadata']['name']}"
        if refusal is None:
            self._context.event(self._owner, "Normal", f"Successful{verb}", f"{text} successful")
        else:
            self._context.event(
                self._owner, "Warning", f"Failed{verb}", f"{text} failed error: {refusal.message}"
            )
