"""``--base``: what a branch changes, with the inputs of a revision of git as the state."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from kplan.cli import inputs, options
from kplan.cli.settings import gathered, option
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.api.object import Object
    from kplan.inputs.request import Request
    from kplan.kubectl.apply import ApplyOptions
    from kplan.pipeline.branching import Base
    from kplan.pipeline.loading import Loaded
    from kplan.pipeline.states import State
    from kplan.report import Report
    from kplan.state.sources.revision import Revision

F = TypeVar("F", bound=Callable[..., Any])


class Against(NamedTuple):
    """What manifests are compared with: a state, or with a base the inputs of a revision of git, applied."""

    state: str | None
    base: str | None

    @property
    def revision(self) -> str | None:
        """The revision to compare with: a state on the command line stands alone if the base is only configured."""
        source = click.get_current_context().get_parameter_source
        if (
            source("state") is ParameterSource.COMMANDLINE
            and source("base") is not ParameterSource.COMMANDLINE
        ):
            return None
        return self.base

    def opened(
        self, request: "Request", applying: "ApplyOptions", kubernetes: str, head: "Sequence[Object]"
    ) -> "tuple[State, Base | None]":
        """The state, and the base if there is one, read as ``request`` says and applied. Raises UsageError."""
        if self.revision is None:
            reading = applying.reading
            named = reading.namespace if reading.enforce_namespace else None
            return inputs.open_state(self.state, kubernetes=kubernetes, known=head, namespace=named), None
        before = self._opened_base(self.revision, request, applying, kubernetes, head)
        return before.state, before

    def _opened_base(
        self, revision: str, request: "Request", applying: "ApplyOptions", kubernetes: str, head: "Sequence[Object]"
    ) -> "Base":  # fmt: skip
        from pathlib import Path

        from kplan import pipeline

        earlier = pipeline.load_base(revision, request, Path.cwd())
        known, state = earlier.loaded.objects, self.state
        on = inputs.open_state(state, kubernetes=kubernetes, known=known) if state is not None else None
        return pipeline.base_state(earlier, applying, kubernetes=kubernetes, on=on, head=head)


def against(command: Callable[..., int]) -> Callable[..., int]:
    """``--state`` and ``--base``; a command gets them as ``against``."""
    return gathered("against", Against, options.state, _base)(command)


def _base(command: F) -> F:
    return option(
        "--base", "base", metavar="REV", default=None, setting="base",
        help="Show what this branch changes: the same inputs, read at this git revision and applied, are the state "
        "(with --state: on top of it). 'REV...' is the commit at which the branch left REV.",
    )(command)  # fmt: skip


def without_earlier(
    revision: str,
    request: "Request",
    context: "Request | None",
    check: "Callable[[Loaded], Callable[..., Report]]",
) -> "Callable[[Report], Report]":
    """What leaves out of a report what a check finds in a revision as well, which is read when there is a finding.

    Raises UsageError.
    """
    from functools import cache
    from pathlib import Path

    from kplan import pipeline

    @cache
    def earlier() -> "tuple[Report, Revision]":
        then, around = pipeline.load_for_lint(revision, request, context, Path.cwd())
        return check(then.loaded)(then.loaded, context=around), then.revision

    return lambda report: pipeline.only_new(report, *earlier()) if report.findings else report
