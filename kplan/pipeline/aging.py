"""How old a state is: its newest timestamp, beside the time at which the plan is made."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from kplan.pipeline.remembering import moment
from kplan.simulation.clock import START, Instant, parse_instant
from kplan.simulation.freshness import Freshness

if TYPE_CHECKING:
    from kplan.pipeline.states import State
    from kplan.state.store import Store


def freshness(state: "State", name: str, asked: Instant, most: int) -> Freshness | None:
    """The age of a state beside the ``most`` seconds it may have; None for one that was never a cluster's.

    Sandboxes have a clock of their own, and the times of manifests and made-up nodes are made up.
    """
    if state.fresh or state.facts.sandbox:
        return None
    seen = max((moment(state), *_renewals(state.store)))
    return Freshness(name, seen, asked, most) if seen > START else None


def _renewals(store: "Store") -> Iterator[Instant]:
    """When the kubelets last renewed their leases, which they do every few seconds."""
    for lease in store.list("coordination.k8s.io", "Lease", "kube-node-lease"):
        yield _instant((lease.get("spec") or {}).get("renewTime"))


def _instant(stamp: Any) -> Instant:
    """A time as an object has it; whatever else stands there tells nothing."""
    try:
        return parse_instant(stamp)
    except (TypeError, ValueError):
        return START
