"""Spreading the pods of a workload over a topology, as a fix."""

from kplan.api.walk import mapping
from kplan.fixes import Fix, put, unsafe
from kplan.lint.world import Subject


def spread(subject: Subject, topology: str) -> Fix | None:
    """Prefer to spread the pods that the workload selects; None where it selects them by something else than labels."""
    labels = mapping(subject.spec, "selector", "matchLabels")
    if not labels:
        return None
    constraint = {
        "maxSkew": 1,
        "topologyKey": topology,
        "whenUnsatisfiable": "ScheduleAnyway",
        "labelSelector": {"matchLabels": dict(labels)},
    }
    path = subject.pod_path() / "topologySpreadConstraints"
    return unsafe(f"spread the pods over {topology}", put(path, [constraint]))
