"""A ConfigMap holds a password, a token or a private key.

ConfigMaps are read by many who may not read Secrets, and are printed by tools without a second thought.

Fix: put the value in a Secret.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject
from kplan.masking.literals import secret_in, setting_in


def check(subject: Subject) -> Iterator[Finding]:
    """Report entries that look like secrets by key or by value."""
    for key, value in mapping(subject.value, "data").items():
        if isinstance(value, str) and isinstance(key, str):
            what = secret_in(key.replace("-", "_").replace(".", "_"), value)
            if not what and "\n" in value and (setting := setting_in(value)):
                what = f"a secret in plain text: {setting}"
            if what:
                yield Finding(FieldPath.of("data").key(key), f"entry {key!r} holds {what}", secret=True)


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
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  settings.yaml: |
    db:
      password: ${DB_PASSWORD}
      password_file: /run/db2
      tls_secret: shop-tls-2
      token: string
    keys: {private_key: certs/shop2.pem}
  run.sh: |
    export PGPASSWORD=$(cat /run/db2)
    token = os.environ["TOKEN2"]
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  haproxy.cfg: |
    listen stats
      stats auth "${STATS_USER}:${STATS_PASSWORD}"
  redis.conf: |
    user default on nopass ~* +@all
  hosts: |
    fd00:5432:1:2:3:4:5:6
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
  application.properties: |
    server.port=8080
    spring.datasource.password=hunter2
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
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {.pgpass: 'db.example:5432:shop:app:hunter2'}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  haproxy.cfg: |
    listen stats
      stats auth admin:hunter2
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {htpasswd: 'me:$apr1$hunter2$ABCDEFGHIJKLMNOPQRSTUV'}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {config.json: '{"auths": {"registry.example": {"auth": "bWU6aHVudGVyMg=="}}}'}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data:
  netrc: |
    machine git.example
      login me
      password hunter2
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/secret/",),
)
