"""Objects as KYAML: YAML in JSON's clothes.

Upstream: vendor/sigs.k8s.io/yaml/kyaml/kyaml.go
"""

import json
import re
from typing import Any, Final

_WORDS: Final = frozenset(
    [
        "",
        "null",
        "~",
        "true",
        "false",
        "t",
        "f",
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        ".inf",
        "-.inf",
        "+.inf",
        ".nan",
    ]
)
_NUMBER: Final = re.compile(
    r"[+-]?(0[xX][0-9a-fA-F]+(\.[0-9a-fA-F]*)?([pP][+-]?\d+)?|0[bB][01]+|0[oO][0-7]+|\d+\.?\d*([eE][+-]?\d+)?"
    r"|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)\Z",
    re.IGNORECASE,
)
_SEXAGESIMAL: Final = re.compile(r"[+-]?[1-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?\Z")
_TIME: Final = re.compile(r"\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[+-]\d\d:\d\d)?)?\Z")
_ESCAPES: Final = {
    '"': '\\"', "\\": "\\\\", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\r": "\\r", "\v": "\\v", "\0": "\\0", "\x1b": "\\e",
    "\x85": "\\N", "\xa0": "\\_", "\u2028": "\\L", "\u2029": "\\P",
}  # fmt: skip


def kyaml(value: Any) -> str:
    """One document; the order of keys is the value's own."""
    return f"---\n{_node(value, 0)}\n"


def _node(value: Any, indent: int) -> str:
    if isinstance(value, dict):
        return _mapping(value, indent)
    if isinstance(value, list):
        return _sequence(value, indent)
    if isinstance(value, str):
        return _string(value, indent + 1)
    return json.dumps(value)


def _mapping(value: dict[str, Any], indent: int) -> str:
    if not value:
        return "{}"
    margin = "  " * (indent + 1)
    rows = "".join(f"{margin}{_key(key)}: {_node(item, indent + 1)},\n" for key, item in value.items())
    return "{\n" + rows + "  " * indent + "}"


def _sequence(value: list[Any], indent: int) -> str:
    if all(isinstance(item, (dict, list)) for item in value):
        return "[" + ", ".join(_node(item, indent) for item in value) + "]"
    margin = "  " * indent
    rows = "".join(f"{margin}  {_node(item, indent + 1)},\n" for item in value)
    return "[\n" + rows + margin + "]"


def _key(text: str) -> str:
    if "\n" not in text and not _needs_quotes(text):
        return text
    return '"' + "".join({"\n": "\\n", "\t": "\\t"}.get(char) or _escaped(char) for char in text) + '"'


def _string(text: str, indent: int) -> str:
    """A text in quotes, one of several lines with a line each."""
    if "\n" not in text:
        return '"' + "".join(map(_escaped, text)) + '"'
    margin, out = "  " * indent, ['"\\\n']
    begins = True
    for char in text:
        if begins:
            out.append(margin + ("\\" if char.isspace() and char != "\n" else " "))
        begins = char == "\n"
        out.append("\\n\\\n" if begins else _escaped(char))
    return "".join([*out, "" if begins else "\\\n", margin, '"'])


def _escaped(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable() or char == "\t":
        return char
    code = ord(char)
    return (
        f"\\x{code:02x}"
        if code < 0x20 or code == 0x7F
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )


def _needs_quotes(text: str) -> bool:
    plain = text.replace("_", "")
    if text.lower() in _WORDS or text in ("0", "1") or _NUMBER.match(plain):
        return True
    if _SEXAGESIMAL.match(text) or _TIME.match(text):
        return True
    last = len(text) - 1
    return any(
        not (char.isalpha() or char.isnumeric() or char == "_" or (0 < number < last and char in "-./"))
        for number, char in enumerate(text)
    )
