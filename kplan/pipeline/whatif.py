"""What if: something is done to a copy of the state, as kubectl would, and what comes of it is a plan."""

from typing import TYPE_CHECKING

from kplan.pipeline.simulating import USUAL, Simulated, SimulationOptions, play
from kplan.report import documented

if TYPE_CHECKING:
    from collections.abc import Callable

    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.pipeline.states import State
    from kplan.plan.model import Plan


def what_if(
    state: "State",
    act: "Callable[[Cluster], Printed]",
    options: SimulationOptions = USUAL,
    *,
    command: str = "what-if",
    seconds: int | None = None,
    gate: bool = False,
) -> Simulated:
    """Do something to a copy of the state at rest, as kubectl would, and plan what follows.

    The objects that are written are the plan's changes. What is refused makes the report ``broken``; a ``gate`` that did
    not open, as a drain that found no end, ``failed``. Where nothing was done there is no plan.
    """
    from kplan.pipeline.documentation import rule_text

    done = [0, 0]

    def noted(cluster: "Cluster") -> "Printed":
        done[0] = cluster.stage.timeline.next_id
        printed = act(cluster)
        done[1] = cluster.stage.timeline.next_id
        return printed

    cluster, report = play(state, noted, options, command, seconds=seconds, gate=gate)
    report = report._replace(plan=_plan(cluster, done[0], done[1], options.kubernetes))
    rules = documented(report.all_findings, rule_text)[1]
    return Simulated(report._replace(rules=rules), cluster)


def _plan(cluster: "Cluster", first: int, end: int, kubernetes: str) -> "Plan | None":
    """The plan of what the user did between two entries of the timeline."""
    from kplan.plan.action import Reason
    from kplan.plan.asked import asked
    from kplan.plan.builder import build
    from kplan.simulation.stage import USER

    power = {
        key: Reason.OFFLINE if action == "fail-node" else Reason.BACK
        for key, action in cluster.incidents.power.items()
    }
    outcome = cluster.outcome()
    changes = list(asked(outcome, cluster.stage.timeline.entries[first:end], USER, power))
    return build(changes, outcome, kubernetes) if changes else None
