"""A run of ``kplan lint``: what is read, how it is checked, and when the report of an earlier run stands for it."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from kplan.cli import caching, fixing, inputs
from kplan.namedtuples import NamedTuple
from kplan.processes import Processes

if TYPE_CHECKING:
    from kplan.api.object import Json
    from kplan.cli.progress import ProgressBar
    from kplan.inputs.ledger import Ledger
    from kplan.inputs.request import Request
    from kplan.lint.selection import LintOptions
    from kplan.pipeline.knowing import Knowledge
    from kplan.pipeline.loading import Loaded
    from kplan.report import Report

    Hiding = Callable[[Report], Report]
    """Leaves out of a report what is not shown."""


class Run(NamedTuple):
    """What is read, and how it is checked."""

    request: "Request"
    around: "Request | None"
    """What references are looked up in."""
    options: "LintOptions"
    kubernetes: Sequence[str]
    cluster: "Sequence[Json]"
    definitions: "Callable[[Any], Sequence[Json]]"
    """Finds the definitions of custom resources that count for some objects."""
    jobs: int
    bar: "ProgressBar"

    def found(self, hidden: "Sequence[Hiding]", *, anew: bool) -> "Report":
        """The report, an earlier run's if nothing has changed since, unless it is to be made ``anew``."""
        if anew:
            return self.made(hidden)
        about = self.options, self.kubernetes, self.cluster, self.definitions(()), fixing.with_unsafe()
        request = self.request._replace(processes=Processes(self.jobs))
        return caching.recalled((request, self.around), about, partial(self.made, hidden))

    def made(
        self,
        hidden: "Sequence[Hiding]",
        ledger: "Ledger | None" = None,
        knowledge: "Knowledge | None" = None,
    ) -> "Report":
        """Read and check, and fix what is to be fixed and is not ``hidden``."""
        with _uncollected():
            return self._made(hidden, ledger, knowledge)

    def _made(
        self, hidden: "Sequence[Hiding]", ledger: "Ledger | None", knowledge: "Knowledge | None"
    ) -> "Report":
        from kplan import pipeline

        values = knowledge.values if knowledge else None
        loaded = inputs.load_all(
            self.request._replace(processes=Processes(self.jobs), ledger=ledger, values=values)
        )
        around = self.around._replace(ledger=ledger, values=values) if self.around else None
        near = pipeline.load(around) if around else None
        check = self.check(loaded)
        asked = partial(check, knowledge=knowledge) if knowledge else check
        named = (*self.request.paths, *self.request.kustomizations)
        return fixing.lint(loaded, asked, context=near, hidden=hidden, named=named)

    def check(self, loaded: "Loaded") -> "partial[Report]":
        """The check of what was read; the caller still adds the context."""
        from kplan import pipeline

        return partial(
            pipeline.lint, options=self.options, kubernetes=self.kubernetes, cluster=self.cluster,
            definitions=self.definitions(loaded.objects), progress=self.bar.counting("checking objects"), jobs=self.jobs,
        )  # fmt: skip

    def new_since(self, revision: str) -> "Hiding":
        """What leaves out of a report what is found in a revision of git as well. Raises UsageError."""
        from kplan.cli.branch import without_earlier

        return without_earlier(revision, self.request, self.around, self.check)


@contextmanager
def _uncollected() -> "Iterator[None]":
    """Look for no garbage: what a lint makes it keeps, nearly all of it,
    and each look would go over all that is new.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.unfreeze()  # all of it counts as old now, and is not looked through as soon as somebody may look
        if was:
            gc.enable()
