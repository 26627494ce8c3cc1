"""A source's text to documents: every one that can be read, and a diagnostic for every one that cannot.

The way of a text: ``stream.split`` cuts it, ``plain.read`` or else ``events.compose`` reads each piece, this
module names what went wrong.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.manifest import plain
from kplan.manifest.composed import Composed, Problem
from kplan.manifest.document import Document
from kplan.manifest.limits import DEFAULT, Limits
from kplan.manifest.source import Position, Source, Span
from kplan.manifest.stream import Chunk, split
from kplan.namedtuples import NamedTuple

SYNTAX: Final = "YAML001"
REPEATED_KEY: Final = "YAML002"
TEMPLATE: Final = "YAML003"
BEHIND_END: Final = "YAML007"

_TEMPLATE = r"\{\{-?\s*(?:\.|\$|/\*|[a-z]|[A-Z_][\w .-]*\}\})|\{\{[-\s]*\"|\{%-?\s"
_TEMPLATE_HELP = "render the template first (helm template, jsonnet, ...) and give kplan its output"
_END = r"(?m)^\.\.\.(?=\s|$)"
_BEHIND = r"(?m)^(?!\.\.\.(?:\s|$)|[ \t]*(?:#|$))"
"""The mark at the end of a document, and a line behind it that is more than another one, a comment or blanks."""
_SHORT = 8
_TAB = "found character that cannot start any token"
_CONTROL = "control characters are not allowed"
_NOT_PRINTABLE = r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What YAML allows nowhere; its parser does not say where it is."""


Values = Mapping[int, Any]
"""By their index, the values of documents, but for those without one."""


class Parsed(NamedTuple):
    """What a text held: documents in order (empty ones left out), and what there is to say about them."""

    documents: list[Document]
    diagnostics: list[Diagnostic]


def parse_documents(
    text: str, name: str = "<text>", limits: Limits = DEFAULT, values: Values | None = None
) -> Parsed:
    """Read all documents of a text; what cannot be read becomes a diagnostic and hides nothing else.

    Of a text that has been read before, and about which there was nothing to say, the ``values`` are known.
    """
    text = text.removeprefix("\ufeff")
    if "\r\n" in text:
        text = text.replace("\r\n", "\n")
    source = Source(name, text)
    parsed = Parsed([], [])
    for index, chunk in enumerate(split(text)):
        if len(chunk.text) < _SHORT and not chunk.problem and chunk.text.strip("\n") in ("", "---"):
            continue
        try:
            composed = _compose(chunk, limits) if values is None else Composed(values.get(index))
        except Problem as problem:
            parsed.diagnostics.append(_broken(source, chunk, problem))
            continue
        if composed.duplicates:
            parsed.diagnostics.extend(_repeated(source, index, chunk, composed))
        if values is None and not chunk.is_json and _may_end(chunk.text):
            parsed.diagnostics.extend(_behind_end(source, chunk))
        if composed.value is not None:
            made = Document(
                source,
                index,
                composed.value,
                chunk.text,
                chunk.line,
                chunk.column,
                is_plain=composed.is_plain,
            )
            parsed.documents.append(made)
    return parsed


def _compose(chunk: Chunk, limits: Limits) -> Composed:
    if chunk.problem:
        raise Problem(chunk.problem)
    if not chunk.is_json:
        value = plain.read(chunk.text, limits)
        return _of_events(chunk.text, limits) if value is plain.UNREAD else Composed(value, is_plain=True)
    composed = Composed(chunk.value)
    if chunk.repeats:
        with suppress(Problem):  # some JSON is not YAML
            composed.duplicates = _of_events(chunk.text, limits).duplicates
    return composed


def _of_events(text: str, limits: Limits) -> Composed:
    from kplan.manifest.events import compose  # noqa: PLC0415 - libyaml's wrapper takes 10 ms, and most texts are plain

    return compose(text, limits)


