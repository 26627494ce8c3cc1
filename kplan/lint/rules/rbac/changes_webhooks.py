"""A role allows changing admission webhooks.

A webhook sees every object that is written, Secrets included, and may change it: whoever sets up
webhooks controls the cluster.

Fix: restrict the rule with ``resourceNames`` to the webhook configurations of the application.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import Finding, Rule, Subject

_GROUP: Final = "admissionregistration.k8s.io"


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that write webhook configurations of every name."""
    for grant in grants(subject):
        for resource in ("mutatingwebhookconfigurations", "validatingwebhookconfigurations"):
            if grant.allows(_GROUP, resource, "create", "update", "patch"):
                yield Finding(grant.at(resource), f"the role writes every object of {resource}")


RULE = Rule(
    code="RBA005",
    name="changes-webhooks",
    severity=Severity.WARNING,
    kinds=ROLES,
    check=check,
    aliases=("checkov:CKV_K8S_155",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], resourceNames: [own], verbs: [patch]}]
""",
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [get]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [admissionregistration.k8s.io], resources: [mutatingwebhookconfigurations], verbs: [patch]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
