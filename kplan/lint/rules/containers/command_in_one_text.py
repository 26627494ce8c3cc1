"""A container's command is one text with blanks.

No shell takes it apart: the runtime looks for a program of that whole name, and the container does not start.

Fix: write every word as an item of its own, or let a shell run it: ``[sh, -c, "..."]``.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.rule import MINIMAL, POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report programs whose names have blanks; a path may have some on Windows."""
    for container in subject.containers():
        command = container.value.get("command")
        program = command[0] if isinstance(command, list) and command else ""
        if not isinstance(program, str) or len(program.split()) < 2 or subject.is_windows:
            continue
        yield Finding(container.path / "command" / 0, f"no program is called {program[:60]!r}")


RULE = Rule(
    code="CTR005",
    name="command-in-one-text",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    preset=MINIMAL,
    good=(
        "spec: {containers: [{name: a, image: b, command: [sleep, '3600']}]}",
        "spec: {containers: [{name: a, image: b, command: [sh, -c, sleep 3600]}]}",
    ),
    bad=("spec: {containers: [{name: a, image: b, command: [sleep 3600]}]}",),
    references=(
        "https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/",
    ),
)
