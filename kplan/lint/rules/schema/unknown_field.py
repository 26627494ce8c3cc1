"""A field is not known to the kind.

The API server refuses it, or drops it silently where validation is off, so the setting never takes effect.

Fix: correct the field's name or its indentation.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Safety, rename, unsafe
from kplan.lint.rule import ANY, MINIMAL, Finding, Rule, Subject
from kplan.naming import nearest
from kplan.schema.structural import MismatchType


def check(subject: Subject) -> Iterator[Finding]:
    """Report fields that the schema does not have, with the nearest one it has."""
    for mismatch in subject.mismatches:
        if mismatch.type is MismatchType.UNKNOWN:
            name = str(mismatch.path.step)
            near = nearest(name, mismatch.expected)
            help_text = f"did you mean {near!r}?" if near else ""
            fix = unsafe(f"rename it to {near}", rename(mismatch.path, near)) if near else None
            message = f"unknown field {str(mismatch.path)!r}"
            yield Finding(mismatch.path, message, help_text, at_key=True, fix=fix)


RULE = Rule(
    code="API002",
    name="unknown-field",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=("kube-linter:schema-validation",),
    good=("spec: {containers: [{name: a, image: b, imagePullPolicy: Always}]}",),
    bad=("spec: {containers: [{name: a, image: b, imagePullPolice: Always}]}",),
    references=("https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",),
    fixes=(Safety.UNSAFE,),
)
