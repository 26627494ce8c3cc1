"""A ConfigMap holds a password, a token or a private key.

ConfigMaps are read by many who may not read Secrets, and are printed by tools without a second thought.

Fix: put the value in a Secret.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject
from kplan.masking.literals import secret_in


def check(subject: Subject) -> Iterator[Finding]:
    """Report entries that look like secrets by key or by value."""
    for key, value in mapping(subject.value, "data").items():
        if isinstance(value, str) and isinstance(key, str):
            what = secret_in(key.replace("-", "_").replace(".", "_"), value)
            if what:
                yield Finding(FieldPath.of("data").key(key), f"entry {key!r} holds {what}")


RULE = Rule(
    code="SEC030",
    name="secret-in-config-map",
    severity=Severity.WARNING,
    kinds=frozenset({"ConfigMap"}),
    check=check,
    aliases=("polaris:sensitiveConfigmapContent",),
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {password-file: /run/password, user: shop, max-token: '4', s3_secret: shop-s3-credentials}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {db.password: hunter2}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  tls.key: |
    -----BEGIN RSA PRIVATE KEY-----
    c2VjcmV0
    -----END RSA PRIVATE KEY-----
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
