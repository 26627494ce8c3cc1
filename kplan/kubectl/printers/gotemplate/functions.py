"""The functions of templates.

Upstream: Go's text/template/funcs.go, staging/src/k8s.io/cli-runtime/pkg/printers/template.go
"""

import base64
import binascii
import urllib.parse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from kplan.kubectl.printers.gotemplate.formatting import escaped_json, formatted, joined, plain, type_of
from kplan.kubectl.printers.gotemplate.nodes import MISSING, GoInt, TemplateError

_HTML: Final = str.maketrans(
    {'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\x00": "\ufffd"}
)
_NOTHING: Final = "reflect: call of reflect.Value.Type on zero Value"


def is_true(value: Any) -> bool:
    """Whether a value counts as true: it is neither empty, nor zero, nor missing."""
    return value is not MISSING and bool(value)


def length(value: Any) -> int:
    """``len``: bytes of a string, or the elements."""
    if value is None or value is MISSING:
        raise TemplateError(_NOTHING)
    if isinstance(value, str):
        return GoInt(len(value.encode()))
    if isinstance(value, (list, dict)):
        return GoInt(len(value))
    raise TemplateError(f"len of type {type_of(value)}")


def index(value: Any, *places: Any) -> Any:
    """The function ``index``."""
    if value is None or value is MISSING:
        raise TemplateError("index of untyped nil")
    for place in places:
        if isinstance(value, dict):
            if not isinstance(place, str):
                raise TemplateError(f"value has type {type_of(place)}; should be string")
            value = value.get(place)
        elif isinstance(value, (list, str)):
            value = _element(value, place)
        elif value is None:
            raise TemplateError("index of nil pointer")
        else:
            raise TemplateError(f"can't index item of type {type_of(value)}")
    return value


def _element(value: Any, place: Any) -> Any:
    content = value.encode() if isinstance(value, str) else value
    return content[_place(place, len(content) - 1)]


def _place(place: Any, largest: int) -> int:
    if place is None or place is MISSING:
        raise TemplateError("cannot index slice/array with nil")
    if isinstance(place, bool) or not isinstance(place, int):
        raise TemplateError(f"cannot index slice/array with type {type_of(place)}")
    if not 0 <= place <= largest:
        raise TemplateError(f"index out of range: {place}")
    return place


def cut(value: Any, *places: Any) -> Any:
    """The function ``slice``."""
    if value is None or value is MISSING:
        raise TemplateError("slice of untyped nil")
    if not isinstance(value, (str, list)):
        raise TemplateError(f"can't slice item of type {type_of(value)}")
    if len(places) == 3 and isinstance(value, str):
        raise TemplateError("cannot 3-index slice a string")
    content = value.encode() if isinstance(value, str) else value
    start, end = (*(_place(one, len(content)) for one in places), *(0, len(content))[len(places) :])[:2]
    if start > end:
        raise TemplateError(f"invalid slice index: {start} > {end}")
    part = content[start:end]
    return part.decode(errors="replace") if isinstance(part, bytes) else part


def equal(first: Any, *others: Any) -> bool:
    """``eq``: whether the first is equal to any of the others."""
    if not others:
        raise TemplateError("missing argument for comparison")
    return any(_is_same(first, other) for other in others)


def _is_same(left: Any, right: Any) -> bool:
    one, two = _kind(left), _kind(right)
    if "nothing" in (one, two):
        return one == two
    if one != two:
        raise TemplateError("incompatible types for comparison")
    if one == "other":
        raise TemplateError(f"non-comparable type {plain(left)}: {type_of(left)}")
    return bool(left == right)


def less(left: Any, right: Any) -> bool:
    """The function ``lt``."""
    one, two = _kind(left), _kind(right)
    if "other" in (one, two) or "nothing" in (one, two) or one == two == "bool":
        raise TemplateError("invalid type for comparison")
    if one != two:
        raise TemplateError("incompatible types for comparison")
    return bool(left < right)


def _kind(value: Any) -> str:
    if value is None or value is MISSING:
        return "nothing"
    if isinstance(value, bool):
        return "bool"
    return {int: "int", GoInt: "int", float: "float", str: "string"}.get(type(value), "other")


def decode(text: Any) -> str:
    """The function ``base64decode``."""
    if not isinstance(text, str):
        raise TemplateError(f"wrong type for value; expected string; got {type_of(text)}")
    try:
        return base64.b64decode(text, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError) as error:
        raise TemplateError(
            f"base64 decode failed: illegal base64 data at input byte {_bad_byte(text)}"
        ) from error


def _bad_byte(text: str) -> int:
    bad = (
        number
        for number, char in enumerate(text)
        if not (char.isascii() and (char.isalnum() or char in "+/="))
    )
    return next(bad, len(text) - len(text) % 4)


def exists(value: Any, *places: Any) -> bool:
    """``exists``: whether an index leads to something."""
    if not places:  # Go's nothing is no nil pointer
        return True
    try:
        return index(value, *places) is not None
    except TemplateError:
        return False


def _printed(values: Sequence[Any]) -> str:
    return joined([None if one is MISSING else one for one in values])


def _escapable(values: Sequence[Any]) -> str:
    """What other functions escape, to which nothing has a text of its own."""
    return joined(["<no value>" if one is MISSING or one is None else one for one in values])


FUNCTIONS: Final[Mapping[str, Callable[..., Any]]] = {
    "len": length,
    "index": index,
    "slice": cut,
    "eq": equal,
    "ne": lambda left, right: not equal(left, right),
    "lt": less,
    "le": lambda left, right: less(left, right) or equal(left, right),
    "gt": lambda left, right: not (less(left, right) or equal(left, right)),
    "ge": lambda left, right: not less(left, right),
    "not": lambda value: not is_true(value),
    "print": lambda *values: _printed(values),
    "println": lambda *values: " ".join(plain(one) for one in values) + "\n",
    "printf": lambda pattern, *values: formatted(
        pattern, [None if one is MISSING else one for one in values]
    ),
    "html": lambda *values: _escapable(values).translate(_HTML),
    "js": lambda *values: escaped_json(_escapable(values)),
    "urlquery": lambda *values: urllib.parse.quote_plus(_escapable(values)),
    "base64decode": decode,
    "exists": exists,
}
"""By name; ``and`` and ``or`` stop early and ``call`` names its operand, so the evaluation itself knows them."""
NAMES: Final = frozenset({*FUNCTIONS, "and", "call", "or"})
