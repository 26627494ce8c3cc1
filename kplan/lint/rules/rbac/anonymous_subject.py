"""A binding gives rights to whoever sends a request.

``system:anonymous`` and ``system:unauthenticated`` are everybody who reaches the API server, without a
password or certificate.

Fix: bind the users, groups or ServiceAccounts that need the role.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import items, mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.roles import BINDINGS
from kplan.lint.rule import Finding, Rule, Subject

_ANYBODY: Final = ("system:anonymous", "system:unauthenticated")
_BOOTSTRAP: Final = "kubernetes.io/bootstrapping"


def check(subject: Subject) -> Iterator[Finding]:
    """Report such subjects; the API server's own bindings for discovery are left alone."""
    if _BOOTSTRAP in mapping(subject.value, "metadata", "labels"):
        return
    for index, member in items(subject.value, "subjects"):
        if text(member, "name") in _ANYBODY and text(member, "kind") in ("User", "Group"):
            path = FieldPath.of("subjects", index, "name")
            yield Finding(path, f"{text(member, 'name')} is everybody who reaches the API server")


RULE = Rule(
    code="RBA010",
    name="anonymous-subject",
    severity=Severity.WARNING,
    kinds=BINDINGS,
    check=check,
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
subjects: [{kind: Group, apiGroup: rbac.authorization.k8s.io, name: 'system:unauthenticated'}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
