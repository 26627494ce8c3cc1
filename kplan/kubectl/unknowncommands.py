"""A line whose words name no command: the ones that were probably meant, and what a group says of a
word that it does not have.

Upstream: github.com/spf13/cobra/command.go, staging/src/k8s.io/kubectl/pkg/cmd/cmd.go
"""

from collections.abc import Mapping, Sequence
from typing import Final

from kplan.kubectl.arguments import Arguments
from kplan.kubectl.groups import GROUPS, group_of, lines
from kplan.kubectl.printed import Printed

_COMMANDS: Final = (
    "create", "expose", "run", "set", "explain", "get", "edit", "delete", "rollout", "scale", "autoscale", "certificate",
    "cluster-info", "top", "cordon", "uncordon", "drain", "taint", "describe", "logs", "attach", "exec", "port-forward",
    "proxy", "cp", "auth", "debug", "events", "diff", "apply", "patch", "replace", "wait", "kustomize", "label", "annotate",
    "completion", "config", "plugin", "version", "api-versions", "api-resources", "options", "kuberc",
)  # fmt: skip
"""kubectl's, in the order in which it looks through them."""
_OTHERWISE: Final[Mapping[str, Sequence[str]]] = {
    "top": ("stats",), "get": ("list", "ls"), "describe": ("inspect",), "delete": ("rm", "remove"),
}  # fmt: skip
"""What other programs call a command."""
_NEAR: Final = 2


def unknown(word: str) -> Printed:
    """The error for an unknown first word."""
    printed = Printed()
    printed.fail(f'error: unknown command "{word}" for "kubectl"')
    if meant := suggestions(word):
        printed.err += ["", "Did you mean this?", *(f"\t{name}" for name in meant)]
    return printed


def suggestions(word: str) -> list[str]:
    """The commands that begin with a word, are at most two letters from it, or are called so elsewhere."""
    word = word.lower()
    return [name for command in _COMMANDS for name in [command] * _reasons(word, command)]


def _reasons(word: str, command: str) -> int:
    alike = command.startswith(word) or _distance(word, command) <= _NEAR
    return alike + _OTHERWISE.get(command, ()).count(word)


def _distance(one: str, other: str) -> int:
    """How many letters have to be put in, taken out or changed (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, wanted in enumerate(other, 1):
            changed = before + (letter != wanted)
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, changed)
    return row[-1]


def split(argv: Sequence[str]) -> tuple[str, Sequence[str]]:
    """The group of commands that a line begins with, by its own name, and the rest;
    no name where it begins with none.
    """
    names = ((group_of(argv[:count]), argv[count:]) for count in (2, 1))
    return next(((name, rest) for name, rest in names if name), ("", argv))


def in_group(name: str, arguments: Arguments) -> Printed:
    """The help of a group, or that it has no such command."""
    printed = Printed()
    if arguments.switch("help") or GROUPS[name].helps:
        printed.out.extend(lines(name))
    elif arguments.words:
        printed.fail(f'error: unknown command "{" ".join(arguments.words)}"')
        printed.warn(f"See 'kubectl {name} -h' for help and examples")
    else:
        printed.exit = 1
        (printed.err if GROUPS[name].to_error else printed.out).extend(lines(name))
    return printed
