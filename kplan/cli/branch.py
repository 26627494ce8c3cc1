"""``--base``: what a branch changes, with the inputs of a revision of git as the state."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from kplan.cli import inputs, reading
from kplan.cli.settings import option

if TYPE_CHECKING:
    from kplan.api.object import Object
    from kplan.inputs.request import Depth, Request
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.branching import Base
    from kplan.report import Report

F = TypeVar("F", bound=Callable[..., Any])


def base(command: F) -> F:
    """``--base``."""
    return option(
        "--base", "base", metavar="REV", default=None, setting="base",
        help="Show what this branch changes: the same inputs, read at this git revision and applied, are the state "
        "(with --state: on top of it). 'REV...' is the commit at which the branch left REV.",
    )(command)  # fmt: skip


def chosen(revision: str | None) -> str | None:
    """The revision to compare with: a state on the command line stands alone where the base is only configured."""
    source = click.get_current_context().get_parameter_source
    if source("state") is ParameterSource.COMMANDLINE and source("base") is not ParameterSource.COMMANDLINE:
        return None
    return revision


def open_base(
    revision: str, filenames: Sequence[str], depth: "Depth", state: str | None, kubernetes: str, options: "ApplyOptions",
    head: "Sequence[Object]",
) -> "Base":  # fmt: skip
    """The inputs as they are in a revision, applied. Raises UsageError."""
    from pathlib import Path

    from kplan import pipeline

    earlier = pipeline.load_base(revision, reading.request(filenames, depth), Path.cwd())
    known = earlier.loaded.objects
    on = inputs.open_state(state, kubernetes=kubernetes, known=known) if state is not None else None
    return pipeline.base_state(earlier, options, kubernetes=kubernetes, on=on, head=head)


def without_earlier(
    report: "Report", revision: str, request: "Request", context: "Request | None", check: "Callable[..., Report]"
) -> "Report":  # fmt: skip
    """The report without what a check finds in a revision as well. Raises UsageError."""
    from pathlib import Path

    from kplan import pipeline

    earlier, around = pipeline.load_for_lint(revision, request, context, Path.cwd())
    return pipeline.only_new(report, check(earlier.loaded, context=around), earlier.revision)
