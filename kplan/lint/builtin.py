"""Names that Kubernetes keeps for its own objects:
one that is nearly such a name is a mistake, for nobody else gives it.
"""

from collections.abc import Iterable
from functools import cache
from typing import Final

from kplan.api.gvk import ObjectKey

_ROLES: Final = ("ClusterRole", "Role")
_OF_ROLES: Final = "system:"
USUAL: Final = frozenset(
    {
        "system:auth-delegator", "system:node-proxier", "system:node-bootstrapper", "system:discovery", "system:kube-dns",
        "system:service-account-issuer-discovery", "system:basic-user", "system:public-info-viewer", "system:kube-scheduler",
        "system:volume-scheduler", "system:monitoring", "system:certificates.k8s.io:certificatesigningrequests:nodeclient",
        "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient", "extension-apiserver-authentication-reader",
    }
)  # fmt: skip
"""Roles that bindings name most, for which the list of all need not be read."""
_READER: Final = "extension-apiserver-authentication-reader"
_FOR_USERS: Final = ("admin", "cluster-admin", "edit", "view")
_NAMESPACES: Final = ("kube-system", "kube-public")
"""Where the API server makes roles of other names, too."""
_CLASSES: Final = ("system-cluster-critical", "system-node-critical")
"""The API server refuses every other PriorityClass whose name begins so.

Upstream: pkg/apis/scheduling/v1/helpers.go (SystemPriorityClasses)
"""


def meant(key: ObjectKey) -> str:
    """The built-in object that a name is a misspelling of; empty if it is right, or may be another's."""
    if key.kind == "PriorityClass" and key.name.startswith("system-"):
        from kplan.naming import nearest  # noqa: PLC0415 - few names are wrong

        return "" if key.name in _CLASSES else nearest(key.name, _CLASSES, 0) or _CLASSES[0]
    own = key.name.startswith(_OF_ROLES) or (key.kind == "Role" and key.namespace in _NAMESPACES)
    if key.kind in _ROLES and own and key.name not in USUAL:
        names = _roles(key.kind, key.namespace)
        return "" if key.name in names else _nearest(key.name, names)
    return ""


def kept_elsewhere(key: ObjectKey) -> str:
    """Where every cluster keeps a role of that name, if not where it is looked for; empty for other names."""
    if key.kind not in _ROLES or key.name in (USUAL - {_READER} if key.kind == "ClusterRole" else ()):
        return ""
    if not key.name.startswith(_OF_ROLES):
        if key.name == _READER and (key.kind, key.namespace) != ("Role", "kube-system"):
            return "every cluster has it as a Role in kube-system"
        return (
            "every cluster has it as a ClusterRole" if key.kind == "Role" and key.name in _FOR_USERS else ""
        )
    if key.name in _roles(key.kind, key.namespace):
        return ""
    if key.name in _roles("ClusterRole", ""):
        return "every cluster has it as a ClusterRole"
    where = [place for place in _NAMESPACES if key.name in _roles("Role", place)]
    return f"every cluster has it as a Role in {' and '.join(where)}" if where else ""


def _nearest(name: str, known: Iterable[str]) -> str:
    from kplan.naming import is_misspelt  # noqa: PLC0415 - likewise

    alike = (one for one in known if is_misspelt(name, one) or _bare(name) == _bare(one))
    return next(alike, "")


def _bare(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "").replace(":", "")


@cache
def _roles(kind: str, namespace: str) -> frozenset[str]:
    """The names of the roles that the API server makes in every cluster, in a namespace or for all.

    Upstream: plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go
    """
    from kplan.schema.data import Table  # noqa: PLC0415 - few bindings name such a role

    beginning = f"{kind}/{namespace if kind == 'Role' else ''}/"
    return frozenset(
        one.removeprefix(beginning)
        for one in Table("kubernetes/rbac-1.36.json.gz")
        if one.startswith(beginning)
    )
