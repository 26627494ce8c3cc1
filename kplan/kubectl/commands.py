"""kubectl at work on one cluster: command lines, and apply of objects that are in no file."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kplan.api.object import Json, Object
from kplan.kubectl.durations import duration
from kplan.kubectl.invocation import run
from kplan.kubectl.printed import Printed
from kplan.kubectl.verb import LiveContext

if TYPE_CHECKING:
    from kplan.kubectl.apply import ApplyOptions

__all__ = ["Kubectl", "duration"]


class Kubectl:
    """Run kubectl on one cluster."""

    def __init__(self, context: LiveContext) -> None:
        self.context = context

    def run(self, *argv: str) -> Printed:
        """Run a command line, as ``run("drain", "node-1", "--ignore-daemonsets")``;
        it never raises for what it says.
        """
        return run(argv, self.context)

    def apply(self, values: Iterable[Json | Object], options: "ApplyOptions | None" = None) -> Printed:
        """Run kubectl apply on objects."""
        from kplan.kubectl.apply import ApplyOptions, apply  # noqa: PLC0415 - few verbs apply

        objects = [value if isinstance(value, Object) else Object(value) for value in values]
        result = apply(objects, self.context.server, options or ApplyOptions())
        printed = Printed(out=result.lines(), err=list(result.messages))
        printed.refuse(result.errors)
        return printed
