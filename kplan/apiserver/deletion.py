"""What a delete request does: finalizers, propagation policy and grace period say whether the
object is removed at once.

Upstream: staging/src/k8s.io/apiserver/pkg/registry/rest/delete.go, .../registry/generic/registry/store.go
"""

from datetime import datetime, timedelta
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.timestamps import SECOND
from kplan.apiserver import names
from kplan.namedtuples import NamedTuple

ORPHAN: Final = "orphan"
FOREGROUND: Final = "foregroundDeletion"


class DeleteOptions(NamedTuple):
    """How to delete; an empty propagation leaves the choice to the object's finalizers and the kind's default."""

    propagation: str = ""
    grace_seconds: int | None = None
    uid: str = ""
    resource_version: str = ""


def after_delete(
    obj: Json, options: DeleteOptions, now: datetime, *, graceful: bool, default_propagation: str
) -> Json | None:
    """The object after a delete request, marked for deletion; None if it is removed at once.

    The same object means that it is being deleted already and the request changes nothing.
    """
    metadata: dict[str, Any] = obj["metadata"]
    pending = metadata.get("deletionTimestamp") is not None
    finalizers = finalizers_for_garbage_collection(metadata, options, default_propagation)
    if graceful and pending and metadata.get("deletionGracePeriodSeconds"):
        return _shortened(obj, options, now)
    period = 0 if pending or not graceful else _grace_period(obj, options.grace_seconds)
    if not finalizers and not period:
        return None
    if pending:
        return obj if finalizers == metadata.get("finalizers") else _with_metadata(obj, finalizers=finalizers)
    return _with_metadata(
        obj,
        deletionTimestamp=names.timestamp(now + _span(period)),
        deletionGracePeriodSeconds=period,
        finalizers=finalizers,
        generation=metadata["generation"] + 1 if metadata.get("generation") else None,
    )


def should_delete_during_update(new: Json, old: Json) -> bool:
    """Whether an update takes the last finalizer off an object that is marked for deletion."""
    marked = old["metadata"].get("deletionTimestamp") is not None
    return (
        marked
        and not new["metadata"].get("finalizers")
        and not old["metadata"].get("deletionGracePeriodSeconds")
    )


def finalizers_for_garbage_collection(
    metadata: Json, options: DeleteOptions, default_propagation: str
) -> list[str]:
    """List an object's finalizers once the garbage collector's part is added or taken away."""
    finalizers = list(metadata.get("finalizers") or ())
    wanted = {"Orphan": ORPHAN, "Foreground": FOREGROUND}.get(options.propagation, "")
    if not options.propagation:
        if ORPHAN in finalizers or FOREGROUND in finalizers:
            return finalizers
        wanted = ORPHAN if default_propagation == "Orphan" else ""
    kept = [item for item in finalizers if item not in (ORPHAN, FOREGROUND)]
    return [*kept, wanted] if wanted else kept


def _span(seconds: int) -> timedelta:
    """Seconds as a span of Go: nanoseconds in 64 bits, beyond which it starts anew."""
    nanoseconds = (seconds * SECOND + 2**63) % 2**64 - 2**63
    return timedelta(microseconds=nanoseconds // 1000)


def _grace_period(pod: Json, requested: int | None) -> int:
    spec, phase = pod.get("spec") or {}, (pod.get("status") or {}).get("phase")
    period = int(spec.get("terminationGracePeriodSeconds", 0)) if requested is None else requested
    if not spec.get("nodeName") or phase in ("Failed", "Succeeded"):
        return 0
    return 1 if period < 0 else period


def _shortened(obj: Json, options: DeleteOptions, now: datetime) -> Json | None:
    metadata, period = obj["metadata"], options.grace_seconds
    if period is None or period >= metadata["deletionGracePeriodSeconds"]:
        return obj
    if period == 0 and not metadata.get("finalizers"):
        return None
    first = datetime.fromisoformat(metadata["deletionTimestamp"])
    end = first + _span(period - metadata["deletionGracePeriodSeconds"])
    if end < now:
        end, period = now, 1 if period else 0
    return _with_metadata(obj, deletionTimestamp=names.timestamp(end), deletionGracePeriodSeconds=period)


def _with_metadata(obj: Json, **fields: Any) -> Json:
    metadata = {
        **obj["metadata"],
        **{name: value for name, value in fields.items() if value not in (None, [])},
    }
    if fields.get("finalizers") == []:
        metadata.pop("finalizers", None)
    return {**obj, "metadata": metadata}
