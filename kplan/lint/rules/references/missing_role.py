"""A binding names a role that is not defined in the input.

The binding grants nothing, and whoever creates the role later decides what it grants.

Fix: add the role or correct ``roleRef``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report roles that the run does not hold, and misspelt names of built-in ones, which always exist."""
    for kind in ("Role", "ClusterRole"):
        yield from missing(subject, "rbac.authorization.k8s.io", kind)


RULE = Rule(
    code="REF008",
    name="missing-role",
    severity=Severity.WARNING,
    kinds=frozenset(
        {"RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"}
    ),
    check=check,
    looks_around=True,
    aliases=(
        "polaris:clusterrolebindingPodExecAttach",
        "polaris:rolebindingRolePodExecAttach",
        "polaris:rolebindingClusterRolePodExecAttach",
        "kubevious:role-binding-role-ref",
    ),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:auth-delegator'}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: b}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:coredns'}
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: 'system:auth-delegater'}
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
""",
    ),
    references=("https://kubernetes.io/docs/reference/access-authn-authz/rbac/",),
)
