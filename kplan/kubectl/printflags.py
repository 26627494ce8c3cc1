"""What a verb prints of each object it changed: a sentence, the name alone, or the whole object.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.server import Server
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.flags import Flag, switch
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import shown
from kplan.kubectl.printers.output import DOCUMENTS, WHOLE, Output, output_of
from kplan.kubectl.server_fields import without_managed_fields
from kplan.namedtuples import NamedTuple

TEMPLATE: Final = (
    Flag(
        "template", "Template of -o go-template and -o jsonpath; a file of those with -file.", metavar="TEXT"
    ),
    switch("allow-missing-template-keys", "Let templates ask for what is missing.", default=True),
)
OUTPUT: Final = (
    Flag(
        "output",
        "Format of the output: yaml, json, kyaml, name, jsonpath=TEMPLATE or go-template=TEMPLATE.",
        short="o",
        metavar="FORMAT",
    ),
    *TEMPLATE,
    switch("show-managed-fields", "Keep metadata.managedFields in yaml and json."),
)
_FORMATS: Final = ("name", *WHOLE)


class PrintFlags(NamedTuple):
    """How changes are printed."""

    output: Output = Output()
    strategy: DryRunStrategy = DryRunStrategy.NONE
    managed_fields: bool = False
    """Whether documents show who owns which field; templates are asked of whole objects in any case."""
    problem: str = ""
    """Why nothing can be printed, if kubectl notices only when it prints the first object."""
    apart: bool = True
    """Whether a line of dashes stands between YAML documents; verbs that make a printer for each object print none."""

    def tell(
        self, printed: Printed, title: str, word: str, value: Json | None = None, *, typed: bool = False
    ) -> None:
        """Print one change; ``value`` is the object afterwards, ``typed`` if kubectl holds it as one of its Go types.

        Raises UsageError if the format is none.
        """
        if self.problem:
            raise UsageError(self.problem)
        if self.output.name == "name":
            printed.say(title)
        elif self.output.whole and value is not None:
            between = "---\n" if self.apart and printed.text and self.output.name == "yaml" else ""
            printed.text += between + self.output.render(self.shown(value), typed=typed)
        else:
            printed.say(f"{title} {word}{self.strategy.suffix}")

    def shown(self, value: Json) -> Json:
        """What the output has of an object."""
        keeps = self.managed_fields or self.output.name not in DOCUMENTS
        return value if keeps else without_managed_fields(value)

    def tell_item(self, printed: Printed, server: Server, item: Item, word: str) -> None:
        """Print one change with the live object."""
        value = next(iter(shown(server, [item], managed_fields=True)), None) if self.output.whole else None
        self.tell(printed, item.title, word, value)


def late_print_flags(arguments: Arguments) -> PrintFlags:
    """Read ``--dry-run``, and ``-o`` for whoever makes a printer for each object, and so finds
    out late that it is wrong.

    Raises UsageError.
    """
    try:
        return print_flags(arguments)._replace(apart=False)
    except UsageError as error:
        strategy = strategy_of(arguments) if "dry-run" in arguments.flags else DryRunStrategy.NONE
        return PrintFlags(strategy=strategy, problem=error.message)


def print_flags(arguments: Arguments) -> PrintFlags:
    """Read ``-o`` and ``--dry-run``. Raises UsageError."""
    strategy = strategy_of(arguments) if "dry-run" in arguments.flags else DryRunStrategy.NONE
    output = output_of(arguments, formats=_FORMATS)
    return PrintFlags(output, strategy, arguments.switch("show-managed-fields"))
