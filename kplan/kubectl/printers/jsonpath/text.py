"""What a template finds, as text.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/jsonpath.go (PrintResults), cli-runtime/pkg/printers/jsonpath.go
"""

import json
import re
from collections.abc import Sequence
from typing import Any, Final

from kplan.apiserver.field import go_quote
from kplan.apiserver.patch.go_values import compact, go_syntax, sprint
from kplan.errors import UsageError
from kplan.kubectl.printers.jsonpath.evaluate import results
from kplan.kubectl.printers.jsonpath.nodes import JSONPathError, Template
from kplan.kubectl.printers.jsonpath.parser import parse

_RELAXED: Final = re.compile(r"\{\.?([^{}]+)\}\Z|\.?([^{}]+)\Z")
_UNEXPECTED: Final = "unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"


def printed(template: str, value: Any, *, as_json: bool = False, strict: bool = False) -> str:
    """What a template prints of a value; ``strict`` lets no field be missing. Raises UsageError."""
    try:
        parts = parse(template)
    except JSONPathError as error:
        raise UsageError(f"error parsing jsonpath {template}, {error}") from error
    try:
        found = list(results(parts, value, strict=strict))
    except JSONPathError as error:
        raise UsageError(_failed(template, value, error)) from error
    if as_json:
        return "".join(
            json.dumps(list(group), indent=4, sort_keys=True, ensure_ascii=False) + "\n" for group in found
        )
    return "".join(" ".join(map(text_of, group)) for group in found)


def relaxed_text(path: str) -> str:
    """A path that may do without braces and the first dot, with both; none stays none. Raises UsageError."""
    if not path:
        return path
    match = _RELAXED.match(path)
    if match is None:
        raise UsageError(_UNEXPECTED)
    return f"{{.{match[1] or match[2]}}}"


def relaxed(path: str) -> Template:
    """Read a path that may do without braces and the first dot. Raises UsageError."""
    return template_of(relaxed_text(path))


def template_of(text: str) -> Template:
    """Read a template. Raises UsageError."""
    try:
        return parse(text)
    except JSONPathError as error:
        raise UsageError(str(error)) from error


def values_of(template: Template, value: Any) -> Sequence[Any]:
    """All that a template finds. Raises UsageError."""
    return [one for group in groups_of(template, value) for one in group]


def groups_of(template: Template, value: Any) -> Sequence[Sequence[Any]]:
    """What each part of a template finds. Raises UsageError."""
    try:
        return list(results(template, value))
    except JSONPathError as error:
        raise UsageError(str(error)) from error


def text_of(value: Any) -> str:
    """One value as text."""
    if isinstance(value, (dict, list)):
        return compact(value).removesuffix("\n")
    return "null" if value is None else sprint(value)


def _failed(template: str, value: Any, error: JSONPathError) -> str:
    return (
        f"error executing jsonpath {go_quote(template)}: Error executing template: {error}. Printing more information for "
        f"debugging the template:\n\ttemplate was:\n\t\t{template}\n\tobject given to jsonpath engine was:\n"
        f"\t\t{go_syntax(value)}\n\n\n"
    )
