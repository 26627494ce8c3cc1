"""What still goes on where a simulation did not come to rest in its time, and why, where something shows it.

Upstream: none; a real cluster goes on for ever.
"""

from collections.abc import Iterator

from kplan.api.object import Json
from kplan.api.workloadspec import min_ready_seconds_of
from kplan.plan.leaving import seconds_tolerated
from kplan.plan.reading import items, number, text
from kplan.plan.workload import workload_of
from kplan.simulation.outcome import Outcome
from kplan.state.store import Store


def still_going_on(outcome: Outcome) -> tuple[str, ...]:
    """One text for each workload, or object of another kind: ``deployment.apps/web -n default (why)``."""
    found: dict[str, str] = {}
    for key in outcome.pressing:
        value = outcome.final.get(key)
        if value is not None:
            whose = workload_of(value, outcome.final).title
            found[whose] = found.get(whose) or next(_reasons(value, outcome.final), "")
    return tuple(f"{one} ({why})" if why else one for one, why in found.items())


def _reasons(value: Json, store: Store) -> Iterator[str]:
    """Why somebody still has to see to an object."""
    kind = value["kind"]
    if value["metadata"].get("deletionTimestamp"):
        yield "takes its time to stop" if kind == "Pod" else "is about to be deleted"
    if kind == "Pod":
        if seconds := seconds_tolerated(value, store):
            node = text(value, "spec", "nodeName")
            yield f"a pod tolerates a taint of {node} for {seconds} s; once it is evicted, a new one may come there again"
        for status in (
            *items(value, "status", "initContainerStatuses"),
            *items(value, "status", "containerStatuses"),
        ):
            if number(status, "restartCount"):
                yield f"container {text(status, 'name')} is started anew each time it ends"
    if _counted(value, "available") < _counted(value, "ready") and min_ready_seconds_of(value):
        yield f"minReadySeconds: pods have to stay ready for {min_ready_seconds_of(value)} s"


def _counted(value: Json, what: str) -> int:
    """How many pods of a workload are ``ready`` or ``available``; 0 for every other object."""
    of_nodes = number(value, "status", f"number{what.capitalize()}")
    return number(value, "status", f"{what}Replicas", default=of_nodes)
