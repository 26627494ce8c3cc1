"""A pod runs as the ServiceAccount ``default``.

Every pod of the namespace that names no other has the same identity: a right given to one is given to all.

Fix: make a ServiceAccount for the workload and name it in ``serviceAccountName``.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods that name no ServiceAccount, or that one."""
    for where, pod in subject.pods():
        name = text(pod, "serviceAccountName") or text(pod, "serviceAccount")
        if pod and name in ("", "default"):
            path = where / "serviceAccountName"
            yield Finding(path, "the pod runs as the ServiceAccount default", at_key=True)


RULE = Rule(
    code="SEC027",
    name="default-account",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:default-service-account", "checkov:CKV_K8S_41"),
    good=(
        """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: web}
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {serviceAccountName: web, containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {serviceAccountName: default, containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/service-accounts/",),
)
