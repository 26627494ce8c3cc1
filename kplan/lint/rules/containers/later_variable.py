"""A variable of a container refers to one that is set below it.

``$(NAME)`` is replaced only where NAME is set above, or by ``envFrom``; otherwise the program
gets the text as it stands.

Fix: move the variable that is referred to above the one that refers to it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject

_REFERENCE: Final = r"\$\$|\$\(([A-Za-z_][\w.-]*)\)"
"""A reference, or two dollars, which stand for one."""


def check(subject: Subject) -> Iterator[Finding]:
    """Report references to variables that are set further down; if ``envFrom`` may set them nothing is known."""
    for container in subject.containers():
        variables = list(items(container.value, "env"))
        if not any("$(" in text(one, "value") for _, one in variables) or container.value.get("envFrom"):
            continue
        for index, name, later in _too_early(variables):
            path = container.path / "env" / index / "value"
            yield Finding(path, f"$({later}) is not replaced: {later} is set below {name}")


def _too_early(variables: Sequence[tuple[int, Mapping[str, Any]]]) -> Iterator[tuple[int, str, str]]:
    """The variables that refer to a later one: place, name, and the name of the later one."""
    names, above = {text(one, "name") for _, one in variables}, set[str]()
    for index, one in variables:
        name = text(one, "name")
        later = names - above - {name}
        yield from (
            (index, name, found) for found in re.findall(_REFERENCE, text(one, "value")) if found in later
        )
        above.add(name)


RULE = Rule(
    code="CTR004",
    name="later-variable",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    good=(
        "spec: {containers: [{name: a, image: b, env: [{name: HOST, value: db}, {name: URL, value: 'http://$(HOST)'}]}]}",
        "spec: {containers: [{name: a, image: b, env: [{name: URL, value: 'http://$$(HOST)'}, {name: HOST, value: db}]}]}",
    ),
    bad=(
        "spec: {containers: [{name: a, image: b, env: [{name: URL, value: 'http://$(HOST)'}, {name: HOST, value: db}]}]}",
    ),
    references=(
        "https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/",
    ),
)
