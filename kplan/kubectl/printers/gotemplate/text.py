"""What a template prints of an object.

Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/template.go, cli-runtime/pkg/genericclioptions/template_flags.go
"""

from typing import Any

from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.go_values import compact
from kplan.errors import UsageError
from kplan.kubectl.printers.failing import TemplateFailedError
from kplan.kubectl.printers.gotemplate.evaluate import execute
from kplan.kubectl.printers.gotemplate.formatting import plain
from kplan.kubectl.printers.gotemplate.functions import NAMES
from kplan.kubectl.printers.gotemplate.nodes import Template, TemplateError
from kplan.kubectl.printers.gotemplate.parser import parse


def read(template: str) -> Template:
    """Read a template. Raises UsageError."""
    try:
        return parse(template, NAMES)
    except TemplateError as error:
        raise UsageError(f"error parsing template {template}, {error}") from error


def printed(template: str, value: Any, *, strict: bool = False) -> str:
    """What a template prints of a value. Raises UsageError."""
    tree = read(template)
    out: list[str] = []
    try:
        execute(tree, value, out, strict=strict)
    except TemplateError as error:
        about = (
            f"{''.join(out)}Error executing template: {error}. Printing more information for debugging the template:\n"
            f"\ttemplate was:\n\t\t{template}\n\traw data was:\n\t\t{compact(value).removesuffix(chr(10))}\n"
            f"\tobject given to template engine was:\n\t\t{plain(value)}\n\n"
        )
        text = f"error executing template {go_quote(template)}: {error}"
        raise TemplateFailedError(text, about) from error
    return "".join(out)
