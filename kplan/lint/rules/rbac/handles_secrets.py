"""A role allows reading or changing Secrets.

Whoever reads a Secret has what it opens; whoever writes one decides what others trust.

Fix: name the Secrets in ``resourceNames``, or mount them in the one pod that needs them.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import STRICT, Finding, Rule, Subject

_VERBS: Final = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules about all Secrets; those that read every Secret of the cluster are another rule's."""
    for grant in grants(subject):
        reads = subject.kind.startswith("ClusterRole.") and grant.covers("", ("get", "list", "watch"))
        if not reads and grant.allows("", "secrets", *_VERBS):
            yield Finding(grant.at("secrets"), "the role handles Secrets of every name")


RULE = Rule(
    code="RBA004",
    name="handles-secrets",
    severity=Severity.INFO,
    kinds=ROLES,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:access-to-secrets",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a}
rules: [{apiGroups: [""], resources: [secrets], resourceNames: [tls], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: a}
rules: [{apiGroups: [""], resources: [secrets], verbs: [get]}]
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [secrets], verbs: [delete]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
