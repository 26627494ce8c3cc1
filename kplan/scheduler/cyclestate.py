"""What plug-ins remember of one pod while it is being placed.

Upstream: staging/src/k8s.io/kube-scheduler/framework/cycle_state.go
"""

from typing import Any, Protocol, Self, runtime_checkable


@runtime_checkable
class StateData(Protocol):
    """Plug-in data that preemption changes while it tries pods on and off a node."""

    def clone(self) -> Self:
        """A copy that can be changed without touching this one."""


_cloned_kinds: dict[type[Any], bool] = {}
"""Which classes of plug-in data are StateData:
checking a protocol takes microseconds, and preemption checks for every node.
"""


def _is_state_data(kind: type[Any]) -> bool:
    known = _cloned_kinds.get(kind)
    if known is None:
        known = _cloned_kinds[kind] = issubclass(kind, StateData)
    return known


class CycleState(dict[str, Any]):
    """What plug-ins remember of one pod within one cycle, by plug-in name."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.skip_filter: set[str] = set()
        """Plug-ins whose PreFilter said that they have nothing against any node."""
        self.now = ""
        """When the pod is bound, as the API writes times; known from PreBind on."""

    def clone(self) -> "CycleState":
        """A copy whose plug-in data can be changed without touching this one."""
        copy = CycleState(
            {name: data.clone() if _is_state_data(type(data)) else data for name, data in self.items()}
        )
        copy.skip_filter = self.skip_filter
        return copy
