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
    from kplan.pipeline.loading import Loaded
    from kplan.pipeline.states import State
    from kplan.report import Report
    from kplan.state.sources.revision import Revision

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


def opened(
    revision: str | None, filenames: Sequence[str], depth: "Depth", state: str | None, kubernetes: str,
    options: "ApplyOptions", head: "Sequence[Object]", namespace: str | None,
) -> "tuple[State, Base | None]":  # fmt: skip
    """What manifests are compared with: a revision's inputs, applied, where there is one, else the state. Raises UsageError."""
    if revision is None:
        return inputs.open_state(state, kubernetes=kubernetes, known=head, namespace=namespace), None
    before = _open_base(revision, filenames, depth, state, kubernetes, options, head)
    return before.state, before


def _open_base(
    revision: str, filenames: Sequence[str], depth: "Depth", state: str | None, kubernetes: str, options: "ApplyOptions",
    head: "Sequence[Object]",
) -> "Base":  # fmt: skip
    """The inputs as they are in a revision, applied."""
    from pathlib import Path

    from kplan import pipeline

    earlier = pipeline.load_base(revision, reading.request(filenames, depth), Path.cwd())
    known = earlier.loaded.objects
    on = inputs.open_state(state, kubernetes=kubernetes, known=known) if state is not None else None
    return pipeline.base_state(earlier, options, kubernetes=kubernetes, on=on, head=head)


def without_earlier(
    revision: str,
    request: "Request",
    context: "Request | None",
    check: "Callable[[Loaded], Callable[..., Report]]",
) -> "Callable[[Report], Report]":
    """What leaves out of a report what a check finds in a revision as well, which is read when there is a finding. Raises UsageError."""
    from functools import cache
    from pathlib import Path

    from kplan import pipeline

    @cache
    def earlier() -> "tuple[Report, Revision]":
        then, around = pipeline.load_for_lint(revision, request, context, Path.cwd())
        return check(then.loaded)(then.loaded, context=around), then.revision

    return lambda report: pipeline.only_new(report, *earlier()) if report.findings else report
