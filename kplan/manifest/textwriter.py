"""A tree of YAML written as go-yaml writes it: two columns deeper at each level, lists no deeper than their key.

Upstream: go.yaml.in/yaml/v3 encode.go, emitterc.go
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from kplan.manifest.goyaml import plain
from kplan.manifest.scalars import resolves_to_string
from kplan.manifest.texttree import Alias, Comments, Entry, Items, Pairs, Text, tag_of
from kplan.manifest.writer import double_quoted, inline

_NOTHING: Final = Comments()
_SPECIAL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufeff]")
_BREAK: Final = re.compile(r"\n(?=.)")


def written(root: Any, head: list[str]) -> str:
    """The text of a document; ``head`` is what stands apart at its beginning."""
    lines = [*head, ""] if head else []
    if isinstance(root, (Pairs, Items)) and root and not root.flow:
        lines += _block(root, "")
    else:
        lines.append(_inner(root, ""))
    return "\n".join(lines) + "\n"


def _block(node: Pairs | Items, margin: str) -> list[str]:
    """The lines of a mapping or a list that is not written in brackets."""
    lines: list[str] = []
    pairs: Iterable[tuple[Entry, Any]] = node.items() if isinstance(node, Pairs) else enumerate(node)
    last = len(node) - 1
    for index, (entry, value) in enumerate(pairs):
        said = node.comments.get(entry, _NOTHING)
        lines += (f"{margin}{line}" for line in said.head)
        lines += (
            _item(value, margin, said) if isinstance(node, Items) else _pair(node, entry, value, margin, said)
        )
        if said.foot:
            lines += (f"{margin}{line}" for line in said.foot)
            lines += [""] * (index < last)
    return lines


def _pair(node: Pairs, entry: Entry, value: Any, margin: str, said: Comments) -> list[str]:
    key = f"{margin}{_scalar(node.keys_as.get(str(entry)) or Text.of(str(entry), '!!str'), '')}:"
    if isinstance(value, (Pairs, Items)) and value and not value.flow:
        anchor = f" &{value.anchor}" if value.anchor else ""
        below = margin if isinstance(value, Items) else f"{margin}  "
        return [f"{key}{anchor}{_line(said)}", *_block(value, below)]
    text = _inner(value, f"{margin}  ")
    return _commented(f"{key} {text}" if text else key, said)


def _item(value: Any, margin: str, said: Comments) -> list[str]:
    if isinstance(value, (Pairs, Items)) and value and not value.flow:
        first, *rest = _block(value, f"{margin}  ")
        return [f"{margin}- {first.removeprefix(margin + '  ')}", *rest]
    return _commented(f"{margin}- {_inner(value, margin + '  ')}".rstrip(" "), said)


def _commented(text: str, said: Comments) -> list[str]:
    """A comment goes behind the first line: a text in a block has it behind its mark."""
    first, *rest = text.split("\n")
    return [f"{first}{_line(said)}", *rest]


def _line(said: Comments) -> str:
    return f" {said.line}" if said.line else ""


def _inner(value: Any, margin: str) -> str:
    """A value that begins on the line that it is named on."""
    if isinstance(value, Alias):
        return f"*{value}"
    if isinstance(value, (Pairs, Items)):
        anchor = f"&{value.anchor} " if value.anchor else ""
        return anchor + _flow(value)
    return _scalar(value, margin)


def _flow(value: Any) -> str:
    if isinstance(value, Pairs):
        pairs = (
            f"{_scalar(value.keys_as.get(key) or Text.of(key, '!!str'), '')}: {_flow(item)}".rstrip(" ")
            for key, item in value.items()
        )
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, Items):
        return f"[{', '.join(map(_flow, value))}]"
    return f"*{value}" if isinstance(value, Alias) else _scalar(value, "")


def _scalar(value: Text, margin: str) -> str:
    anchor = f"&{value.anchor} " if value.anchor else ""
    found = tag_of(plain(value))
    tag = value.tag if value.style == "" and value.tag not in ("", found, "!!str") else ""
    style = '"' if not value.style and value.tag == "!!str" != found else value.style
    return anchor + (f"{tag} " if tag else "") + _styled(str(value), style, margin)


def _styled(text: str, style: str, margin: str) -> str:
    if _SPECIAL.search(text):
        return double_quoted(text)
    if margin and (style in ("|", ">") or (not style and "\n" in text)):
        return _folded(text, margin) if style == ">" else _literal(text, margin)
    if style == "'" and "\n" not in text:
        return "'" + text.replace("'", "''") + "'"
    if style == '"' or "\n" in text:
        return double_quoted(text)
    return inline(text) if resolves_to_string(text) else text


def _literal(text: str, margin: str) -> str:
    return f"|{_marks(text)}\n{_indented(text, margin)}"


def _folded(text: str, margin: str) -> str:
    """A text whose single line feeds stand for blanks: its own are written twice."""
    ended = text.endswith("\n")
    body = _BREAK.sub("\n\n", text.removesuffix("\n"))
    return f">{_marks(text)}\n{_indented(body + chr(10) * ended, margin)}"


def _indented(text: str, margin: str) -> str:
    return "\n".join(_margined(text.removesuffix("\n").split("\n"), margin))


def _margined(lines: list[str], margin: str) -> Iterator[str]:
    return (f"{margin}{line}" if line else "" for line in lines)


def _marks(text: str) -> str:
    hint = "2" if text[:1] in (" ", "\n") else ""
    ended = text.endswith("\n")
    return hint + ("+" if text.endswith("\n\n") else "" if ended else "-")