def _broken(source: Source, chunk: Chunk, problem: Problem) -> Diagnostic:
    span = _span(chunk, problem.line, problem.column, 1)
    if ("{{" in chunk.text or "{%" in chunk.text) and re.search(_TEMPLATE, chunk.text):
        return _diagnostic(
            TEMPLATE, "this is a template, not YAML yet: it holds {{ }} actions that are not rendered", source, span,
            hint=_TEMPLATE_HELP,
        )  # fmt: skip
    if chunk.instead is not None:
        chunk = chunk.instead
        problem = Problem(chunk.problem)
        span = _span(chunk, 0, 0, 1)
    message = problem.message
    if message == _CONTROL and (found := re.search(_NOT_PRINTABLE, chunk.text)):
        before = chunk.text[: found.start()]
        span = _span(chunk, before.count("\n"), len(before) - before.rfind("\n") - 1, 1)
    line = source.lines[span.start.line] if span.start.line < len(source.lines) else ""
    hint = problem.hint
    if message == _TAB and line[span.start.column : span.start.column + 1] == "\t":
        hint = "YAML is indented with spaces; replace the tab"
    elif message == _TAB:
        hint = f"a value cannot begin with {line[span.start.column : span.start.column + 1]!r}; write it in quotes"
    elif chunk.text.startswith("%"):
        hint = "kubectl takes no line that begins with %, as it cuts files at ---; remove the line"
    elif not hint and (sign := line.lstrip(" \t-")[:1]) > "\x7f" and sign.isspace():
        hint = f"the line is indented with a no-break space (U+{ord(sign):04X}), which YAML takes for a letter; write blanks"
    return _diagnostic(SYNTAX, message, source, span, hint=hint)


def _repeated(source: Source, index: int, chunk: Chunk, composed: Composed) -> Iterator[Diagnostic]:
    from kplan.manifest.repeated import keeping_last  # noqa: PLC0415 - few documents repeat a key

    document = Document(source, index, composed.value, chunk.text, chunk.line, chunk.column)
    fixes = keeping_last(document, [(line, column) for _, line, column in composed.duplicates])
    for (key, line, column), fix in zip(composed.duplicates, fixes, strict=True):
        span = _span(chunk, line, column, len(key))
        said = _diagnostic(
            REPEATED_KEY, f'key "{key[:60]}" is given twice in one mapping', source, span, Severity.WARNING,
            hint="kubectl keeps the last one and drops the others silently; keep one",
        )  # fmt: skip
        yield said._replace(fix=fix)


def _may_end(text: str) -> bool:
    """Whether a line may be an end mark: most descriptions have dots, and few lines begin with them."""
    return "\n..." in text or text.startswith("...")


def _behind_end(source: Source, chunk: Chunk) -> Iterator[Diagnostic]:
    """A warning of the text behind the mark that ends a document:
    kubectl cuts files at ``---`` and reads one document of each piece.
    """
    end = re.search(_END, chunk.text)
    behind = re.compile(_BEHIND).search(chunk.text, end.end()) if end is not None else None
    if behind is None or behind.start() == len(chunk.text):
        return
    line = chunk.text.count("\n", 0, behind.start())
    yield _diagnostic(
        BEHIND_END, "kubectl does not read what stands behind the end mark ...", source, _span(chunk, line, 0, 3), Severity.WARNING,
        hint="begin every document with ---",
    )  # fmt: skip


def _span(chunk: Chunk, line: int, column: int, width: int) -> Span:
    start = Position(chunk.line + line, column + (0 if line else chunk.column))
    return Span(start, Position(start.line, start.column + max(1, width)))


def _diagnostic(
    rule: str,
    message: str,
    source: Source,
    span: Span,
    severity: Severity = Severity.ERROR,
    *,
    hint: str = "",
) -> Diagnostic:
    return Diagnostic(
        rule, message, severity, location=source.location(span), excerpt=source.excerpt(span), help=hint
    )
