"""SecurityContextConstraints allow privileged containers.

Whoever may use them may run containers with every right of the node.

Fix: set ``allowPrivilegedContainer: false``, and leave privileged pods to OpenShift's own constraints.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report constraints that allow privileged containers."""
    if subject.value.get("allowPrivilegedContainer") is True:
        yield Finding(FieldPath("allowPrivilegedContainer"), "the constraints allow privileged containers")


RULE = Rule(
    code="SEC028",
    name="privileged-constraints",
    severity=Severity.WARNING,
    kinds=frozenset({"SecurityContextConstraints.security.openshift.io"}),
    check=check,
    preset=STRICT,
    aliases=("kube-linter:scc-deny-privileged-container",),
    good=(
        """\
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata: {name: a}
allowPrivilegedContainer: false
""",
    ),
    bad=(
        """\
apiVersion: security.openshift.io/v1
kind: SecurityContextConstraints
metadata: {name: a}
allowPrivilegedContainer: true
""",
    ),
    references=(
        "https://docs.openshift.com/container-platform/latest/authentication/managing-security-context-constraints.html",
    ),
)
