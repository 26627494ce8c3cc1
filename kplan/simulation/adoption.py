"""How controllers claim objects: they adopt orphans that match their selector, and release what no longer matches.

One walk for every workload; pods, ReplicaSets and pods of Jobs differ only in the selector that is handed in.

Upstream: pkg/controller/controller_ref_manager.go
"""

from collections.abc import Callable, Iterable, Sequence
from typing import assert_never

from kplan.api.metadata import with_finalizers, without_finalizers
from kplan.api.object import Json
from kplan.api.owners import Claim, claim, controller_of, new_controller_ref, with_owner, without_owner
from kplan.selectors.labels import Selector
from kplan.simulation.cache import Cache
from kplan.simulation.reconciler import Context, EventType, Request, Requests, WatchEvent, its_controller


def claim_all(
    context: Context, owner: Json, selector: Selector, objects: Sequence[Json], finalizers: Sequence[str] = ()
) -> list[Json]:
    """The objects that are the owner's: those it controls and selects, and orphans it adopts; others are released.

    ``finalizers`` are put on what is adopted, and taken from what is released.
    """
    uid = owner["metadata"]["uid"]
    claimed = []
    for obj in objects:
        match claim(obj, owner, selector.matches(obj["metadata"].get("labels") or {})):
            case Claim.KEEP:
                claimed.append(obj)
            case Claim.ADOPT:
                adopted = with_finalizers(obj, finalizers)
                claimed.append(context.client.update(with_owner(adopted, new_controller_ref(owner))))
            case Claim.RELEASE:
                context.client.update(without_owner(without_finalizers(obj, finalizers), uid))
            case Claim.IGNORE:
                pass
            case unknown:
                assert_never(unknown)
    return claimed


def wanted(owner: Json) -> Selector:
    """What the label selector of a workload selects."""
    return Selector.stored_label_selector(owner["spec"].get("selector"))


def its_controller_or_whoever_selects_it(
    group: str, kind: str, selector: Callable[[Json], Selector] = wanted
) -> Requests:
    """Request the object's controller; for an orphan, every object of the kind that might adopt it."""
    owned = its_controller(group, kind)

    def requests(event: WatchEvent, cache: Cache) -> Iterable[Request]:
        found = owned(event, cache)
        metadata = event.value["metadata"]
        labels = metadata.get("labels")
        if not labels or event.type is EventType.DELETED or controller_of(event.value) is not None:
            return found
        return [*found, *cache.selecting(group, kind, event.key.namespace, selector, (labels,))]

    return requests
