"""A password or token in a Secret ends in a line break.

``echo`` and editors add one before the value is encoded; the program gets it as a part of the password, and is refused.

Fix: encode the value without it: ``printf %s VALUE | base64``, or write it in ``stringData``, without ``|``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.encrypted import is_encrypted
from kplan.lint.rule import Finding, Rule, Subject
from kplan.masking.names import looks_secret

_CUT: Final = "write the value in one line, or `|-` instead of `|`"
_FILES: Final = ("htpasswd", "privatekey", "signingkey", "credentials")
"""What is in a file of its own, and ends in a line break as all files do."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report values of one line under names of credentials; files, such as keys and certificates, end in one."""
    for field, read in (("data", _decoded), ("stringData", str)):
        for key, value in mapping(subject.value, field).items():
            if not (isinstance(key, str) and isinstance(value, str) and _is_of_one(key)) or is_encrypted(
                subject.value
            ):
                continue
            text = read(value)
            if text.endswith("\n") and text.count("\n") == 1 and text.strip():
                help_ = _CUT if field == "stringData" else ""
                yield Finding(
                    FieldPath.of(field).key(key),
                    f"the value of {key!r} ends in a line break",
                    help_,
                    secret=True,
                )


def _is_of_one(key: str) -> bool:
    """Whether an entry is a credential, and not a file that holds one."""
    return looks_secret(key) and not any(
        one in key.lower().replace("-", "").replace("_", "") for one in _FILES
    )


def _decoded(value: str) -> str:
    """What a value says; empty if it is no text in base64."""
    import base64  # noqa: PLC0415 - few Secrets stand in files

    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return ""


_MANIFEST = """\
apiVersion: v1
kind: Secret
metadata: {name: a}
data: {%s}
"""

RULE = Rule(
    code="SEC031",
    name="secret-with-line-break",
    severity=Severity.WARNING,
    kinds=frozenset({"Secret"}),
    check=check,
    good=(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: |-\n    hunter2\n  config.token: |\n    a\n    b\n",
        _MANIFEST % "password: aHVudGVyMg==",
        _MANIFEST % "tls.key: YQpiCg==",
    ),
    bad=(
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: |\n    hunter2\n",
        _MANIFEST % "password: aHVudGVyMgo=",
        _MANIFEST % "api-token: YWJjZAo=",
    ),
    references=("https://kubernetes.io/docs/tasks/configmap-secret/managing-secret-using-kubectl/",),
)
