"""Tolerations against taints: which pods a node turns away or would rather not have.

Upstream: staging/src/k8s.io/api/core/v1/toleration.go
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

Taint = Mapping[str, Any]
Toleration = Mapping[str, Any]

NO_SCHEDULE: Final = "NoSchedule"
NO_EXECUTE: Final = "NoExecute"
PREFER_NO_SCHEDULE: Final = "PreferNoSchedule"
HARD: Final = frozenset({NO_SCHEDULE, NO_EXECUTE})


def tolerates(toleration: Toleration, taint: Taint) -> bool:
    """Whether one toleration covers one taint; Gt and Lt need a feature gate that is off by default."""
    effect = toleration.get("effect")
    if effect and effect != taint.get("effect", ""):
        return False
    key = toleration.get("key")
    if key and key != taint.get("key", ""):
        return False
    operator = toleration.get("operator") or "Equal"
    if operator == "Exists":
        return True
    return operator == "Equal" and (toleration.get("value") or "") == (taint.get("value") or "")


def tolerated(tolerations: Iterable[Toleration], taint: Taint) -> bool:
    """Whether any of the tolerations covers the taint."""
    return any(tolerates(toleration, taint) for toleration in tolerations)


def untolerated(
    taints: Iterable[Taint], tolerations: Collection[Toleration], effects: Collection[str] = HARD
) -> Taint | None:
    """The first taint with one of these effects that no toleration covers, or None."""
    for taint in taints:
        if taint.get("effect") in effects and not tolerated(tolerations, taint):
            return taint
    return None
