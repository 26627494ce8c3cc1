"""Which workload an object belongs to: its controller, that one's controller, and so on to the last that exists."""

from kplan.api.object import Json
from kplan.api.owners import controller_of, owner_key
from kplan.plan.change import Identity
from kplan.state.store import Store


def workload_of(value: Json, store: Store) -> Identity:
    """The last controller upwards; the object itself if nobody controls it."""
    seen = [value]
    while (reference := controller_of(seen[-1])) is not None:
        owner = store.get(owner_key(reference, value["metadata"].get("namespace", "")))
        if owner is None or owner in seen:
            break
        seen.append(owner)
    return Identity.of(seen[-1])
