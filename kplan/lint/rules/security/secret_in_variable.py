"""A container reads a Secret through an environment variable.

Variables are inherited by every program the container starts, and end up in crash reports and logs.

Fix: mount the Secret as a volume and read it from the file.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report variables that are read from Secrets, one by one or all of a Secret."""
    for container in subject.containers():
        for index, variable in items(container.value, "env"):
            if text(variable, "valueFrom", "secretKeyRef", "name"):
                path = container.path / "env" / index / "valueFrom" / "secretKeyRef"
                yield Finding(path, f"variable {text(variable, 'name')!r} is read from a Secret", at_key=True)
        for index, source in items(container.value, "envFrom"):
            name = text(source, "secretRef", "name")
            if name:
                path = container.path / "envFrom" / index / "secretRef"
                yield Finding(path, f"all of Secret {name!r} becomes variables", at_key=True)


RULE = Rule(
    code="SEC029",
    name="secret-in-variable",
    severity=Severity.INFO,
    kinds=POD_OWNERS,
    check=check,
    preset=STRICT,
    aliases=("kube-linter:read-secret-from-env-var", "checkov:CKV_K8S_35"),
    good=(
        "spec: {volumes: [{name: v, secret: {secretName: s, optional: true}}], containers: [{name: a, image: b}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: X, valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}}]}]}",
        "spec: {containers: [{name: a, image: b, envFrom: [{secretRef: {name: s, optional: true}}]}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/security/secrets-good-practices/",),
)
