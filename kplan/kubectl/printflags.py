"""What a verb prints of each object it changed: a sentence, the name alone, or the whole object.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/print_flags.go
"""

from typing import Final, NamedTuple

from kplan.api.object import Json
from kplan.apiserver.server import Server
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.choosing import Item
from kplan.kubectl.dryrunstrategy import DryRunStrategy, strategy_of
from kplan.kubectl.flags import Flag
from kplan.kubectl.printed import Printed
from kplan.kubectl.printers.documents import shown
from kplan.kubectl.printers.output import DOCUMENTS, JSONPATH, Output, output_of

OUTPUT: Final = Flag(
    "output", "Format of the output: yaml, json, name or jsonpath=TEMPLATE.", short="o", metavar="FORMAT"
)
_FORMATS: Final = ("name", *DOCUMENTS, *JSONPATH)


class PrintFlags(NamedTuple):
    """How changes are told."""

    output: Output = Output()
    strategy: DryRunStrategy = DryRunStrategy.NONE
    apart: bool = True
    """Whether a line of dashes stands between YAML documents; label makes a printer for each object, which knows of none."""

    def tell(self, printed: Printed, title: str, word: str, value: Json | None = None) -> None:
        """Print one change; ``value`` is the object afterwards."""
        if self.output.name == "name":
            printed.say(title)
        elif self.output.whole and value is not None:
            between = "---\n" if self.apart and printed.text and self.output.name == "yaml" else ""
            printed.text += between + self.output.render(value)
        else:
            printed.say(f"{title} {word}{self.strategy.suffix}")

    def tell_item(self, printed: Printed, server: Server, item: Item, word: str) -> None:
        """Print one change of an object as it is now."""
        value = next(iter(shown(server, [item])), None) if self.output.whole else None
        self.tell(printed, item.title, word, value)


def print_flags(arguments: Arguments) -> PrintFlags:
    """Read ``-o`` and ``--dry-run``. Raises UsageError."""
    output = output_of(arguments.text("output"), formats=_FORMATS)
    return PrintFlags(output, strategy_of(arguments) if "dry-run" in arguments.flags else DryRunStrategy.NONE)
