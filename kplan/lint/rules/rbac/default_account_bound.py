"""A binding gives rights to the ServiceAccount ``default``.

Every pod of the namespace that names no ServiceAccount has these rights from then on.

Fix: make a ServiceAccount for the workload, name it in its pods, and bind that.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import BINDINGS
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report subjects that are a namespace's default ServiceAccount."""
    for index, member in items(subject.value, "subjects"):
        if text(member, "kind") == "ServiceAccount" and text(member, "name") == "default":
            path = FieldPath.of("subjects", index, "name")
            yield Finding(path, "the rights go to every pod of the namespace that names no ServiceAccount")


RULE = Rule(
    code="RBA011",
    name="default-account-bound",
    severity=Severity.INFO,
    kinds=BINDINGS,
    check=check,
    aliases=("checkov:CKV_K8S_42",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, apiGroup: rbac.authorization.k8s.io, name: jane}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: a}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: ServiceAccount, name: default, namespace: shop}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
