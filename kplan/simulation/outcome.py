"""The result of a simulation: the state before and after, the timeline between, and whether it came to rest."""

from collections.abc import Mapping

from kplan.api.gvk import ObjectKey
from kplan.namedtuples import NamedTuple
from kplan.schema.releases import DEFAULT
from kplan.simulation.clock import Instant
from kplan.simulation.freshness import Freshness
from kplan.simulation.timeline import Timeline
from kplan.state.store import Store


class Look(NamedTuple):
    """What is looked at of a state, if the rest is known."""

    keys: frozenset[ObjectKey]
    """The objects."""
    sums: Mapping[str, int]
    """Sums over all objects."""


class Outcome(NamedTuple):
    """The result of a simulation."""

    prior: Store
    final: Store
    timeline: Timeline
    started: Instant
    ended: Instant
    converged: bool
    """False if the time limit came before rest."""
    kubernetes: str = DEFAULT
    """The minor of Kubernetes that was simulated."""
    unplayed: tuple[str, ...] = ()
    """What was left out because it asks for too many pods, a sentence each."""
    freshness: Freshness | None = None
    """How old the prior state is, and may be; None if nobody minds."""
    pressing: tuple[ObjectKey, ...] = ()
    """The objects that actors would still see to; empty at rest."""
    look: Look | None = None
    """What is looked at of the final state; None for everything."""
