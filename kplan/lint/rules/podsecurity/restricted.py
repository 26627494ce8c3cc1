"""A pod is not what the Pod Security Standard restricted allows.

A namespace with ``pod-security.kubernetes.io/enforce: restricted`` refuses the pod; of a workload that shows
only when no pods are made.

Fix: change the field that the finding names, or label the namespace with a lower level.
"""

from collections.abc import Iterator

from kplan.api.podsecurity.policy import Level
from kplan.diagnostics import Severity
from kplan.fixes import Safety
from kplan.lint.podsecurity import violations
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report every violation of the level, in the words of the admission plug-in."""
    for path, message, fix in violations(subject, Level.RESTRICTED):
        yield Finding(path, message, at_key=True, fix=fix)


RULE = Rule(
    code="PSS002",
    name="restricted",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=("pss-restricted:all",),
    good=(
        "spec: {containers: [{name: a, image: b, securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}, seccompProfile: {type: RuntimeDefault}}}]}",
        "spec: {securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}, os: {name: windows}, containers: [{name: a, image: b}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b}]}",),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
    fixes=(Safety.UNSAFE,),
)
