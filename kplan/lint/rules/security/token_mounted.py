"""A pod gets a token for the API server.

Most programs never ask the API server; then the token only serves an intruder.

Fix: set ``automountServiceAccountToken: false`` on the pod or on its ServiceAccount.
"""

from collections.abc import Iterator

from kplan.api.walk import text
from kplan.diagnostics import Severity
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report pods for which neither they nor their ServiceAccount decline the token; what the pod says counts first."""
    for where, pod in subject.pods():
        wanted = pod.get("automountServiceAccountToken")
        if wanted is None:
            name = text(pod, "serviceAccountName") or text(pod, "serviceAccount") or "default"
            found = subject.world.by_key.get(("ServiceAccount", subject.namespace, name))
            wanted = found[0].value.get("automountServiceAccountToken") if found else None
        if pod and wanted is not False:
            path = where / "automountServiceAccountToken"
            fix = unsafe("mount no token", put(path, False))
            yield Finding(path, "the pod gets a token for the API server", at_key=True, fix=fix)


RULE = Rule(
    code="SEC026",
    name="token-mounted",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    preset=STRICT,
    aliases=("polaris:automountServiceAccountToken", "checkov:CKV_K8S_38"),
    good=(
        "spec: {automountServiceAccountToken: false, containers: [{name: a, image: b}]}",
        """\
apiVersion: v1
kind: ServiceAccount
metadata: {name: reader}
automountServiceAccountToken: false
---
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {serviceAccountName: reader, containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}]}",
        "spec: {automountServiceAccountToken: true, containers: [{name: a, image: b}]}",
    ),
    references=("https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/",),
    fixes=(Safety.UNSAFE,),
)
