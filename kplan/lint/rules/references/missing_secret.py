"""An object needs a Secret that is not defined in the input.

Pods do not start without it, an Ingress falls back to the controller's own certificate, and pulls from
a private registry fail.

Fix: add the Secret (or what makes it: an ExternalSecret, SealedSecret or Certificate), correct the name,
or mark it ``optional``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report Secrets, and keys of them, that neither the run nor a known maker of Secrets in it provides."""
    yield from missing(subject, "", "Secret")
    if any(one.target.kind == "Secret" for one in subject.references):
        from kplan.lint.keys import missing_keys  # noqa: PLC0415 - many pods name none

        yield from missing_keys(subject, "Secret")


RULE = Rule(
    code="REF002",
    name="missing-secret",
    severity=Severity.WARNING,
    kinds=POD_OWNERS | {"Ingress.networking.k8s.io", "ServiceAccount"},
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:env-value-from",
        "kubevious:env-secret-ref",
        "kubevious:env-from-secret-ref",
        "kubevious:volume-secret-ref",
    ),
    good=(
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b}], volumes: [{name: v, secret: {secretName: tls}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: tls}
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: b, env: [{name: T, valueFrom: {secretKeyRef: {name: web, key: token}}}]}]
  volumes: [{name: v, secret: {secretName: web, items: [{key: ca.crt, path: ca}, {key: service-ca.crt, path: b}]}}]
---
apiVersion: v1
kind: Secret
metadata: {name: web, annotations: {kubernetes.io/service-account.name: web}}
type: kubernetes.io/service-account-token
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, env: [{name: P, valueFrom: {secretKeyRef: {name: db, key: password}}}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {}
""",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b}], volumes: [{name: v, secret: {secretName: tls}}]}",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, env: [{name: T, valueFrom: {secretKeyRef: {name: web, key: jwt}}}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: web, annotations: {kubernetes.io/service-account.name: web}}
type: kubernetes.io/service-account-token
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b}], volumes: [{name: v, secret: {secretName: tls, items: [{key: tls.pem, path: a}]}}]}
---
apiVersion: v1
kind: Secret
metadata: {name: tls}
stringData: {tls.crt: a}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
