"""A binding grants cluster-admin.

cluster-admin may do everything everywhere, so one leaked token of the subject gives control of the whole cluster.

Fix: bind a Role with only the verbs and resources that are needed.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report bindings to cluster-admin and to the group system:masters."""
    if text(subject.value, "roleRef", "name") == "cluster-admin":
        yield Finding(FieldPath.of("roleRef", "name"), "the binding gives its subjects cluster-admin")
    for index, member in items(subject.value, "subjects"):
        if text(member, "kind") == "Group" and text(member, "name") == "system:masters":
            yield Finding(
                FieldPath.of("subjects", index, "name"),
                "the binding names system:masters, which no rule restrains",
            )


RULE = Rule(
    code="SEC012",
    name="cluster-admin-binding",
    severity=Severity.WARNING,
    kinds=frozenset(
        {"RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"}
    ),
    check=check,
    aliases=(
        "kube-linter:cluster-admin-role-binding",
        "polaris:clusterrolebindingClusterAdmin",
        "polaris:rolebindingClusterAdminClusterRole",
    ),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: admins}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
