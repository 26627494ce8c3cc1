"""Text for a terminal: what could drive it, or turn the order of what is read, is written out.

Upstream: staging/src/k8s.io/cli-runtime/pkg/printers/terminal.go
"""

import re
from typing import Final

_CONTROLS: Final = {
    number: f"^{chr(number ^ 64)}" for number in (*range(32), 127) if chr(number) not in "\n\t"
} | {13: "\\r"}
_BEYOND: Final = {
    number: f"\\u{number:04x}"
    for number in (*range(0x80, 0xA0), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_WRITTEN: Final = _CONTROLS | _BEYOND
_OWN: Final = r"\x1b\[(?:0|[12]|3[1236]|1;31)m"
"""The colours that a style paints with."""
_SUSPECT: Final = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]"
_BEFORE_COMMAND: Final = r"\n(?=[ \t]*::[A-Za-z-]+(?: [^\n]*)?::)"
"""The end of the line before ``::error file=a::``."""
_MARKS: Final = r"##(?=\w*\[)"
"""Those of ``##vso[...]``, which count anywhere in a line."""


def escaped(text: str, *, colour: bool = False) -> str:
    """The text without control characters but line ends, tabs and, if it was painted, colours."""
    if text.replace("\n", "").isprintable() or not re.search(_SUSPECT, text):
        return text
    if not colour:
        return re.sub(_SUSPECT, _written, text)
    return re.sub(f"({_OWN})|{_SUSPECT}", lambda found: found[1] or _written(found), text)


def inert(text: str) -> str:
    """The text without what a pipeline that reads its log takes for a command: GitHub's, Azure's and TeamCity's."""
    # Each by itself begins with a character of its own, by which a long text is searched ten times as fast.
    if "::" in text:
        text = re.sub(_BEFORE_COMMAND, r"\\n", text)
    return re.sub(_MARKS, r"##\\", text) if "##" in text else text


def _written(found: re.Match[str]) -> str:
    return _WRITTEN[ord(found[0])]
