"""A role allows creating tokens of ServiceAccounts.

A token of another ServiceAccount is all its rights; the most powerful one in reach counts.

Fix: restrict the rule with ``resourceNames`` to the ServiceAccounts it is for.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that create tokens of any ServiceAccount in reach."""
    for grant in grants(subject):
        if grant.allows("", "serviceaccounts/token", "create"):
            yield Finding(
                grant.at("serviceaccounts/token"), "the role creates tokens of every ServiceAccount"
            )


RULE = Rule(
    code="RBA007",
    name="creates-tokens",
    severity=Severity.WARNING,
    kinds=ROLES,
    check=check,
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], resourceNames: [own], verbs: [create]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
