"""Whether a verb asks the server, asks it without changing anything, or only says what it would ask.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/helpers.go (GetDryRunStrategy)
"""

from datetime import datetime
from enum import Enum
from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import FALSE, TRUE, Arguments

_BARE: Final = "unchanged"


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
    if text == _BARE or text in TRUE:
        return DryRunStrategy.CLIENT
    if text in FALSE:
        return DryRunStrategy.NONE
    try:
        return DryRunStrategy(text)
    except ValueError:
        raise UsageError(f'Invalid dry-run value ({text}). Must be "none", "server", or "client".') from None


def deprecations_of(arguments: Arguments, now: datetime) -> list[str]:
    """The warning of kubectl for ``--dry-run`` without a value, or with a boolean."""
    text = arguments.text("dry-run") if "dry-run" in arguments.flags else ""
    if text == _BARE:
        return [_logged(now, 719, "--dry-run is deprecated and can be replaced with --dry-run=client.")]
    if text not in (*TRUE, *FALSE):
        return []
    line, new = (733, "client") if text in TRUE else (736, "none")
    what = f"--dry-run={text} is deprecated (boolean value)"
    return [_logged(now, line, f"{what} and can be replaced with --dry-run={new}.")]


def _logged(now: datetime, line: int, text: str) -> str:
    return f"W{now:%m%d %H:%M:%S.%f}       1 helpers.go:{line}] {text}"
