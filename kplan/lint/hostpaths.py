"""Which directories of a node belong to its system."""

from typing import Final

_SYSTEM: Final = (
    "/boot", "/dev", "/etc", "/lib", "/lib64", "/bin", "/sbin", "/proc", "/sys", "/usr", "/root", "/run/systemd",
    "/var/lib/kubelet", "/var/lib/etcd",
)  # fmt: skip
_HARMLESS: Final = ("/etc/localtime", "/etc/timezone")
"""Files that say nothing of the node but its time zone."""
_SOCKET: Final = ".sock"


def is_system(directory: str) -> bool:
    """Whether a directory of a node is a system directory, or inside one; sockets do not count."""
    path = directory.rstrip("/")
    if not directory or path.endswith(_SOCKET) or path in _HARMLESS:
        return False
    return not path or any(path == one or path.startswith(f"{one}/") for one in _SYSTEM)


def is_plain(directory: str) -> bool:
    """Whether a directory of a node is anything else."""
    return bool(directory) and not directory.endswith(_SOCKET) and not is_system(directory)
