"""Keys of a mapping are not sorted.

Where a team sorts keys, what is not sorted is hard to compare.

Fix: sort the keys by name.
"""

from collections.abc import Iterator
from itertools import pairwise

from kplan.diagnostics import Severity
from kplan.fieldpath import ROOT, FieldPath
from kplan.lint.rule import ANY, ON_REQUEST, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report the first key of every mapping that stands behind a greater one."""
    yield from _unsorted(subject.value, ROOT)


def _unsorted(value: object, path: FieldPath) -> Iterator[Finding]:
    if isinstance(value, dict):
        keys = [key for key in value if isinstance(key, str)]
        late = next((key for before, key in pairwise(keys) if key < before), None)
        if late is not None:
            yield Finding(path.key(late), f"the key {late!r} stands behind a greater one", at_key=True)
        for key in keys:
            yield from _unsorted(value[key], path.key(key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unsorted(item, path / index)


RULE = Rule(
    code="STY001",
    name="unsorted-keys",
    severity=Severity.INFO,
    kinds=ANY,
    check=check,
    preset=ON_REQUEST,
    aliases=("kube-linter:sorted-keys",),
    good=(
        """\
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
""",
    ),
    bad=(
        """\
kind: ConfigMap
apiVersion: v1
metadata: {name: web}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/configuration/overview/",),
)
