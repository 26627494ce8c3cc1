"""A value as YAML text, byte for byte as kubectl prints it: keys sorted, quoted only where it must be, folded at 80.

``kubectl diff`` prints both sides through this form, so a difference of one quote would be a difference in the plan.

Upstream: sigs.k8s.io/yaml Marshal and go.yaml.in/yaml/v2 {encode,emitterc,sorter}.go
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, cmp_to_key, lru_cache
from typing import Any, Final

from kplan.manifest.scalars import resolves_to_string, shortest

WIDTH: Final = 80
MAX_SIMPLE_KEY: Final = 128

_UNPRINTABLE = "\0-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff\U00010000-\U0010ffff"
_SPECIAL: Final = f"[{_UNPRINTABLE}]| [\r\n\u2028\u2029]"
_BREAK: Final = "[\r\n\x85\u2028\u2029]"
_BREAK_SPACE: Final = "[\u2028\u2029] "
_LINE_START: Final = "(\\A|[\n\u2028\u2029])(?=[^\n\u2028\u2029])"
_INDICATOR: Final = r"\A(?:[#,\[\]{}&*!|>'\"%@`]|---|\.\.\.|[?:-](?= |\Z))|:(?= |\Z)|(?<= )#"
_ESCAPED: Final = f'[{_UNPRINTABLE}\n\u2028\u2029"\\\\]'
_ESCAPES: Final = {
    "\0": "\\0", "\a": "\\a", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r",
    "\x1b": "\\e", '"': '\\"', "\\": "\\\\", "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def to_yaml(value: Any) -> str:
    """Print a JSON value as kubectl's YAML, newline at the end."""
    out: list[str] = []
    if value and isinstance(value, dict):
        _mapping(value, "", "", out)
    elif value and isinstance(value, list):
        _sequence(value, "", "", out)
    else:
        out.append(_scalar(value, 0, "  "))
    return "".join(out)


def to_yaml_documents(values: Iterable[Any]) -> str:
    """Print several values as one stream, ``---`` between them."""
    return "---\n".join(map(to_yaml, values))


def _mapping(value: Mapping[str, Any], margin: str, lead: str, out: list[str]) -> None:
    """Write every pair; ``lead`` stands before the first one (the margin, ``- `` or ``: ``)."""
    deeper = margin + "  "
    for key in sorted_keys(tuple(value)):
        item = value[key]
        name = _simple_key(key)
        if not name:
            _complex_pair(key, item, margin, lead, out)
        elif item and isinstance(item, dict):
            out.append(f"{lead}{name}:\n")
            _mapping(item, deeper, deeper, out)
        elif item and isinstance(item, list):
            out.append(f"{lead}{name}:\n")
            _sequence(item, margin, margin, out)
        else:
            text = f"{lead}{name}: "
            out.append(text + _scalar(item, len(text), deeper))
        lead = margin


def _complex_pair(key: str, item: Any, margin: str, lead: str, out: list[str]) -> None:
    """Write a key that is too long or has several lines in the ``? key`` form."""
    deeper = margin + "  "
    out.append(f"{lead}? " + _scalar(key, len(lead) + 2, deeper))
    lead = margin + ": "
    if item and isinstance(item, dict):
        _mapping(item, deeper, lead, out)
    elif item and isinstance(item, list):
        _sequence(item, deeper, lead, out)
    else:
        out.append(lead + _scalar(item, len(lead), deeper))


def _sequence(value: Sequence[Any], margin: str, lead: str, out: list[str]) -> None:
    deeper = margin + "  "
    for item in value:
        lead += "- "
        if item and isinstance(item, dict):
            _mapping(item, deeper, lead, out)
        elif item and isinstance(item, list):
            _sequence(item, deeper, lead, out)
        else:
            out.append(lead + _scalar(item, len(lead), deeper))
        lead = margin


def _scalar(value: Any, column: int, margin: str) -> str:
    """Print a scalar or an empty collection that starts at the column, with its line's end."""
    if isinstance(value, str):
        if "\n" in value:
            return _block(value, column, margin)
        text = inline(value)
        if text[0] == "'" and _compiled(_BREAK).search(text):
            return _compiled(_LINE_START).sub(r"\g<1>" + margin, text[:-1])[len(margin) :] + "'\n"
        if column + len(text) > WIDTH and " " in text:
            return _folded(text, column, margin) + "\n"
        return text + "\n"
    if value is True:
        return "true\n"
    if value is False:
        return "false\n"
    if value is None:
        return "null\n"
    if isinstance(value, float):
        return shortest(value) + "\n"
    if isinstance(value, int):
        return f"{value if -(1 << 63) <= value < 1 << 64 else shortest(float(value))}\n"
    return "{}\n" if isinstance(value, dict) else "[]\n"


