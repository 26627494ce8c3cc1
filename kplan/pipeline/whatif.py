"""What if: something is done to a copy of the state, as kubectl would, and what comes of it is a plan."""

import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from kplan.pipeline.simulating import USUAL, Simulated, SimulationOptions, play
from kplan.report import documented

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kplan.cluster import Cluster
    from kplan.kubectl.printed import Printed
    from kplan.pipeline.states import State
    from kplan.plan.applied import Applied
    from kplan.plan.model import Plan
    from kplan.simulation.outcome import Outcome

_MOST_TIMES: Final = 3
"""How often a line may be repeated in a verb's output before it is printed once."""


def what_if(
    state: "State",
    act: "Callable[[Cluster], Printed]",
    options: SimulationOptions = USUAL,
    *,
    command: str = "what-if",
    seconds: int | None = None,
    gate: bool = False,
    planned: bool = True,
) -> Simulated:
    """Do something to a copy of the state at rest, as kubectl would, and plan what follows.

    The objects that are written are the plan's changes. What is refused makes the report ``broken``; a
    ``gate`` that did not open, as a drain that found no end, ``failed``. Where nothing was done there is no
    plan, nor if none is wanted.
    """
    from kplan.pipeline.documentation import rule_text

    done = [0, 0]

    def noted(cluster: "Cluster") -> "Printed":
        done[0] = cluster.stage.timeline.next_id
        printed = act(cluster)
        done[1] = cluster.stage.timeline.next_id
        return printed

    cluster, report = play(state, noted, options, command, seconds=seconds, gate=gate)
    if not planned:
        return Simulated(report, cluster, _wrote(cluster, *done))
    changes = list(_asked(cluster, *done))
    if changes and report.failed:
        changes = _warned(changes, list(_failures(report.stderr)))
    made = _plan(changes, cluster.outcome(), options.kubernetes)
    report = report._replace(plan=made, printed=_folded(report.printed), stderr=_folded(report.stderr))
    rules = documented(report.all_findings, rule_text)[1]
    return Simulated(report._replace(rules=rules), cluster, report.plan is not None)


def _failures(stderr: str) -> "Iterator[str]":
    """Why a drain found no end, for formats in which kubectl's own words do not stand."""
    for line in stderr.splitlines():
        if line.startswith("error: "):
            yield line.removeprefix("error: ").removesuffix(", continuing command...")


def _warned(changes: "Sequence[Applied]", failures: "Sequence[str]") -> "list[Applied]":
    """Each change with its warnings; those about other nodes, or none, go with the first change."""
    names = [json.dumps(one.object.name) for one in changes]
    said: dict[int, list[str]] = {}
    for failure in failures:
        place = next((at for at, name in enumerate(names) if name in failure.partition(" due to ")[0]), 0)
        said.setdefault(place, []).append(failure)
    return [replace(one, warnings=tuple(said.get(at, ()))) for at, one in enumerate(changes)]


def _folded(text: str) -> str:
    """What is printed again and again, as by a drain that a budget refuses, once and with how often it is."""
    lines = text.splitlines()
    counts = Counter(lines)
    often = {line: f"{line} ({count} times)" for line, count in counts.items() if count > _MOST_TIMES}
    if not often:
        return text
    shown = [often.pop(line, line) for line in lines if line in often or counts[line] <= _MOST_TIMES]
    return "".join(f"{line}\n" for line in shown)


def _plan(changes: "Sequence[Applied]", outcome: "Outcome", kubernetes: str) -> "Plan | None":
    from kplan.plan.builder import build

    return build(changes, outcome, kubernetes) if changes else None


def _wrote(cluster: "Cluster", first: int, end: int) -> bool:
    """Whether the user did anything between two entries of the timeline."""
    from kplan.simulation.stage import USER
    from kplan.simulation.timeline import WRITES

    entries = cluster.stage.timeline.entries[first:end]
    wrote = (one.actor == USER and one.cause is None and one.entry_type in WRITES for one in entries)
    return bool(cluster.incidents.power) or any(wrote)


def _asked(cluster: "Cluster", first: int, end: int) -> "Iterator[Applied]":
    """What the user did between two entries of the timeline."""
    from kplan.plan.action import Reason
    from kplan.plan.asked import asked
    from kplan.simulation.stage import USER

    power = {
        key: Reason.OFFLINE if action == "fail-node" else Reason.BACK
        for key, action in cluster.incidents.power.items()
    }
    return asked(cluster.outcome(), cluster.stage.timeline.entries[first:end], USER, power)
