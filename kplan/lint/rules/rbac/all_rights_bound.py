"""A binding gives its subjects a role that allows everything.

A role with ``*`` as verb, resource and group is cluster-admin under another name.

Fix: list in the role what its subjects need.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import BINDINGS, grants_bound
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report bindings to roles of the input one of whose rules allows everything."""
    for role, grant in grants_bound(subject):
        if grant.is_everything:
            path = FieldPath.of("roleRef", "name")
            yield Finding(path, f"the role {role.name!r} allows everything", related=((role, grant.path),))


RULE = Rule(
    code="RBA001",
    name="all-rights-bound",
    severity=Severity.WARNING,
    kinds=BINDINGS,
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:cluster-admin-role-binding",
        "polaris:clusterrolebindingClusterAdmin",
        "polaris:rolebindingClusterAdminClusterRole",
        "polaris:rolebindingClusterAdminRole",
    ),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: a}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
