"""Typed views of the scheduling.k8s.io group.

Upstream: staging/src/k8s.io/api/scheduling/v1/types.go
"""

from pydantic import Field

from kplan.api.meta import ObjectMeta
from kplan.api.view import View


class PriorityClass(View):
    """A PriorityClass."""

    api_version: str = ""
    kind: str = ""
    metadata: ObjectMeta = Field(default_factory=ObjectMeta)
    value: int = 0
    global_default: bool = False
    description: str = ""
    preemption_policy: str | None = None
