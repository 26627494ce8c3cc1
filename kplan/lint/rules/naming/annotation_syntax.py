"""An annotation's key is malformed or its value is not a string.

The API server refuses the object; an unquoted ``true`` or ``8080`` is the usual reason.

Fix: quote the value; write the key as ``prefix/name`` or ``name``.
"""

from collections.abc import Iterator

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, quote, safe
from kplan.lint.rule import ANY, MINIMAL, QUOTE_IT, Finding, Rule, Subject

_MOST = 256 * 1024


def check(subject: Subject) -> Iterator[Finding]:
    """Report annotations of the object and of its pods that the API server refuses."""
    places = [(FieldPath.of("metadata", "annotations"), mapping(subject.value, "metadata", "annotations"))]
    places += (
        (one.path / "metadata" / "annotations", mapping(one.value, "metadata", "annotations"))
        for one in subject.templates
        if one.path.steps
    )
    for place, annotations in places:
        if not annotations:
            continue
        from kplan.selectors.syntax import label_key_errors  # noqa: PLC0415 - where there are annotations

        for key, value in annotations.items():
            if errors := label_key_errors(key.lower()):
                short = errors[0].partition(" (e.g.")[0]
                yield Finding(place.key(key), f"annotation key {key!r}: {short}")
            if value is not None and not isinstance(value, str):
                quoted = isinstance(value, (bool, int, float))
                fix = safe("quote the value", quote(place.key(key))) if quoted else None
                message = f"annotation {key!r} is not a string"
                yield Finding(place.key(key), message, QUOTE_IT if quoted else "", fix=fix)
        size = sum(len(key) + len(value) for key, value in annotations.items() if isinstance(value, str))
        if size > _MOST:
            yield Finding(place, f"the annotations hold {size} characters, more than {_MOST}", at_key=True)


RULE = Rule(
    code="NAM003",
    name="annotation-syntax",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, annotations: {example.com/port: '8080'}}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, annotations: {example.com/port: 8080}}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/",),
    fixes=(Safety.SAFE,),
)
