"""Which files there are in a container: those that its program made, and those that every container has.

Upstream: none; these are the directories of the Filesystem Hierarchy Standard, and the files that a kubelet mounts.
"""

import re
from typing import Final

from kplan.kubelet.shell.session import Session

_THERE: Final = re.compile(
    r"/|/(?:bin|dev|etc|home|proc|root|sbin|sys|tmp|usr|var)/?|/dev/null|/etc/(?:hostname|hosts|os-release|resolv\.conf)|/proc/(?:cpuinfo|meminfo|mounts|version)"
)
"""What every image has, or every container is given."""
_USUAL: Final = re.compile(
    r"/(?:bin|boot|dev|etc|home|lib\w*|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)(?:/|$)|/\."
)
"""What may be in an image that is nothing but a distribution."""


def is_there(session: Session, path: str) -> bool | None:
    """Whether a path is there; None where that is not known. A volume is filled by whoever names it."""
    path = session.place(path)
    known = session.present.get(path)
    if known is not None:
        return known
    if any(there and other.startswith(f"{path.rstrip('/')}/") for other, there in session.present.items()):
        return True
    mounts = session.room.mounts
    if _THERE.fullmatch(path) or any(
        path == one or path.startswith(f"{one.rstrip('/')}/") for one in mounts if one
    ):
        return True
    if path.startswith("/tmp/"):  # noqa: S108 - no image brings temporary files
        return False
    return False if session.room.complete and path.startswith("/") and not _USUAL.match(path) else None
