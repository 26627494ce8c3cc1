"""Spreading the pods of a workload over a topology, as a fix."""

from copy import deepcopy

from kplan.api.walk import mapping
from kplan.fixes import Fix, put, unsafe
from kplan.lint.world import Subject


def spread(subject: Subject, topology: str) -> Fix | None:
    """Prefer to spread the pods that the workload selects; None if it does not say which."""
    selector = mapping(subject.spec, "selector")
    if not (selector.get("matchLabels") or selector.get("matchExpressions")):
        return None
    constraint = {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": deepcopy(selector),
    }
    path = subject.pod_path() / "topologySpreadConstraints"
    return unsafe(f"spread the pods over {topology}", put(path, [constraint]))
