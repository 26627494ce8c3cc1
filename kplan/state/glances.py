"""Questions about many objects at once; outlines answer for those that are still text.

Upstream: none; informers keep indexes of what they have decoded.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.api.owners import controller_of, owners_of
from kplan.state.glance import Unread

Members = Iterable[tuple[ObjectKey, Json | Unread]]
Member = TypeVar("Member", bound=tuple[ObjectKey, Json | Unread])


def owners(members: Members) -> Iterator[tuple[ObjectKey, str]]:
    """Objects with the uid of each of their owners."""
    for key, only, value in _owned(members):
        if only is None:
            for reference in _references(value):
                yield key, reference.get("uid") or ""
        elif only:
            yield key, only


def controllers(members: Members) -> Iterator[tuple[ObjectKey, str | None]]:
    """Objects with the uid of their controller; None for those that have none."""
    for key, only, value in _owned(members):
        if only is not None:
            yield key, only or None
            continue
        uids = [one.get("uid") or "" for one in _references(value) if one.get("controller")]
        for uid in uids or (None,):
            yield key, uid


def _owned(members: Members) -> Iterator[tuple[ObjectKey, str | None, Json | Unread]]:
    """Objects with the uid of their only owner, which controls them;
    empty if they have none, None if their references tell.
    """
    source, uids = None, None
    for key, value in members:
        if not isinstance(value, Unread):
            yield key, None, value
            continue
        if value.source is not source or uids is None:
            source, uids = value.source, value.source.outlines.controllers
        yield key, uids[value.place], value


def _references(value: Json | Unread) -> Sequence[Json]:
    return value.owners() if isinstance(value, Unread) else owners_of(value)


def controller_names(members: Members) -> Iterator[tuple[ObjectKey, str | None]]:
    """The names of the controllers of objects; None for those that have none."""
    source, outlines = None, None
    for key, value in members:
        if not isinstance(value, Unread):
            owner = controller_of(value)
            yield key, None if owner is None else str(owner.get("name"))
            continue
        if value.source is not source or outlines is None:
            source, outlines = value.source, value.source.outlines
        told = outlines.controllers[value.place] is not None
        yield key, outlines.controller_names[value.place] if told else value.controller_name()


def free(members: Iterable[Member]) -> Iterator[Member]:
    """Objects that no controller owns."""
    members = list(members)
    names = controller_names(members)
    return (member for member, (_, name) in zip(members, names, strict=True) if name is None)