def _block(value: str, column: int, margin: str) -> str:
    """Print a text of several lines literally, or quoted if a literal block could not hold it."""
    if value[-1] == " " or _compiled(_SPECIAL).search(value):
        text = double_quoted(value)
        return (_folded(text, column, margin) if column + len(text) > WIDTH and " " in text else text) + "\n"
    hint = "2" if value[0] in " \n\u2028\u2029" else ""
    ended = value[-1] in "\n\u2028\u2029"
    chomp = "-" if not ended else "+" if len(value) == 1 or value[-2] in "\n\u2028\u2029" else ""
    body = _compiled(_LINE_START).sub(r"\g<1>" + margin, value)
    return f"|{hint}{chomp}\n{body}" + ("" if ended else "\n")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled when there is a text for it: what a fix puts into a text mostly needs none."""
    return re.compile(pattern)


@lru_cache(maxsize=16384)
def inline(value: str) -> str:
    """Quote a text of one line as little as it needs, without folding."""
    if not resolves_to_string(value):
        return double_quoted(value)
    if value.isascii() and value.isalnum():
        return value
    if _compiled(_SPECIAL).search(value) or _compiled(_BREAK_SPACE).search(value):
        return double_quoted(value)
    if (
        value[0] != " "
        and value[-1] != " "
        and not _compiled(_INDICATOR).search(value)
        and not _compiled(_BREAK).search(value)
    ):
        return value
    return "'" + value.replace("'", "''") + "'"


@lru_cache(maxsize=16384)
def _simple_key(key: str) -> str:
    """The key as it stands before its colon; empty if it needs the ``? key`` form."""
    if len(key.encode("utf-8", "surrogatepass")) > MAX_SIMPLE_KEY or _compiled(_BREAK).search(key):
        return ""
    return inline(key)


def double_quoted(value: str) -> str:
    """A text in double quotes."""
    # go-yaml looks for a byte order mark at the start of the value, whichever character it is about to write
    if value.startswith("\ufeff"):
        return '"' + "".join(_ESCAPES.get(char) or _hex(char) for char in value) + '"'
    return '"' + _compiled(_ESCAPED).sub(lambda found: _ESCAPES.get(found[0]) or _hex(found[0]), value) + '"'


def _hex(char: str) -> str:
    code = ord(char)
    return f"\\x{code:02X}" if code <= 0xFF else f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def _folded(text: str, column: int, margin: str) -> str:
    """Break a rendered one-line scalar at single spaces past the width, as its style allows."""
    quote = text[0] if text[0] in "'\"" else ""
    last = len(text) - 2
    out: list[str] = []
    position = 0
    while (space := text.find(" ", position)) >= 0:
        out.append(text[position:space])
        column += space - position
        end = space + 1
        while text[end : end + 1] == " ":
            end += 1
        run = end - space
        inner = not quote or 1 < space < last
        if column > WIDTH and inner and (run == 1 or quote == '"'):
            rest = " " * (run - 1)
            out.append("\n" + margin + ("\\" + rest if rest else ""))
            column = len(margin) + (run if rest else 0)
        else:
            out.append(text[space:end])
            column += run
        position = end
    out.append(text[position:])
    return "".join(out)


@lru_cache(maxsize=4096)
def sorted_keys(keys: tuple[str, ...]) -> list[str]:
    """Sort as go-yaml does: letters by code point, other characters before letters, runs of digits by value."""
    if len(keys) < 2 or "".join(keys).isalpha():
        return sorted(keys)
    return sorted(keys, key=cmp_to_key(_compare))


def _compare(left: str, right: str) -> int:
    return -1 if _less(left, right) else 1


def _less(left: str, right: str) -> bool:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a == b:
            continue
        if a.isalpha() and b.isalpha():
            return a < b
        if a.isalpha() or b.isalpha():
            return b.isalpha()
        carried = (a == "0" or b == "0") and _in_number(left, index)
        a_number, a_end = _digits(left, index, carried=carried)
        b_number, b_end = _digits(right, index, carried=carried)
        if a_number != b_number:
            return a_number < b_number
        if a_end != b_end:
            return a_end < b_end
        return a < b
    return len(left) < len(right)


def _in_number(text: str, index: int) -> bool:
    """Tell whether the digits right before the index hold anything but zeros."""
    index -= 1
    while index >= 0 and text[index].isdecimal():
        if text[index] != "0":
            return True
        index -= 1
    return False


def _digits(text: str, start: int, *, carried: bool) -> tuple[int, int]:
    number, end = int(carried), start
    while end < len(text) and text[end].isdecimal():
        number = number * 10 + ord(text[end]) - ord("0")
        end += 1
    return number, end
