"""A container sets an environment variable twice.

The last one wins silently; a merge or a copied block is the usual reason.

Fix: remove one.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report every repetition of a variable's name."""
    for container in subject.containers():
        seen: dict[str, int] = {}
        for index, variable in items(container.value, "env"):
            name = text(variable, "name")
            if name and seen.setdefault(name, index) != index:
                path = container.path / "env" / index / "name"
                yield Finding(path, f"container {container.name!r} sets {name} twice")


RULE = Rule(
    code="CTR001",
    name="duplicate-variable",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication"),
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: FIRST, value: '1'}, {name: SECOND, value: '2'}]}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, env: [{name: X, value: '1'}, {name: X, value: '2'}]}]}",),
    references=(),
)
