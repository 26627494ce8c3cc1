"""What a stored state takes from one command to the next: its clock, and what is assumed of it."""

from typing import TYPE_CHECKING

from kplan.state.facts import Facts

if TYPE_CHECKING:
    from kplan.cluster import Cluster
    from kplan.pipeline.states import State
    from kplan.simulation.clock import Instant
    from kplan.simulation.scenario import Scenario


def moment(state: "State") -> "Instant":
    """When a state goes on: at its clock, and never before what its objects tell of."""
    from kplan.cluster.resumption import latest

    known = latest(state.store) if state.resting is None else state.resting.latest
    return max(known, state.facts.clock or 0)


def assumed(facts: Facts, given: "Scenario | None") -> "Scenario":
    """What is assumed now; what a state remembers holds if nothing else is said."""
    from kplan.simulation.scenario import Scenario

    scenario = given or Scenario()
    if not facts.scenario:
        return scenario
    from kplan.config.assumptions import read

    held, usual = read(facts.scenario, "the state's assumptions"), Scenario()._asdict()
    said = {name: value for name, value in scenario._asdict().items() if value != usual[name]}
    images = tuple(dict.fromkeys((*scenario.images, *held.images)))
    return held._replace(**{**said, "images": images})


def facts_of(cluster: "Cluster", before: Facts) -> Facts:
    """What to remember of a cluster; what happens to it once is not assumed again."""
    scenario = cluster.scenario._replace(incidents=()).to_json()
    return before._replace(clock=cluster.clock.now, scenario=scenario)
