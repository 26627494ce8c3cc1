"""The health of the control plane, which is asked for and never stored; a simulated one is healthy.

Upstream: pkg/registry/core/componentstatus/rest.go
"""

from typing import Final

from kplan.api.object import Json

KIND: Final = "ComponentStatus"
SINGULAR: Final = "componentstatus"
"""What a refusal calls the kind."""
_COMPONENTS: Final = ("scheduler", "controller-manager", "etcd-0")


def component_statuses() -> list[Json]:
    """Every component of the control plane."""
    return [_healthy(name) for name in _COMPONENTS]


def component_status(name: str) -> Json | None:
    """One component, or None."""
    return _healthy(name) if name in _COMPONENTS else None


def _healthy(name: str) -> Json:
    condition = {"type": "Healthy", "status": "True", "message": "ok"}
    return {"apiVersion": "v1", "kind": KIND, "metadata": {"name": name}, "conditions": [condition]}
