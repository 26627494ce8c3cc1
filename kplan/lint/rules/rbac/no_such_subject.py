"""A binding names a user or group that nobody is.

The API server takes any name, but those that begin with ``system:`` are given by the cluster itself, and nobody has one
that it does not give: the rights reach nobody.

Fix: correct the name or the kind of the subject; a ServiceAccount is best named by ``kind: ServiceAccount``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import BINDINGS
from kplan.lint.rule import Finding, Rule, Subject
from kplan.naming import nearest

_GROUPS: Final = (
    "system:authenticated", "system:unauthenticated", "system:masters", "system:nodes", "system:bootstrappers",
    "system:serviceaccounts", "system:monitoring",
)  # fmt: skip
_USERS: Final = (
    "system:anonymous", "system:apiserver", "system:kube-scheduler", "system:kube-controller-manager", "system:kube-proxy",
    "system:cloud-controller-manager",
)  # fmt: skip
"""Whom the API server, its components and their certificates are.

Upstream: staging/src/k8s.io/apiserver/pkg/authentication/user/user.go and
    plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go
"""
_OWN: Final = {"Group": _GROUPS, "User": _USERS}
_OTHER: Final = {"Group": "User", "User": "Group"}
_BARE: Final = ("authenticated", "unauthenticated")
_ALIKE: Final = 0.9


def check(subject: Subject) -> Iterator[Finding]:
    """Report subjects whose names are nearly those of the cluster's own, or those of the other kind."""
    for index, member in items(subject.value, "subjects"):
        kind, name = text(member, "kind"), text(member, "name")
        if kind in _OWN and (advice := _advice(kind, name)):
            yield Finding(FieldPath.of("subjects", index, "name"), f"there is no {kind} {name!r}", advice)


def _advice(kind: str, name: str) -> str:
    """What was probably meant; empty if the name is right, or may be anybody's."""
    if kind == "Group" and name in _BARE:
        return f"did you mean 'system:{name}'?"
    if name in _OWN[_OTHER[kind]]:
        return f"it is the name of a {_OTHER[kind]}"
    if name in _OWN[kind]:
        return ""
    system, _, rest = name.partition(":")
    of, *parts = rest.split(":")
    if system != "system":
        return ""
    if parts and nearest(of, ("serviceaccount", "serviceaccounts"), _ALIKE):
        return _of_accounts(kind, of, parts)
    near = "" if parts else nearest(name, _OWN[kind], _ALIKE)
    return f"did you mean {near!r}?" if near else ""


def _of_accounts(kind: str, of: str, parts: list[str]) -> str:
    """What is wrong with a name in the form of ServiceAccounts, in a namespace or of one name in it."""
    wanted, many = ("serviceaccount", 2) if kind == "User" else ("serviceaccounts", 1)
    if of == wanted and len(parts) == many and all(parts):
        return ""
    if kind == "User":
        return "the user of a ServiceAccount is system:serviceaccount:NAMESPACE:NAME"
    if len(parts) > 1:
        return f"name one by kind: ServiceAccount, name: {parts[1]}, namespace: {parts[0]}"
    return f"did you mean 'system:serviceaccounts:{parts[0]}'?"


def _binding(subject: str) -> str:
    return (
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {name: a}\n"
        "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}\n"
        f"subjects: [{{apiGroup: rbac.authorization.k8s.io, {subject}}}]\n"
    )


RULE = Rule(
    code="RBA014",
    name="no-such-subject",
    severity=Severity.WARNING,
    kinds=BINDINGS,
    check=check,
    good=(
        _binding("kind: Group, name: 'system:authenticated'"),
        _binding("kind: Group, name: 'system:serviceaccounts:shop'"),
        _binding("kind: Group, name: 'system:bootstrappers:kubeadm:default-node-token'"),
        _binding("kind: Group, name: 'oidc:authenticated'"),
        _binding("kind: User, name: 'system:serviceaccount:shop:web'"),
        _binding("kind: User, name: 'system:node:worker-1'"),
        _binding("kind: User, name: jane"),
    ),
    bad=(
        _binding("kind: Group, name: 'system:authentcated'"),
        _binding("kind: Group, name: authenticated"),
        _binding("kind: Group, name: 'system:serviceaccount:shop'"),
        _binding("kind: Group, name: 'system:serviceaccount:shop:web'"),
        _binding("kind: User, name: 'system:masters'"),
        _binding("kind: User, name: 'system:serviceaccount:web'"),
        _binding("kind: User, name: 'system:serviceaccounts:shop'"),
        _binding("kind: User, name: 'system:kube-schedular'"),
    ),
    references=(
        "https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-subjects",
        "https://kubernetes.io/docs/reference/access-authn-authz/authentication/",
    ),
)
