"""What an editor asks of the place under the cursor: what is this, what may stand here, where is it defined."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lsprotocol import types

from kplan.api.gvk import ObjectKey
from kplan.api.object import Object
from kplan.api.references import references
from kplan.lsp.cursor import Cursor, cursor_at
from kplan.lsp.fields import Field, Fields
from kplan.lsp.finding import documentation
from kplan.lsp.ranges import Ruler
from kplan.pipeline.loaded import Loaded
from kplan.report import Report

_NAME: Final = r"[^\s:#,{}\[\]]*"
_VALUE: Final = r"[^\s#,{}\[\]]*"
_COLON: Final = r"\s*:(?=\s|$)"
_TOP = (
    Field("apiVersion", "string", required=True, description="The version of the kind: apps/v1."),
    Field("kind", "string", required=True, description="The kind of the object: Deployment."),
    Field("metadata", "ObjectMeta", required=True),
)


def hover(
    fields: Fields, ruler: Ruler, position: types.Position, report: Report | None, path: str
) -> types.Hover | None:
    """The field under the cursor, and the rules that say something of its line."""
    cursor = cursor_at(ruler.lines, position.line, ruler.column(position))
    parts = []
    if (field := fields.at(cursor.api_version, cursor.kind, cursor.path)) is not None:
        parts.append(_described(field))
    if report is not None:
        here = (path, position.line + 1)
        about = (one for one in report.findings if one.location and one.location[:2] == here)
        parts += [documentation(one.rule, report.rules.get(one.rule)) for one in about]
    shown = "\n\n---\n\n".join(part for part in dict.fromkeys(parts) if part)
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, shown)) if shown else None


def _described(field: Field) -> str:
    head = f"**{field.name}** `{field.type}`{' required' if field.required else ''}"
    values = f"One of: {', '.join(f'`{one}`' for one in field.values)}" if field.values else ""
    return "\n\n".join(part for part in (head, field.description, values) if part)


def complete(fields: Fields, ruler: Ruler, position: types.Position) -> list[types.CompletionItem]:
    """Fields, or values, that may stand where the cursor is; each takes the place of the whole word that is there."""
    column = ruler.column(position)
    cursor = cursor_at(ruler.lines, position.line, column)
    line = ruler.lines[position.line] if position.line < len(ruler.lines) else ""
    if ":" in cursor.typed:
        written = cursor.typed.partition(":")[2].lstrip()
        where = _around(ruler, position.line, column - len(written), _end(_VALUE, line, column))
        return [_choice(one, where) for one in _values(fields, cursor)]
    end = _end(_NAME, line, column)
    is_key = re.match(_COLON, line[end:]) is not None
    path = cursor.path[:-1] if is_key else cursor.path
    known = fields.below(cursor.api_version, cursor.kind, path)
    if not path:
        known = [*_TOP, *(one for one in known if one.name not in {top.name for top in _TOP})]
    where = _around(ruler, position.line, column - len(cursor.typed), end)
    return [_item(one, where, "" if is_key else ": ") for one in known]


def _end(word: str, line: str, column: int) -> int:
    """Where the word ends that a cursor stands in, or before."""
    found = re.compile(word).match(line, column)
    return found.end() if found else column


def _around(ruler: Ruler, line: int, start: int, end: int) -> types.Range:
    return types.Range(ruler.place(line, start), ruler.place(line, end))


def _values(fields: Fields, cursor: Cursor) -> Iterable[str]:
    if cursor.path == ("apiVersion",):
        return fields.api_versions(cursor.kind)
    if cursor.path == ("kind",):
        return fields.kinds(cursor.api_version)
    field = fields.at(cursor.api_version, cursor.kind, cursor.path)
    return field.values if field is not None else ()


def _choice(value: str, where: types.Range) -> types.CompletionItem:
    return types.CompletionItem(
        value, kind=types.CompletionItemKind.EnumMember, text_edit=types.TextEdit(where, value)
    )


def _item(field: Field, where: types.Range, after: str) -> types.CompletionItem:
    return types.CompletionItem(
        field.name, kind=types.CompletionItemKind.Field, detail=field.type + (" (required)" if field.required else ""),
        documentation=field.description or None, text_edit=types.TextEdit(where, f"{field.name}{after}"),
        sort_text=f"{0 if field.required else 1}{field.name}",
    )  # fmt: skip


def definition(
    loaded: Loaded, around: Loaded, path: str, position: types.Position, ruler: Ruler, namespace: str
) -> list[types.Location]:
    """Where the object stands that the text under the cursor names."""
    wanted = _named(loaded.objects, path, position, ruler)
    return [
        found
        for one in (*loaded.objects, *around.objects)
        if wanted is not None and _is(one, wanted, namespace) and (found := _place(one)) is not None
    ][:1]


def _named(objects: Iterable[Object], path: str, position: types.Position, ruler: Ruler) -> ObjectKey | None:
    column = ruler.column(position) + 1
    for one in objects:
        for reference in references(one.value) if one.origin else ():
            where = one.origin.location(reference.path) if one.origin else None
            if (
                where is not None and where.file == path and where.line == position.line + 1
                and where.column <= column <= max(where.end_column, where.column)
            ):  # fmt: skip
                return reference.target
    return None


def _is(one: Object, wanted: ObjectKey, namespace: str) -> bool:
    same = (one.gvk.group, one.gvk.kind, one.name) == (wanted.group, wanted.kind, wanted.name)
    return same and (one.namespace or namespace) == (wanted.namespace or namespace)


def _place(one: Object) -> types.Location | None:
    if one.origin is None:
        return None
    where = one.origin.location()
    start = types.Position(max(where.line - 1, 0), 0)
    return types.Location(Path(where.file).absolute().as_uri(), types.Range(start, start))
