"""A password or token is written in the manifest as the value of an environment variable.

Manifests end up in repositories and logs, and everybody who can read the pod can read the value.

Fix: put the value in a Secret and refer to it with ``valueFrom.secretKeyRef``.
"""

import re
from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject

_NAME = (
    r"(?i:(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS?)(?:_VALUE)?$)"
)
_HARMLESS = r"(?i:^(?:|true|false|yes|no|none|\d+|/.*|\$\(.*\)|<.*>|https?://[^:@]*)$)"
_KEY_BLOCK = "-----BEGIN"


def check(subject: Subject) -> Iterator[Finding]:
    """Report environment variables that look like secrets by name or value."""
    for container in subject.containers():
        for index, variable in items(container.value, "env"):
            value = text(variable, "value")
            named = re.search(_NAME, text(variable, "name")) and not re.match(_HARMLESS, value)
            if value and (named or (_KEY_BLOCK in value and "PRIVATE KEY" in value)):
                path = container.path / "env" / index / "value"
                yield Finding(path, f"variable {text(variable, 'name')!r} holds a secret in plain text")


RULE = Rule(
    code="SEC009",
    name="literal-secret",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: TOKEN_FILE, value: /run/token}]}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, env: [{name: DB_PASSWORD, value: hunter2}]}]}",),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
