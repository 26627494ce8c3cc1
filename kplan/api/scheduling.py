"""Typed views of the scheduling.k8s.io group.

Upstream: staging/src/k8s.io/api/scheduling/v1/types.go
"""

from kplan.api.meta import Resource


class PriorityClass(Resource):
    """A PriorityClass."""

    value: int
    global_default: bool
    description: str
    preemption_policy: str | None
