"""A pod is not what the Pod Security Standard baseline allows.

A namespace with ``pod-security.kubernetes.io/enforce: baseline`` refuses the pod; of a workload that shows
only when no pods are made.

Fix: change the field that the finding names, or label the namespace ``privileged``.
"""

from collections.abc import Iterator

from kplan.api.podsecurity.policy import Level
from kplan.diagnostics import Severity
from kplan.lint.podsecurity import violations
from kplan.lint.rule import ON_REQUEST, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report every violation of the level, in the words of the admission plug-in."""
    for path, message, _ in violations(subject, Level.BASELINE):
        yield Finding(path, message, at_key=True)


RULE = Rule(
    code="PSS001",
    name="baseline",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=ON_REQUEST,
    aliases=("pss-baseline:all",),
    good=("spec: {containers: [{name: a, image: b}]}",),
    bad=(
        "spec: {hostNetwork: true, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, securityContext: {capabilities: {add: [NET_ADMIN]}}}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/pod-security-standards/",),
)
