"""One sync of a Deployment: what was read, and the writes that all its steps share.

Upstream: pkg/controller/deployment/sync.go
"""

from kplan.api.metadata import annotations_of, status_of, with_annotations
from kplan.api.object import Json
from kplan.api.pods import creation_order
from kplan.api.workloadspec import replicas_of, status_count
from kplan.apiserver.errors import StatusError
from kplan.controllers.deployment import status
from kplan.controllers.deployment.replicasets import (
    REVISION,
    UNLIMITED,
    Tally,
    replicas_annotations,
    revision_of,
)
from kplan.schema.changes.behaviours import Behaviour
from kplan.simulation.reconciler import Context, ObjectKey


class Sync:
    """A Deployment under reconciliation with its ReplicaSets; writes keep both fresh."""

    def __init__(self, context: Context, deployment: Json, sets: list[Json]) -> None:
        self.context = context
        self.now = context.clock.now
        self.deployment = deployment
        self.sets = sets
        self.old: list[Json] = []
        self.new: Json | None = None
        self.all: list[Json] = []
        """Old ReplicaSets and the new one."""
        self.scaled = False
        """Whether a ReplicaSet was written."""
        self._noted = False
        self._tally: Tally | None = None

    def arrange(self, old: list[Json], new: Json | None) -> None:
        """Say which ReplicaSets are the old ones, and which is the new one."""
        self.old, self.new = old, new
        self.all = [*old, new] if new is not None else list(old)
        self._tally = None

    def tally(self) -> Tally:
        """The sums over all ReplicaSets, counted again after a write."""
        if self._tally is None:
            self._tally = Tally(self.all)
        return self._tally

    def event(self, reason: str, message: str, event_type: str = "Normal") -> None:
        """Record an Event about the Deployment."""
        self.context.event(self.deployment, event_type, reason, message)

    def note_revision(self, revision: str) -> None:
        """Put the revision into the Deployment's annotations, to be written."""
        present = annotations_of(self.deployment)
        if present.get(REVISION) != revision:
            self.deployment = with_annotations(self.deployment, {**present, REVISION: revision})
            self._noted = True

    def note_progress(self, reason: str, message: str) -> None:
        """Set the Progressing condition, to be written."""
        new = status.condition(status.PROGRESSING, "True", reason, message, self.now)
        self.deployment = {
            **self.deployment,
            "status": status.set_condition(status_of(self.deployment), new),
        }
        self._noted = True

    def write_notes(self) -> None:
        """Write what was noted."""
        if self._noted:
            self._noted = False
            self.deployment = self.context.client.update_status(self.deployment)

    def calculated_status(self) -> Json:
        """The status but for the Progressing condition."""
        terminating = Behaviour.TERMINATING_REPLICAS in self.context.behaviours
        return status.calculate(self.tally(), self.new, self.deployment, self.now, terminating=terminating)

    def write_status(self, new: Json) -> None:
        """Write a status that differs from the present one."""
        if not prints_the_same(new, status_of(self.deployment)):
            self.deployment = self.context.client.update_status({**self.deployment, "status": new})

    def update(self, rs: Json) -> Json:
        """Write a ReplicaSet and put it where the old one was."""
        written = self.context.client.update(rs)
        uid = written["metadata"]["uid"]
        self.sets = [written if item["metadata"]["uid"] == uid else item for item in self.sets]
        old = [written if item["metadata"]["uid"] == uid else item for item in self.old]
        is_new = self.new is not None and self.new["metadata"]["uid"] == uid
        self.arrange(old, written if is_new else self.new)
        self.scaled = True
        return written

    def scale(self, rs: Json, size: int, *, always: bool = False) -> bool:
        """Give a ReplicaSet a size; ``always`` refreshes its annotations even if the size is right."""
        before = replicas_of(rs)
        noted = {**annotations_of(rs), **replicas_annotations(self.deployment)}
        if before == size and (not always or noted == annotations_of(rs)):
            return False
        changed = with_annotations(rs, noted)
        self.update({**changed, "spec": {**changed["spec"], "replicas": size}})
        if before != size:
            word = "up" if before < size else "down"
            self.event(
                "ScalingReplicaSet",
                f"Scaled {word} replica set {rs['metadata']['name']} from {before} to {size}",
            )
        return before != size

    def has_history(self) -> bool:
        """Whether there are more old ReplicaSets than are kept."""
        limit = self.deployment["spec"].get("revisionHistoryLimit")
        return limit is not None and limit != UNLIMITED and len(self.old) > limit

    def clean_up(self) -> None:
        """Delete the oldest empty ReplicaSets beyond the history limit."""
        if not self.has_history():
            return
        limit = self.deployment["spec"]["revisionHistoryLimit"]
        alive = [rs for rs in self.old if rs["metadata"].get("deletionTimestamp") is None]
        alive.sort(key=lambda rs: (revision_of(rs), creation_order(rs)))
        for rs in alive[: max(0, len(alive) - limit)]:
            current = status_count(rs, "observedGeneration") >= rs["metadata"].get("generation", 0)
            if replicas_of(rs) == 0 and status_count(rs, "replicas") == 0 and current:
                self._delete(rs)

    def _delete(self, rs: Json) -> None:
        key = ObjectKey("apps", "ReplicaSet", rs["metadata"]["namespace"], rs["metadata"]["name"])
        try:
            self.context.client.delete(key)
        except StatusError as refusal:
            if refusal.code != 404:
                raise


_NEVER_OMITTED = ("collisionCount", "terminatingReplicas")


def prints_the_same(one: Json, other: Json) -> bool:
    """Whether the server would store both alike: it leaves zeros of other fields out."""
    for key, item in one.items():
        if item or key in _NEVER_OMITTED:
            if key not in other or other[key] != item:
                return False
        elif other.get(key):
            return False
    return not [key for key, item in other.items() if key not in one and (item or key in _NEVER_OMITTED)]
