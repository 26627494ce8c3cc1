"""A pod needs a ConfigMap that is not defined in the input.

The pod stays in ContainerCreating or CreateContainerConfigError until the ConfigMap exists.

Fix: add the ConfigMap to what is applied, correct the name, or mark the reference ``optional``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.referring import missing
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report ConfigMaps, and keys of them, that the run does not hold."""
    yield from missing(subject, "", "ConfigMap")
    if any(one.target.kind == "ConfigMap" for one in subject.references):
        from kplan.lint.keys import missing_keys  # noqa: PLC0415 - many pods name none

        yield from missing_keys(subject, "ConfigMap")


RULE = Rule(
    code="REF001",
    name="missing-config-map",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:env-value-from",
        "kubevious:env-config-map-ref",
        "kubevious:env-from-config-map-ref",
        "kubevious:volume-config-map-ref",
    ),
    good=(
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
""",
        "spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings, optional: true}}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, envFrom: [{configMapRef: {name: settings}}]}]}",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, env: [{name: X, valueFrom: {configMapKeyRef: {name: settings, key: x}}}]}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {y: '1'}
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec:
  containers: [{name: a, image: b, volumeMounts: [{name: v, mountPath: /etc/app.conf, subPath: app.conf}]}]
  volumes: [{name: v, configMap: {name: settings}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {app.cfg: '1'}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/configmap/",),
)
