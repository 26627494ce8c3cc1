"""Other objects that controllers create, change or delete: ReplicaSets, Jobs, claims."""

from collections.abc import Collection, Iterator
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.action import Action
from kplan.plan.change import Identity
from kplan.plan.effect import ObjectEffect
from kplan.plan.effects.share import Share
from kplan.plan.reading import number, text
from kplan.sentences import counted

_TOLD_ELSEWHERE: Final = frozenset(
    {"Event", "Pod", "EndpointSlice", "Endpoints", "Lease", "Node", "ControllerRevision"}
)
"""Kinds that have effects of their own, and bookkeeping nobody looks at."""


def object_effects(
    share: Share, written: Collection[ObjectKey], changed: ObjectKey | None
) -> Iterator[ObjectEffect]:
    """The other objects that came, went, or got another spec; the changed one, if its time to live ends."""
    if changed is not None and share.after(changed) is None:
        yield from _expired(changed, share)
    for key in share.touched:
        if key not in written and key.kind not in _TOLD_ELSEWHERE:
            yield from _effect(key, share)


def _effect(key: ObjectKey, share: Share) -> Iterator[ObjectEffect]:
    before, after = share.before(key), share.after(key)
    if before is None and after is not None and key in share.came:
        yield ObjectEffect(Identity.of(after), Action.CREATE, _made(after))
    elif before is not None and after is None and key in share.went:
        yield ObjectEffect(Identity.of(before), Action.DELETE)
    elif before is not None and after is not None and before.get("spec") != after.get("spec"):
        detail = _bound(before, after) or _scaled(_replicas(before), _replicas(after))
        yield ObjectEffect(Identity.of(after), Action.UPDATE, detail)


def _expired(key: ObjectKey, share: Share) -> Iterator[ObjectEffect]:
    """A Job that its time to live takes away again."""
    last = next(
        (entry.value for entry in reversed(share.events) if entry.object == key and entry.value), None
    )
    lives = number(last, "spec", "ttlSecondsAfterFinished", default=-1) if last is not None else -1
    if last is not None and lives >= 0:
        detail = f"{lives} s after its end (ttlSecondsAfterFinished)"
        yield ObjectEffect(Identity.of(last), Action.DELETE, detail)


def _made(value: Json) -> str:
    """How many pods a new object has; pods that the API server refuses do not count."""
    wanted = _replicas(value)
    if wanted is None:
        return ""
    have = number(value, "status", "replicas") if text(value, "apiVersion") == "apps/v1" else wanted
    return counted(wanted, "pod") if have >= wanted else f"{have} of {counted(wanted, 'pod')}"


def _bound(before: Json, after: Json) -> str:
    """The volume that a claim waited for."""
    volume = text(after, "spec", "volumeName") if after.get("kind") == "PersistentVolumeClaim" else ""
    return f"bound to persistentvolume/{volume}" if volume and not text(before, "spec", "volumeName") else ""


def _scaled(before: int | None, after: int | None) -> str:
    if before is None or after is None or before == after:
        return ""
    return f"from {before} to {after} pods"


def _replicas(value: Json) -> int | None:
    """How many pods an object of any kind asks for; None if its kind has no such number."""
    count = number(value, "spec", "replicas", default=-1)
    return None if count < 0 else count
