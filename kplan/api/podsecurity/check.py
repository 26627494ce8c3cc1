"""What the checks of the Pod Security Standards share: their result and their wording.

Upstream: staging/src/k8s.io/pod-security-admission/policy/{checks,helpers,visitor}.go
"""

from collections.abc import Iterable, Iterator
from typing import Any

from kplan.namedtuples import NamedTuple


class Violation(NamedTuple):
    """Why a pod does not meet a level."""

    reason: str
    detail: str

    def __str__(self) -> str:
        return f"{self.reason} ({self.detail})" if self.detail else self.reason


def containers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every container of a pod, in the order in which upstream visits them."""
    for field in ("initContainers", "containers", "ephemeralContainers"):
        yield from spec.get(field) or ()


def security(holder: dict[str, Any]) -> dict[str, Any]:
    """The security context of a pod's spec or of a container; empty if there is none."""
    context: dict[str, Any] = holder.get("securityContext") or {}
    return context


def quoted(items: Iterable[str]) -> str:
    """Join in double quotes."""
    return ", ".join(f'"{item}"' for item in items)


def plural(one: str, many: str, count: int) -> str:
    """Choose the form."""
    return one if count == 1 else many


def named(names: list[str]) -> str:
    """``container "a"`` or ``containers "a", "b"``."""
    return f"{plural('container', 'containers', len(names))} {quoted(names)}"
