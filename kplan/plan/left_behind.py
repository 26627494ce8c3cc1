"""What earlier applies made and the manifests no longer name: kubectl apply leaves it where it is."""

from collections.abc import Collection

from kplan.api.gvk import ObjectKey
from kplan.api.owners import controller_of
from kplan.kubectl.last_applied import original_text
from kplan.plan.change import Identity
from kplan.state.store import Store


def left_behind(prior: Store, written: Collection[ObjectKey]) -> tuple[Identity, ...]:
    """The objects of a state that were applied and are not written any more, sorted."""
    found = [
        Identity.of(value)
        for value in prior
        if prior.key_of(value) not in written
        and controller_of(value) is None
        and original_text(value)
        and not value["metadata"].get("deletionTimestamp")
    ]
    return tuple(sorted(found, key=lambda one: (one.kind, one.namespace, one.name)))
