"""Plans on the command line: when one fails a run;
saved ones read, written, named alone, and applied as they were made.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kplan.cli import options
from kplan.cli.settings import gathered, option
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.kubectl.arguments import Arguments
    from kplan.plan.basis import Application, Basis
    from kplan.plan.model import Plan
    from kplan.plan.planfile import SavedPlan

_BESIDE: Final = frozenset(
    {"dry-run", "output", "with-secrets", "show-secrets", "color", "config", "isolated"}
)
"""Flags of ``kplan apply`` that may be given with a saved plan; it knows all others itself."""


class Gated(NamedTuple):
    """When a plan fails a run."""

    detailed_exitcode: bool
    fail_on: Sequence[str]

    def conditions(self) -> Sequence[str]:
        """The conditions. Raises UsageError."""
        from kplan import gate

        return gate.checked([*self.fail_on, *(["changes"] if self.detailed_exitcode else [])], gate.PLAN)


def gated(command: Callable[..., int]) -> Callable[..., int]:
    """``--detailed-exitcode`` and ``--fail-on`` of a plan; a command gets them as ``gated``."""
    detailed = option("--detailed-exitcode", is_flag=True, help="Exit with 1 when the plan contains changes.")
    return gathered("gated", Gated, detailed, options.fail_on("plan.fail-on", options.PLAN_CONDITIONS))(
        command
    )


def read(path: str) -> "SavedPlan":
    """Read a saved plan, ``-`` from standard input. Raises UsageError if it is not one."""
    from kplan import pipeline
    from kplan.diagnostics import DiagnosedError
    from kplan.manifest.limits import STATE
    from kplan.manifest.loader import UnreadableError, read_bytes

    try:
        text = read_bytes(path, STATE, sys.stdin.buffer.read)
    except UnreadableError as refusal:
        raise DiagnosedError([refusal.diagnostic]) from refusal
    return pipeline.read_plan("standard input" if path == "-" else path, text)


def with_basis(path: str) -> "tuple[Plan, Basis]":
    """A saved plan and what it was made from. Raises UsageError if the file does not hold that."""
    found = read(path)
    if found.basis is None:
        raise UsageError(
            f"{path} does not hold what it applies; an older kplan wrote it",
            hint="make it again with 'kplan plan --out FILE'",
        )
    return found.plan, found.basis


def require_file(file: str | None) -> None:
    """See that a plan can be saved there. Raises UsageError."""
    if file in ("", "-"):
        hint = "a saved plan is a file of its own; --output json prints one"
        raise UsageError(f"--out needs the name of a file, not '{file}'", hint=hint)


def write(file: str, text: str) -> None:
    """Save a plan, for its owner only. Raises OSError."""
    from kplan.cli.files import write_text

    write_text(file, text, private=True)


def named_alone(arguments: "Arguments") -> str:
    """The file of the plan that is to be applied, with nothing beside it that it knows itself. Raises UsageError."""
    if len(arguments.words) > 1:
        raise UsageError("more than one plan", hint="apply one plan, or manifests with -f")
    name = arguments.words[0]
    if name.endswith((".yaml", ".yml")) or Path(name).is_dir():
        raise UsageError(f"{name} is not a plan", hint=f"manifests are applied with -f {name}")
    beside = sorted(set(arguments.values) - _BESIDE)
    if beside:
        raise UsageError(
            f"--{beside[0]} cannot be given with a plan", hint="the plan says what is applied and how"
        )
    return name


def as_planned(arguments: "Arguments", application: "Application") -> "Arguments":
    """The command line that the plan was made with."""
    flags = {
        "server-side": "true" if application.server_side else "",
        "force-conflicts": "true" if application.force_conflicts else "",
        "field-manager": application.field_manager,
        "namespace": application.namespace if application.enforce_namespace else "",
    }
    return arguments._replace(words=()).having({name: text for name, text in flags.items() if text})
