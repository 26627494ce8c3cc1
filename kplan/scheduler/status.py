"""What a plug-in answers: a code and the reasons a user will read.

Upstream: staging/src/k8s.io/kube-scheduler/framework/interface.go
"""

from enum import IntEnum
from typing import Final

from kplan.namedtuples import NamedTuple


class Code(IntEnum):
    """How a plug-in decided."""

    SUCCESS = 0
    ERROR = 1
    UNSCHEDULABLE = 2
    """Evicting pods might help."""
    UNRESOLVABLE = 3
    """Evicting pods cannot help."""
    SKIP = 5


class Status(NamedTuple):
    """A code with reasons, and the plug-in that gave them."""

    code: Code = Code.SUCCESS
    reasons: tuple[str, ...] = ()
    plugin: str = ""

    @property
    def ok(self) -> bool:
        """Whether the plug-in agreed."""
        return self.code is Code.SUCCESS

    @property
    def message(self) -> str:
        """All reasons in one text."""
        return ", ".join(self.reasons)

    @classmethod
    def unschedulable(cls, *reasons: str) -> "Status":
        """Refuse; evicting pods might help."""
        return cls(Code.UNSCHEDULABLE, reasons)

    @classmethod
    def unresolvable(cls, *reasons: str) -> "Status":
        """Refuse; evicting pods cannot help."""
        return cls(Code.UNRESOLVABLE, reasons)

    @classmethod
    def error(cls, reason: str) -> "Status":
        """Something broke that is not the pod's fault."""
        return cls(Code.ERROR, (reason,))

    def by(self, plugin: str) -> "Status":
        """The same answer, signed."""
        return Status(self.code, self.reasons, plugin)


SUCCESS: Final = Status()
SKIP: Final = Status(Code.SKIP)
