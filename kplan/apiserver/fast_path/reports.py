"""Status updates of what a rollout is made of: of a status, only what differs from the stored one is read.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable, Sequence

from kplan.api.object import Json
from kplan.apiserver.decode import part_reader
from kplan.apiserver.fast_path.status import changes_status_only
from kplan.apiserver.fast_path.unchanged import differing, has_stored_metadata, kept_or_read
from kplan.apiserver.validation.podspec.status import validate_pod_status_update


def replica_set_status(value: Json, old: Json) -> Json | None:
    """The ReplicaSet with its new status; None if the chain has to look."""
    return _reported(value, old, "apps/v1.ReplicaSet")


def deployment_status(value: Json, old: Json) -> Json | None:
    """The Deployment with its new status, and annotations, if its controller notes a revision;
    None if the chain has to look.
    """
    metadata, before = value["metadata"], old["metadata"]
    if metadata is before:
        return _reported(value, old, "apps/v1.Deployment")
    if before.get("managedFields") or not has_stored_metadata(metadata, before):
        return None  # whoever owns fields is told of what an annotation becomes
    new = _reported({**value, "metadata": before}, old, "apps/v1.Deployment")
    if new is None or (new is old and metadata.get("annotations") == before.get("annotations")):
        return new
    return {**new, "metadata": metadata}


def pod_status(value: Json, old: Json) -> Json | None:
    """The pod with its new status; None if the chain has to look."""
    new = _reported(value, old, "core/v1.Pod")
    if new is None or new is old:
        return new
    status, before = new["status"], old.get("status") or {}
    for name in ("qosClass", "observedGeneration"):
        if not status.get(name) and before.get(name):
            status[name] = before[name]
    return None if validate_pod_status_update(new, old) else new


def _reported(value: Json, old: Json, kind: str) -> Json | None:
    metadata = old["metadata"]
    if "deletionTimestamp" in metadata and not metadata.get("deletionGracePeriodSeconds"):
        return None
    if not changes_status_only(value, old):
        return None
    before = old.get("status") or {}
    status = _status(value["status"], before, kind)
    if status is None:
        return None
    return old if status == before and "status" in old else {**old, "status": status}


def _status(status: Json, before: Json, kind: str) -> Json | None:
    changed = differing(status, before)
    read = _read(status, before, changed, kind)
    if read is None:
        return None
    made = {**status}
    for name in changed:
        if name in read:
            made[name] = read[name]
        else:
            del made[name]
    for name, item in read.items():
        made.setdefault(name, item)
    return (
        made if None not in made.values() else {name: item for name, item in made.items() if item is not None}
    )


def _read(status: Json, before: Json, changed: Sequence[str], kind: str) -> Json | None:
    """The decoded part of a status that differs from the stored one; None if the request chain has to decode it."""
    sent = {name: status[name] for name in changed if name != "conditions"}
    read = part_reader(kind + "Status", remember_empty=False)(sent)
    if read is None or "conditions" not in changed:
        return read
    kept = kept_or_read(status["conditions"], before.get("conditions") or (), _condition_reader(kind))
    if kept is None:
        return None
    return {**read, "conditions": kept} if kept else read


def _condition_reader(kind: str) -> Callable[[Json], Json | None]:
    return part_reader(kind + "Condition", remember_empty=False)
