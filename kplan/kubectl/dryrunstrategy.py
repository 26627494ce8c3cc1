"""Whether a verb asks the server, asks it without changing anything, or only says what it would ask.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy)
"""

from enum import Enum

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments

_BARE = '--dry-run flag without a value was specified. A value must be set: "none", "server", or "client".'


class DryRunStrategy(Enum):
    """The values of ``--dry-run``."""

    NONE = "none"
    CLIENT = "client"
    SERVER = "server"

    @property
    def suffix(self) -> str:
        """What follows the words of what would have been done."""
        return {"client": " (dry run)", "server": " (server dry run)"}.get(self.value, "")


def strategy_of(arguments: Arguments) -> DryRunStrategy:
    """Read ``--dry-run``. Raises UsageError."""
    text = arguments.text("dry-run")
    if text == "unchanged":
        raise UsageError(_BARE)
    try:
        return DryRunStrategy(text)
    except ValueError:
        raise UsageError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".') from None
