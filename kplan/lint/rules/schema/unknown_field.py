"""A field is not known to the kind.

The API server refuses it, or drops it silently where validation is off, so the setting never takes effect.

Fix: correct the field's name or its indentation.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Fix, Safety, remove, rename, safe, unsafe
from kplan.lint.encrypted import FIELD, WHY, is_encrypted
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject
from kplan.naming import nearest
from kplan.schema.structural import Mismatch, MismatchType


def check(subject: Subject) -> Iterator[Finding]:
    """Report fields that the schema does not have, with the nearest one it has."""
    for mismatch in subject.mismatches:
        if mismatch.type is MismatchType.UNKNOWN:
            name = str(mismatch.path.step)
            sign = "" if name.isprintable() else _unseen(name)
            near = nearest(name.strip(sign) if sign else name, mismatch.expected)
            help_text = _of_sign(sign, name) if sign else f"did you mean {near!r}?" if near else ""
            fix = _corrected(mismatch, near)
            message = f"unknown field {str(mismatch.path)!r}"
            unknown = WHY if name == FIELD and is_encrypted(subject.value) else ""
            yield Finding(mismatch.path, message, help_text, at_key=True, fix=fix, unknown=unknown)


def _unseen(name: str) -> str:
    """The first sign of a name that looks like a blank, or like nothing, and is no blank for YAML;
    empty if it has none.
    """
    return next((one for one in name if (one.isspace() or not one.isprintable()) and one > "\x7f"), "")


def _of_sign(sign: str, name: str) -> str:
    import unicodedata  # noqa: PLC0415 - few names have such a sign

    title = unicodedata.name(sign, "sign that is not shown").lower()
    where = "before it" if name.startswith(sign) else "in it"
    return f"there is a {title} (U+{ord(sign):04X}) {where}, which YAML takes for a letter: write blanks."


def _corrected(mismatch: Mismatch, near: str) -> Fix | None:
    """Take out what says nothing; a name that was probably meant is for somebody to look at."""
    if mismatch.given is None:
        return safe("remove the field, which has no value", remove(mismatch.path))
    return unsafe(f"rename it to {near}", rename(mismatch.path, near)) if near else None


RULE = Rule(
    code="API002",
    name="unknown-field",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=("kube-linter:schema-validation",),
    good=(
        "spec: {containers: [{name: a, image: b, imagePullPolicy: Always}]}",
        """\
apiVersion: v1
kind: Secret
metadata: {name: a}
stringData: {password: 'ENC[AES256_GCM,data:c2hvcA==,iv:aXY=,tag:dGFn,type:str]'}
sops: {mac: 'ENC[AES256_GCM,data:bWFj,iv:aXY=,tag:dGFn,type:str]', version: 3.9.0}
""",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, imagePullPolice: Always}]}",
        "spec: {nothing: null, containers: [{name: a, image: b}]}",
        "spec: {containers: [{name: a, image: b, \u00a0tty: true}]}",
    ),
    references=("https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",),
    fixes=(Safety.SAFE, Safety.UNSAFE),
)
