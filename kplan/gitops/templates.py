"""The two template languages of an ApplicationSet: ``{{name}}``, and Go's templates where ``goTemplate`` is true.

Upstream: github.com/argoproj/argo-cd applicationset/utils/utils.go
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

_PLACE = re.compile(r"\{\{(.*?)\}\}")


class TemplateError(Exception):
    """A template that cannot be rendered."""

    address = ""


def rendered(template: Any, parameters: Mapping[str, Any], *, go_template: bool, strict: bool = False) -> Any:
    """A template with every text in it rendered; keys are texts too."""
    return _walked(template, lambda text: text_of(text, parameters, go_template=go_template, strict=strict))


def text_of(text: str, parameters: Mapping[str, Any], *, go_template: bool, strict: bool = False) -> str:
    """Render a text; with ``strict``, unknown names are an error. Raises TemplateError."""
    if "{{" not in text:
        return text
    return (
        _go(text, parameters, strict=strict)
        if go_template
        else _PLACE.sub(lambda found: _value(found, parameters), text)
    )


def _walked(value: Any, text: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {text(key): _walked(item, text) for key, item in value.items()}
    if isinstance(value, list):
        return [_walked(item, text) for item in value]
    return text(value) if isinstance(value, str) else value


def _value(found: re.Match[str], parameters: Mapping[str, Any]) -> str:
    """The value of a name; an unknown name stays as it is written."""
    value = parameters.get(found[1].strip())
    return found[0] if value is None else str(value)


def _go(text: str, parameters: Mapping[str, Any], *, strict: bool) -> str:
    """A template of Go. Raises TemplateError."""
    from kplan.gitops.sprig import SPRIG  # noqa: PLC0415 - few sets are written in it
    from kplan.kubectl.printers.gotemplate.evaluate import execute  # noqa: PLC0415 - likewise
    from kplan.kubectl.printers.gotemplate.nodes import TemplateError as GoError  # noqa: PLC0415 - likewise
    from kplan.kubectl.printers.gotemplate.parser import parse  # noqa: PLC0415 - likewise

    out: list[str] = []
    try:
        execute(parse(text, {*SPRIG, "and", "or"}), parameters, out, strict=strict, functions=SPRIG)
    except (GoError, AttributeError, IndexError, KeyError, ValueError) as error:
        raise TemplateError(f"its template cannot be rendered: {error}") from error
    return "".join(out)
