"""A binding lets its subjects run commands in pods.

A command in a pod has all its rights: its Secrets, its ServiceAccount, its place in the network.

Fix: bind a role without ``pods/exec`` and ``pods/attach``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import BINDINGS, grants_bound
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report bindings to roles of the input that allow exec or attach."""
    for role, grant in grants_bound(subject):
        for resource in ("pods/exec", "pods/attach"):
            if grant.allows("", resource, "create", "get"):
                path, place = FieldPath.of("roleRef", "name"), grant.at(resource)
                yield Finding(
                    path, f"the role {role.name!r} runs commands through {resource}", related=((role, place),)
                )


RULE = Rule(
    code="RBA002",
    name="commands-bound",
    severity=Severity.INFO,
    kinds=BINDINGS,
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=(
        "polaris:clusterrolebindingPodExecAttach",
        "polaris:rolebindingRolePodExecAttach",
        "polaris:rolebindingClusterRolePodExecAttach",
        "checkov:CKV2_K8S_2",
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
rules: [{apiGroups: [""], resources: [pods/exec], verbs: [create]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
