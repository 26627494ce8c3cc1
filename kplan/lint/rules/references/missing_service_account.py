"""A pod or binding names a ServiceAccount that is not defined in the input.

The API server refuses every pod that uses it: the Deployment exists and nothing runs.

Fix: add the ServiceAccount or correct the name.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report ServiceAccounts that the run does not hold; every namespace has one named default."""
    yield from missing(subject, "", "ServiceAccount")


RULE = Rule(
    code="REF003",
    name="missing-service-account",
    severity=Severity.WARNING,
    kinds=POD_OWNERS
    | {"RoleBinding.rbac.authorization.k8s.io", "ClusterRoleBinding.rbac.authorization.k8s.io"},
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:non-existent-service-account",
        "kubevious:service-account-ref",
        "kubevious:role-binding-service-account-ref",
    ),
    good=("spec: {serviceAccountName: default, containers: [{name: a, image: b}]}",),
    bad=("spec: {serviceAccountName: reader, containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/security/service-accounts/",),
)
