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
    r"(?i:(?:^|_)(?:PASSWORD|PASSWD|PASSPHRASE|PASS|SECRET|TOKEN|API_?KEY|(?:ACCESS|PRIVATE|SIGNING|ENCRYPTION)_KEY"
    r"|SECRET_KEY(?:_BASE)?|CREDENTIALS?)(?P<file>_FILE)?(?:_VALUE)?$|_PWD$)"
)
_HARMLESS = r"(?i:^(?:|true|false|yes|no|none|null|\d+|~?/.*|\./.*|\$\(.*\)|\$\{.*\}|\{\{.*\}\}|<.*>|[a-z0-9+.-]+://[^:@]*)$)"
_NO_SECRET = ("INITIAL_CLUSTER_TOKEN", "CANCELLATION_TOKEN", "PAGE_TOKEN")
"""Tokens that open nothing."""
_KEY_BLOCK = r"-----BEGIN [A-Z ]*PRIVATE KEY"
_IN_URL = r"(?i:^[a-z][a-z0-9+.-]*://[^/\s:@]*:(?![$<{])[^@\s/]+@)"
_VALUES = r"^(?:gh[pousr]_\w{36}|github_pat_\w{22,}|glpat-[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|sk_live_\w{16,})$"


def check(subject: Subject) -> Iterator[Finding]:
    """Report environment variables that look like secrets by name or value."""
    for container in subject.containers():
        for index, variable in items(container.value, "env"):
            name, value = text(variable, "name"), text(variable, "value")
            what = _secret(name, value) if value else ""
            if what:
                yield Finding(container.path / "env" / index / "value", f"variable {name!r} holds {what}")


def _secret(name: str, value: str) -> str:
    """What is secret about a variable; empty where nothing is."""
    if re.match(_IN_URL, value):
        return "a password in its URL"
    by_value = re.search(_KEY_BLOCK, value) or re.match(_VALUES, value)
    by_name = not name.endswith(_NO_SECRET) and re.search(_NAME, name) and not re.match(_HARMLESS, value)
    return "a secret in plain text" if by_value or by_name else ""


RULE = Rule(
    code="SEC009",
    name="literal-secret",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}, {name: TOKEN_FILE, value: /run/token}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: DB_PASSWORD, value: hunter2}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: DB_URL, value: 'postgres://me:hunter2@db/shop'}]}]}",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
