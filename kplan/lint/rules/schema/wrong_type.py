"""A value has another type than its field.

The API server cannot decode the object; unquoted numbers and booleans where strings belong are the usual reason.

Fix: write a value of the field's type; quote strings that look like numbers or booleans.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fixes import Fix, Safety
from kplan.lint.encrypted import WHY, is_encrypted
from kplan.lint.rule import ANY, MINIMAL, QUOTE_IT, Finding, Rule, Subject
from kplan.schema.structural import BASE64, Mismatch, MismatchType, name_of_type

_BASE64_HELP = "encode it, as base64 does; in a Secret, stringData takes plain text"


def check(subject: Subject) -> Iterator[Finding]:
    """Report values of the wrong type, and values the schema does not list; labels have a rule of their own."""
    for mismatch in subject.mismatches:
        if _is_label(mismatch.path.steps):
            continue
        from kplan.lint import meant  # noqa: PLC0415 - most values are of their type

        expected = " or ".join(mismatch.expected[:8])
        to_fill = meant.filled_in(mismatch.given) if isinstance(mismatch.given, str) else ""
        if mismatch.type is MismatchType.TYPE:
            given = name_of_type(mismatch.given)
            quoted = expected == "a string" and isinstance(mismatch.given, (bool, int, float))
            fix = meant.of_type(mismatch.path, mismatch.given, expected)
            message = f"{mismatch.path} is {given}, not {expected}"
            yield Finding(mismatch.path, message, QUOTE_IT if quoted else to_fill or _said(fix), fix=fix)
        elif mismatch.expected == (BASE64,):
            unknown = WHY if is_encrypted(subject.value) else ""
            message = f"{mismatch.path} is not {expected}"
            yield Finding(mismatch.path, message, to_fill or _BASE64_HELP, unknown=unknown)
        elif mismatch.type is MismatchType.VALUE:
            message = f"{mismatch.path} is {str(mismatch.given)[:60]!r}, not {expected}"
            fix = _value(mismatch)
            yield Finding(mismatch.path, message, to_fill or _said(fix), fix=fix)


def _said(fix: Fix | None) -> str:
    """The advice that a fix follows: the rule's own would have a text quoted that must not be."""
    return fix.message if fix is not None else ""


def _value(mismatch: Mismatch) -> Fix | None:
    from kplan.lint import meant  # noqa: PLC0415 - likewise

    if mismatch.expected[0].startswith("a quantity"):
        return meant.quantity(mismatch.path, mismatch.given)
    return meant.one_of(mismatch.path, mismatch.given, mismatch.expected)


def _is_label(steps: tuple[str | int, ...]) -> bool:
    return len(steps) > 2 and steps[-3] == "metadata" and steps[-2] in ("labels", "annotations")


RULE = Rule(
    code="API003",
    name="wrong-type",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=("kube-linter:schema-validation",),
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {port: '8080'}
""",
        """\
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: a, creationTimestamp: null}
spec: {renewTime: 2026-01-31T08:00:00.000000Z}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {port: 8080}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
binaryData: {logo: plain text}
""",
        """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {containers: [{name: a, image: b, resources: {limits: {memory: 1 GB}}}]}
""",
        """\
apiVersion: coordination.k8s.io/v1
kind: Lease
metadata: {name: a, creationTimestamp: 2026-01-31}
spec: {renewTime: 2026-01-31T08:00:00.000000Z}
""",
    ),
    references=("https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation",),
    fixes=(Safety.SAFE, Safety.UNSAFE),
)
