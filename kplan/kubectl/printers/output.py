"""What ``-o`` says: a format, and the template or columns that some formats take.

Upstream: staging/src/k8s.io/cli-runtime/pkg/genericclioptions/{print,jsonpath,json_yaml}_flags.go
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from kplan.errors import UsageError
from kplan.kubectl.printers.documents import document
from kplan.kubectl.printers.jsonpath.text import printed
from kplan.kubectl.textfile import read_text

DOCUMENTS: Final = ("json", "yaml")
JSONPATH: Final = ("jsonpath", "jsonpath-as-json", "jsonpath-file")
COLUMNS: Final = ("custom-columns", "custom-columns-file")


class Output(NamedTuple):
    """A format and what belongs to it."""

    name: str = ""
    template: str = ""

    @property
    def whole(self) -> bool:
        """Whether the objects themselves are printed."""
        return self.name in (*DOCUMENTS, *JSONPATH)

    def render(self, value: Any) -> str:
        """Print a value. Raises UsageError where a template does not fit it."""
        if self.name in DOCUMENTS:
            return document(value, self.name)
        return printed(self.template, value, as_json=self.name == "jsonpath-as-json")


def output_of(text: str, *, formats: Sequence[str]) -> Output:
    """Read ``-o``. Raises UsageError for a format that there is not, or that lacks its template."""
    name, _, template = text.partition("=")
    if name and name not in formats:
        raise UsageError(
            f'unable to match a printer suitable for the output format "{text}", '
            f"allowed formats are: {','.join(sorted(one for one in formats if one != 'text'))}"
        )
    if name in JSONPATH and not template:
        raise UsageError("template format specified but no template given")
    if name in COLUMNS and not template:
        raise UsageError("custom-columns format specified but no custom columns given")
    if name.endswith("-file"):
        return Output(name, read_text(template, f"error reading template {template},"))
    return Output(name, template)
