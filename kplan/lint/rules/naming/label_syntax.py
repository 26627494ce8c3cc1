"""A label's key or value is malformed.

The API server refuses the object, and values that YAML reads as numbers or booleans are the usual reason.

Fix: quote numbers and booleans; use at most 63 letters, digits, ``-``, ``_`` and ``.``.
"""

from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, quote, safe
from kplan.lint.rule import ANY, MINIMAL, QUOTE_IT, Finding, Rule, Subject
from kplan.masking.names import looks_secret
from kplan.masking.shapes import masked

_SHOWN: Final = 63
"""Characters that a label's value may have."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report labels of the object and of its pods that the API server refuses."""
    places = [(FieldPath.of("metadata", "labels"), mapping(subject.value, "metadata", "labels"))]
    places += (
        (one.path / "metadata" / "labels", mapping(one.value, "metadata", "labels"))
        for one in subject.templates
        if one.path.steps
    )
    for place, labels in places:
        for key, value in labels.items():
            for message in _problems(key, value):
                scalar = isinstance(value, (bool, int, float))
                fix = safe("quote the value", quote(place.key(key))) if scalar else None
                advice = QUOTE_IT if scalar else _advice(f"{key} {value}")
                yield Finding(place.key(key), message, advice, fix=fix)


def _problems(key: str, value: object) -> Iterator[str]:
    syntax = _syntax()
    errors = syntax.label_key_errors(key)
    if errors:
        yield f"label key {key!r}: {_short(errors)}"
    if value is not None and not isinstance(value, str):
        what = (
            "a boolean"
            if isinstance(value, bool)
            else "a number"
            if isinstance(value, (int, float))
            else "not a string"
        )
        yield f"label {key!r} is {what}; label values are strings"
    elif value and (errors := syntax.label_value_errors(value)):
        shown = f" is {masked(value)!r}" if len(value) <= _SHOWN and not looks_secret(key) else ""
        yield f"label {key!r}{shown}: {_short(errors)}"


def _advice(given: str) -> str:
    from kplan.lint.meant import filled_in  # noqa: PLC0415 - few labels are malformed

    return filled_in(given)


@cache
def _syntax() -> ModuleType:
    from kplan.selectors import syntax  # noqa: PLC0415 - many objects have no labels

    return syntax


def _short(errors: list[str]) -> str:
    """The server's words without their example and regular expression."""
    return errors[0].partition(" (e.g.")[0]


RULE = Rule(
    code="NAM002",
    name="label-syntax",
    severity=Severity.ERROR,
    kinds=ANY,
    check=check,
    preset=MINIMAL,
    aliases=("kube-score:label-values", "datree:WORKLOAD_INVALID_LABELS_VALUE"),
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {version: '1.0', example.com/on: 'true'}}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {version: 1.0}}
""",
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: a, labels: {version: 'a b'}}
""",
    ),
    references=(
        "https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set",
    ),
    fixes=(Safety.SAFE,),
)
