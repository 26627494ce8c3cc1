"""A container sets an environment variable twice.

The last one wins silently; a merge or a copied block is the usual reason. One that continues its earlier value with
``$(NAME)`` is no repetition.

Fix: remove one.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety, remove, safe, unsafe
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report every repetition of a variable's name."""
    for container in subject.containers():
        seen: dict[str, tuple[FieldPath, Mapping[str, Any]]] = {}
        for index, variable in items(container.value, "env"):
            name, path = text(variable, "name"), container.path / "env" / index
            if name in seen and f"$({name})" not in text(variable, "value"):
                first, earlier = seen[name]
                message = f"{container.title} sets {name} twice"
                yield Finding(path / "name", message, fix=_without(first, earlier == variable))
            if name:
                seen[name] = path, variable


def _without(path: FieldPath, same: bool) -> Fix:
    """Take out the one that loses; other variables may refer to it if the two differ."""
    make = safe if same else unsafe
    return make("remove the variable that has no effect", remove(path))


RULE = Rule(
    code="CTR001",
    name="duplicate-variable",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-linter:duplicate-env-var", "kube-score:environment-variable-key-duplication"),
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: OPTS, value: -a}, {name: OPTS, value: $(OPTS) -b}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: FIRST, value: '1'}, {name: SECOND, value: '2'}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: X, value: '1'}, {name: X, value: '2'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: X, value: '1'}, {name: X, value: '1'}]}]}",
    ),
    references=(),
    fixes=(Safety.SAFE, Safety.UNSAFE),
)
