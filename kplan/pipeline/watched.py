"""What happens to a state until it is at rest, for who watches it; the state stays as it is."""

from typing import TYPE_CHECKING

from kplan.pipeline.simulating import SimulationOptions, go_on
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kplan.kubectl.watching import Happening
    from kplan.pipeline.states import State


def future(state: "State", kubernetes: str = DEFAULT) -> "Sequence[Happening]":
    """Every change of an object in order, and the Events that are recorded on the way."""
    from kplan.kubectl.watching import Happening, event_order
    from kplan.simulation.clock import as_datetime, parse_instant

    cluster = go_on(state, SimulationOptions(kubernetes))
    changes = [
        Happening(as_datetime(one.when), one.value) for one in cluster.stage.timeline if one.value is not None
    ]
    before = state.store
    events = [
        one
        for one in cluster.store.list("", "Event")
        if (known := before.get(before.key_of(one))) is None or known.get("count") != one.get("count")
    ]
    recorded = [
        Happening(as_datetime(parse_instant(event_order(one)[0])), one)
        for one in sorted(events, key=event_order)
    ]
    return [*changes, *recorded]
