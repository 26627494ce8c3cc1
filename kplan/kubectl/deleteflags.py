"""The flags of delete that apply, replace and run have as well, as they delete on the way.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/delete/delete_flags.go
"""

from typing import Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import FALSE, TRUE, Arguments
from kplan.kubectl.flags import Flag, Kind

CASCADE: Final = Flag(
    "cascade",
    "How dependents of the objects are deleted.",
    metavar="background|foreground|orphan",
    default="background",
    bare="background",
)
GRACE_PERIOD: Final = Flag(
    "grace-period",
    "Seconds that pods get to terminate gracefully.",
    Kind.INT,
    metavar="SECONDS",
    default="-1",
)
TIMEOUT: Final = Flag(
    "timeout",
    "How long to wait for a deletion, in simulated time.",
    Kind.DURATION,
    metavar="DURATION",
    default="0s",
)
_POLICIES: Final = {"background": "Background", "foreground": "Foreground", "orphan": "Orphan"}


def propagation_of(arguments: Arguments, told: list[str]) -> str:
    """The propagation policy of ``--cascade``; deprecated values add a warning. Raises UsageError."""
    text = arguments.text("cascade")
    if text in (*TRUE, *FALSE):
        meant = "background" if text in TRUE else "orphan"
        told.append(
            f"warning: --cascade={text} is deprecated (boolean value) and can be replaced with --cascade={meant}."
        )
        text = meant
    if text not in _POLICIES:
        raise UsageError(f'invalid cascade value ({text}). Must be "background", "foreground", or "orphan"')
    return _POLICIES[text]
