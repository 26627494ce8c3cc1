"""A template's text to nodes: text and actions in turn, ranges with what is inside of them.

Upstream: staging/src/k8s.io/client-go/util/jsonpath/parser.go
"""

from typing import Final

from kplan.kubectl.printers.jsonpath.nodes import Identifier, Literal, Path, Range, Template
from kplan.kubectl.printers.jsonpath.scanner import Scanner

_END: Final = (Identifier("end"),)
_RANGE: Final = Identifier("range")


def parse(text: str) -> Template:
    """Read a template. Raises JSONPathError."""
    found, rest = _block(_parts(text))
    return [*found, _END] if rest else found


def _parts(text: str) -> list[Path]:
    """Text and actions in turn."""
    found: list[Path] = []
    place = 0
    while place < len(text):
        brace = text.find("{", place)
        if brace != place:
            found.append((Literal(text[place:brace] if brace > 0 else text[place:]),))
        if brace < 0:
            break
        scanner = Scanner(text, brace + 1)
        found.append(scanner.action())
        place = scanner.place
    return found


def _block(parts: list[Path], *, inside: bool = False) -> tuple[Template, list[Path]]:
    """Everything up to the end of a range, or of the template."""
    found: list[Path | Range] = []
    while parts:
        part, parts = parts[0], parts[1:]
        if part == _END:
            return found, parts if inside else [part]
        if part[:1] == (_RANGE,):
            body, parts = _block(parts, inside=True)
            found.append(Range(part[1:], body))
        else:
            found.append(part)
    return found, []
