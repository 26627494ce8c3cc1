"""What ``-o`` says: a format, and the template or columns that some formats take.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/{print,jsonpath,template,json_yaml}_flags.go
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.printers.documents import document
from kplan.kubectl.textfile import read_text
from kplan.kubectl.veil import hides, veiled
from kplan.namedtuples import NamedTuple

DOCUMENTS: Final = ("json", "yaml", "kyaml")
JSONPATH: Final = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
GO_TEMPLATE: Final = ("go-template", "go-template-file", "template", "templatefile")
COLUMNS: Final = ("custom-columns", "custom-columns-file")
WHOLE: Final = (*DOCUMENTS, *JSONPATH, *GO_TEMPLATE)
"""Formats that print the objects themselves."""


class Output(NamedTuple):
    """A format and what belongs to it."""

    name: str = ""
    template: str = ""
    strict: bool = False
    """Whether a template may not ask for what is missing."""
    veil: Callable[[Any], Any] | None = None
    """What of the objects is printed, if that is not everything."""

    @property
    def whole(self) -> bool:
        """Whether the objects themselves are printed."""
        return self.name in WHOLE

    def shown(self, value: Any) -> Any:
        """What of a value is printed."""
        return self.veil(value) if self.veil is not None else value

    def render(self, value: Any, *, typed: bool = False, sort: bool = True) -> str:
        """Print a value, ``typed`` in the order of its Go type, unsorted in its own.

        Raises UsageError if a template does not fit it.
        """
        value = self.shown(value)
        if typed:
            from kplan.kubectl.printers.goorder import in_go_order  # noqa: PLC0415 - few outputs are

            value = in_go_order(value)
        if self.name in DOCUMENTS:
            return document(value, self.name, sort=sort and not typed)
        if self.name in GO_TEMPLATE:
            from kplan.kubectl.printers import gotemplate  # noqa: PLC0415 - likewise

            return gotemplate.printed(self.template, value, strict=self.strict)
        from kplan.kubectl.printers.jsonpath import text  # noqa: PLC0415 - likewise

        return text.printed(self.template, value, as_json=self.name == "jsonpath-as-json", strict=self.strict)


def output_of(arguments: Arguments, *, formats: Sequence[str]) -> Output:
    """Parse ``-o`` and ``--template``. Raises UsageError for an unknown format or a missing template."""
    text = arguments.text("output")
    given = arguments.text("template") if "template" in arguments.flags else ""
    strict = "template" in arguments.flags and not arguments.switch("allow-missing-template-keys")
    veil = partial(veiled, arguments) if hides(arguments) else None
    name, equals, template = text.partition("=")
    if name.lower() in (*DOCUMENTS, "name") and name.lower() in formats:
        name = name.lower()
    if given and not name:
        name = "go-template"
    # a template of its own leaves nothing for the equals sign to bring
    takes_more = name in (*JSONPATH, *GO_TEMPLATE, *COLUMNS) and not given
    if name and (name not in formats or (equals and not takes_more)):
        raise UsageError(
            f'unable to match a printer suitable for the output format "{text}", '
            f"allowed formats are: {','.join(sorted(one for one in formats if one != 'text'))}"
        )
    template = given or template
    if name in (*JSONPATH, *GO_TEMPLATE) and not template:
        raise UsageError("template format specified but no template given")
    if name in COLUMNS and not template:
        raise UsageError("custom-columns format specified but no custom columns given")
    if name.endswith("file"):
        what = "--template" if name in GO_TEMPLATE else "template"
        template = read_text(template, f"error reading {what} {template},")
    if name in GO_TEMPLATE:
        from kplan.kubectl.printers.gotemplate.text import read  # noqa: PLC0415 - few outputs are templates

        read(template)
    return Output(name, template, strict, veil)
