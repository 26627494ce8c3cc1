"""A role allows creating pods or workloads.

Whoever creates pods in a namespace can use every Secret, ServiceAccount and volume of it.

Fix: leave creating pods to the pipeline or the controller that needs it.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import STRICT, Finding, Rule, Subject

_MAKERS: Final = (
    ("", "pods"), ("", "replicationcontrollers"), ("apps", "deployments"), ("apps", "daemonsets"), ("apps", "statefulsets"),
    ("apps", "replicasets"), ("batch", "jobs"), ("batch", "cronjobs"),
)  # fmt: skip


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that allow creating pods and workloads."""
    for grant in grants(subject):
        for group, resource in _MAKERS:
            if grant.allows(group, resource, "create"):
                yield Finding(grant.at(resource), f"the role creates {resource}")


RULE = Rule(
    code="RBA003",
    name="creates-pods",
    severity=Severity.INFO,
    kinds=ROLES,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:access-to-create-pods",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [""], resources: [pods], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [apps], resources: [deployments], verbs: [get, create]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
