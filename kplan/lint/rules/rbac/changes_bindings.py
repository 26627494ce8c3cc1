"""A role allows writing bindings.

Its subjects can pass on every right they have or will have, to subjects nobody thinks of.

Fix: write bindings in manifests that are reviewed; restrict ``bind`` with ``resourceNames``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.roles import ROLES, grants
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules that write bindings of every name."""
    for grant in grants(subject):
        for resource in ("rolebindings", "clusterrolebindings"):
            if grant.allows("rbac.authorization.k8s.io", resource, "create", "update", "patch"):
                yield Finding(grant.at(resource), f"the role writes {resource}")


RULE = Rule(
    code="RBA008",
    name="changes-bindings",
    severity=Severity.INFO,
    kinds=ROLES,
    check=check,
    preset=STRICT,
    aliases=("checkov:CKV2_K8S_1",),
    good=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [list]}]
""",
    ),
    bad=(
        """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: a}
rules: [{apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}]
""",
    ),
    references=("https://kubernetes.io/docs/concepts/security/rbac-good-practices/",),
)
