"""Stores how a state settles, so that a state at rest is recognised and not simulated again.

What is kept holds for one version of kplan and one set of assumptions. Under others the state is settled anew.
"""

import hashlib
import json
from typing import TYPE_CHECKING, Final

from kplan import __version__
from kplan.namedtuples import NamedTuple
from kplan.schema.releases import DEFAULT
from kplan.state.resting import Resting

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.cluster import Cluster
    from kplan.pipeline.states import State
    from kplan.plan.standing import Standing
    from kplan.simulation.rest import Rest
    from kplan.simulation.scenario import Scenario
    from kplan.state.store import Store

_FORMAT: Final = 6
"""Counts the ways in which rest was kept, and the orders of the actors that it names by their place."""
FEW = 2_000
"""The number of objects up to which a plan evaluates all risks anew:
for a small state that costs less than saving them.
"""


class Rested(NamedTuple):
    """A state at rest, or one that was at rest until its objects were written last."""

    store: "Store"
    rest: "Rest"
    before: "Store | None" = None
    """The state that was at rest, if it was written to since."""
    risks: "Json | None" = None
    """What is known of its risks."""

    @property
    def standing(self) -> "Standing | None":
        """What is known of the risks of the state that was at rest."""
        from kplan.plan.standing import Standing

        return None if self.risks is None else Standing.from_json(self.risks, self.before or self.store)


def calm(scenario: "Scenario") -> "Scenario":
    """The assumptions while a state settles: no load and no incidents."""
    return scenario._replace(incidents=(), load=())


def known(state: "State", kubernetes: str, scenario: "Scenario") -> Rested | None:
    """The settled form of a state, if it is stored with the state and still valid."""
    from kplan.simulation.rest import Rest

    kept, opened = state.resting, state.opened
    if kept is None or opened is None or kept.terms != _terms(kubernetes, scenario):
        return None
    try:
        rest = Rest.from_json(kept.rest)
    except (KeyError, TypeError, ValueError):
        return None  # another program wrote it; the state is settled anew
    settled = _settled(opened, kept)
    if state.store.revision == opened.revision:
        return Rested(settled, rest, risks=kept.risks)
    return Rested(_settled(state.store, kept, opened), rest, settled, kept.risks)


def standing_of(state: "State", kubernetes: str, scenario: "Scenario") -> "Standing | None":
    """What is known of the risks of a stored state at rest."""
    found = known(state, kubernetes, scenario)
    return found.standing if found is not None else None


def kept(cluster: "Cluster", base: "Store | None" = None, state: "State | None" = None) -> Resting | None:
    """What to keep of a cluster that has come to rest, beside its state or beside the one that it came from.

    ``state`` is a stored one from which it came: what is known of its risks is not looked at again. None if it is not
    at rest, or if that cannot be written down.
    """
    from kplan.cluster.resumption import latest
    from kplan.simulation.rest import is_storable

    store, at_rest = cluster.store, cluster.outcome().converged
    if not at_rest or cluster.scenario.load:
        return None
    rest = cluster.stage.rest()
    written = [key for key in store.written() if base.get(key) != store.get(key)] if base else []
    if not is_storable(one.request for one in rest.wake) or (base is not None and _reordered(cluster, base)):
        return None
    objects = [value for key in written if (value := store.get(key)) is not None]
    gone = [key for key in written if store.get(key) is None]
    since = cluster.clock.now if base is None else latest(base)
    terms = _terms(cluster.version, cluster.scenario)
    return Resting(terms, rest.to_json(), store.revision, since, objects, gone, _risks(cluster, state))


def _risks(cluster: "Cluster", state: "State | None") -> "Json | None":
    """What to keep of a state's risks; None for a small one."""
    if len(cluster.store) <= FEW:
        return None
    from kplan.plan.risks import standing_risks

    standing = standing_of(state, cluster.version, cluster.scenario) if state is not None else None
    found: Json = standing_risks(cluster.outcome()._replace(prior=cluster.store), standing).to_json()
    return found


def worked_out(store: "Store", kubernetes: str = DEFAULT) -> Resting | None:
    """The settled form of a state under the usual assumptions, to be stored with it."""
    from kplan.cluster import Cluster
    from kplan.cluster.resumption import latest

    cluster = Cluster(store.fork(), version=kubernetes, start=latest(store))
    cluster.run()
    return kept(cluster, store)


def _reordered(cluster: "Cluster", base: "Store") -> bool:
    """Whether something of the state went and came again: it stands elsewhere now."""
    gone = [entry.object for entry in cluster.stage.timeline if entry.entry_type == "DELETED"]
    return any(key in base and key in cluster.store for key in gone)


def _settled(store: "Store", kept: Resting, opened: "Store | None" = None) -> "Store":
    """The store in its settled form, with everything that was written since it was ``opened``."""
    settled, base = store.fork(), opened or store
    for key in kept.gone:
        if settled.get(key) == base.get(key):
            settled.delete(key)
    settled.load(one for one in kept.objects if settled.get(key := settled.key_of(one)) == base.get(key))
    settled.revision = max(store.revision, kept.version)
    return settled


def _terms(kubernetes: str, scenario: "Scenario") -> str:
    said = json.dumps(calm(scenario).to_json(), separators=(",", ":"))
    digest = hashlib.sha256(said.encode()).hexdigest()[:16]
    return f"{_FORMAT} {__version__} {kubernetes} {digest}"
