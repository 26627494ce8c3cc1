"""What an actor watches: a kind, which changes of it concern the actor, and the requests that such a change makes.

Upstream: sigs.k8s.io/controller-runtime's vocabulary (sources, predicates, event handlers)
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.namedtuples import NamedTuple
from kplan.simulation.cache import Cache
from kplan.state.watch import EventType, WatchEvent

Request = Any
"""A hashable that says what to look at: an ObjectKey nearly always."""

Requests = Callable[[WatchEvent, Cache], Iterable[Request]]

EVERYTHING: Final = ("*", "*")
"""A watch for all kinds."""
_MOST_CONTROLLERS: Final = 65_536
_CONTROLLERS: Final[dict[int, tuple[Sequence[Json], ObjectKey | None]]] = {}
"""Controllers by the identity of the owner references, which are kept alive so that ids are not reused."""


class Change(NamedTuple):
    """What can be said of a change before anybody has looked at the object."""

    kind: tuple[str, str]
    type: EventType
    reports: bool
    """Whether nothing but the status was written."""


def always(_change: Change) -> bool:
    """Heed every change."""
    return True


def beside_status(change: Change) -> bool:
    """Heed what changes more than a status."""
    return not change.reports


def additions(change: Change) -> bool:
    """Heed what comes."""
    return change.type is EventType.ADDED


def modifications(change: Change) -> bool:
    """Heed only changes of existing objects."""
    return change.type is EventType.MODIFIED


def deletions(change: Change) -> bool:
    """Heed what goes."""
    return change.type is EventType.DELETED


class Watch(NamedTuple):
    """A kind to watch, and which requests a change of such an object makes."""

    group: str
    kind: str
    requests: Requests
    delay: int = 0
    """How long changes are batched before the request is worked on."""
    controllers: tuple[str, str] | None = None
    """Where given, no request is made for an object whose controller, before and after, is of another kind."""
    heeds: Callable[[Change], bool] = always
    """Asked once for every sort of change: if it says no, such a change makes no request, and nobody looks."""
    finds: tuple[str, str] | None = None
    """If given, requests are only for objects of this kind, and none are made while there are none."""


def itself(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
    """Request the object that changed."""
    return (event.key,)


def label_sides(event: WatchEvent) -> Sequence[dict[str, str]]:
    """The labels of an object now and, if they were others, before."""
    now = labels_of(event.value)
    if event.reports or event.previous is None:
        return (now,)
    before = labels_of(event.previous)
    return (now,) if before == now else (now, before)


def its_controller(group: str, kind: str) -> Requests:
    """Request the object's controller, and the one it had before, if they are of this kind."""

    def requests(event: WatchEvent, _cache: Cache) -> Iterable[Request]:
        owners = event.value["metadata"].get("ownerReferences") or ()
        namespace = event.key.namespace
        now = _controller(owners, namespace)
        found = [now] if now is not None and now[:2] == (group, kind) else []
        if event.reports or event.previous is None:
            return found
        former = event.previous["metadata"].get("ownerReferences") or ()
        before = now if former is owners else _controller(former, namespace)
        if before is not None and before != now and before[:2] == (group, kind):
            found.append(before)
        return found

    return requests


def kind_of_controller(event: WatchEvent) -> tuple[str, str] | None:
    """The kind of the object's controller; None if it has none, or may have had another one before."""
    metadata = event.value["metadata"]
    if "ownerReferences" not in metadata:
        return None
    owners, previous = metadata["ownerReferences"], event.previous
    same = event.reports or previous is None or previous["metadata"].get("ownerReferences") is owners
    controller = _controller(owners, event.key.namespace) if same else None
    return None if controller is None else controller[:2]


def _controller(owners: Sequence[Json], namespace: str) -> ObjectKey | None:
    """The controller among the owners of an object in a namespace; asked of the same few with every write of a pod."""
    known = _CONTROLLERS.get(id(owners))
    if known is not None and known[0] is owners:
        return known[1]
    found = None
    for reference in owners:
        if reference.get("controller"):
            group = reference.get("apiVersion", "").rpartition("/")[0]
            found = ObjectKey(group, reference.get("kind", ""), namespace, str(reference.get("name")))
            break
    if len(_CONTROLLERS) >= _MOST_CONTROLLERS:
        _CONTROLLERS.clear()
    if owners:
        _CONTROLLERS[id(owners)] = (owners, found)
    return found
