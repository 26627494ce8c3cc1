"""Edits to a text that keep its comments, order and quotes: what fixes and metadata writers go through.

The round trip of ruamel.yaml is ten times slower than reading, so only texts that change come here.
"""

from io import StringIO
from typing import TYPE_CHECKING, Any

from kplan.errors import KplanError
from kplan.fieldpath import FieldPath

if TYPE_CHECKING:
    from ruamel.yaml import YAML

_WIDTH = 1 << 20


class EditError(KplanError):
    """The place to edit is not there, or the text cannot be edited."""


class Editor:
    """All documents of one text, open for changes; ``text()`` gives the result."""

    def __init__(self, text: str) -> None:
        self._yaml = _round_trip(text)
        self._documents = list(self._yaml.load_all(text))

    def set(self, document: int, path: FieldPath, value: Any) -> None:
        """Give a field a value; missing mappings on the way are made."""
        container, step = self._container(document, path, make=True)
        if isinstance(step, int) and not 0 <= step < len(container):
            raise EditError(f"{path} is not in the document")
        container[step] = value

    def delete(self, document: int, path: FieldPath) -> None:
        """Remove a field or list item."""
        container, step = self._container(document, path, make=False)
        try:
            del container[step]
        except (KeyError, IndexError):
            raise EditError(f"{path} is not in the document") from None

    def insert(self, document: int, path: FieldPath, value: Any) -> None:
        """Insert before a list item; an index at or past the end appends. In a mapping, insert the key if missing."""
        container, step = self._container(document, path, make=True)
        if isinstance(step, int):
            container.insert(step, value)
        elif step in container:
            raise EditError(f"{path} is there already")
        else:
            container[step] = value

    def text(self) -> str:
        """The text with every change, comments in place."""
        out = StringIO()
        self._yaml.dump_all(self._documents, out)
        return out.getvalue()

    def _container(self, document: int, path: FieldPath, *, make: bool) -> tuple[Any, Any]:
        *parents, last = path.steps or ("",)
        node = self._documents[document]
        for step in parents:
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                if not make or isinstance(step, int) or not isinstance(node, dict):
                    raise EditError(f"{path} is not in the document") from None
                node[step] = {}
                node = node[step]
        if not isinstance(node, list if isinstance(last, int) else dict):
            raise EditError(f"{path} is not in the document")
        return node, last


def _round_trip(text: str) -> "YAML":
    from ruamel.yaml import YAML  # noqa: PLC0415 - 40 ms that only edits pay

    yaml = YAML(typ="rt")
    yaml.version = None
    yaml.preserve_quotes = True
    yaml.width = _WIDTH
    yaml.allow_duplicate_keys = True
    yaml.explicit_start = text.lstrip().startswith("---")
    mapping, sequence, offset = _indents(text)
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    return yaml


def _indents(text: str) -> tuple[int, int, int]:
    """Guess from the first indented list whether its dashes stand below the key or further in."""
    parent = 0
    for line in text.splitlines():
        content = line.lstrip(" ")
        indent = len(line) - len(content)
        if content.startswith("- "):
            offset = max(0, indent - parent)
            return 2, offset + 2, offset
        if content and not content.startswith("#"):
            parent = indent
    return 2, 2, 0
