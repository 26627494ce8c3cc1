"""Defaults of the rbac.authorization.k8s.io group.

Upstream: pkg/apis/rbac/v1/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json

_GROUP: Final = "rbac.authorization.k8s.io"


def default_binding(obj: Json) -> None:
    """Fill a RoleBinding or ClusterRoleBinding."""
    role = obj.setdefault("roleRef", {})
    if not role.get("apiGroup"):
        role["apiGroup"] = _GROUP
    for subject in obj.get("subjects") or ():
        if not subject.get("apiGroup") and subject.get("kind") in ("User", "Group"):
            subject["apiGroup"] = _GROUP


DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    (f"{_GROUP}/v1", "ClusterRoleBinding"): default_binding,
    (f"{_GROUP}/v1", "RoleBinding"): default_binding,
}
