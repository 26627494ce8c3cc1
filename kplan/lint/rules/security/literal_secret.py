"""A password or token is written in the manifest as the value of an environment variable.

Manifests end up in repositories and logs, and everybody who can read the pod can read the value.

Fix: put the value in a Secret and refer to it with ``valueFrom.secretKeyRef``.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.plaintext import secret_in
from kplan.lint.rule import POD_OWNERS, Finding, Option, Rule, Subject, Takes

_NONE: Final[tuple[str, ...]] = ()
NAMES: Final = Option(
    "SEC009.names",
    Takes.TEXTS,
    _NONE,
    "Further names of variables that hold secrets, with * for any text: *_PIN.",
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report environment variables that look like secrets by name or value."""
    for container in subject.containers():
        for index, variable in items(container.value, "env"):
            name, value = text(variable, "name"), text(variable, "value")
            named = any(fnmatchcase(name, one) for one in subject.option(NAMES))
            what = (secret_in(name, value) or ("a secret in plain text" if named else "")) if value else ""
            if what:
                yield Finding(container.path / "env" / index / "value", f"variable {name!r} holds {what}")


RULE = Rule(
    code="SEC009",
    name="literal-secret",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    options=(NAMES,),
    aliases=("kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar"),
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: TOKEN_FILE, value: /run/token}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: WEBHOOK_SECRET, value: shop-webhook-cert}, {name: HF_TOKEN, value: HF_TOKEN}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: DB_PASSWORD, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: WEBHOOK_SECRET, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DB_URL, value: 'postgres://me:hunter2@db/shop'}]}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
