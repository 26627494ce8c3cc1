"""What is chosen takes the place of the word that the cursor stands in."""

import pytest
from lsprotocol import types

from kplan.lsp.answering import complete
from kplan.lsp.fields import Fields
from kplan.lsp.ranges import Ruler
from kplan.schema.catalog import Catalog
from kplan.schema.releases import DEFAULT

FIELDS = Fields(Catalog.for_version(DEFAULT))
HEAD = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n"


def chosen(text: str, label: str) -> str:
    """The last line of a text, in which ``|`` is the cursor, once a label is chosen there."""
    lines = text.split("\n")
    column = lines[-1].index("|")
    lines[-1] = lines[-1].replace("|", "")
    found = complete(FIELDS, Ruler("\n".join(lines)), types.Position(len(lines) - 1, column))
    (edit,) = (one.text_edit for one in found if one.label == label)
    assert isinstance(edit, types.TextEdit)
    assert edit.range.start.line == edit.range.end.line == len(lines) - 1
    return lines[-1][: edit.range.start.character] + edit.new_text + lines[-1][edit.range.end.character :]


@pytest.mark.parametrize(
    ("line", "label", "after"),
    [
        ("  |", "type", "  type: "),
        ("  ty|", "type", "  type: "),
        ("  t|yp", "type", "  type: "),
        ("  t|yp: NodePort  # why", "type", "  type: NodePort  # why"),
        ("  |typ: NodePort", "type", "  type: NodePort"),
        ("  ports:\n  - po|r: 80", "port", "  - port: 80"),
        ("  ports:\n  - po|", "port", "  - port: "),
        ("  type: Node|", "NodePort", "  type: NodePort"),
        ("  type: Cl|usterI  # why", "NodePort", "  type: NodePort  # why"),
        ("  ports: [{po|", "port", "  ports: [{port: "),
        ("  ports: [{po|rt: 80}]", "protocol", "  ports: [{protocol: 80}]"),
        ("  ports:\n  - {name: web, |}", "targetPort", "  - {name: web, targetPort: }"),
        ("  ports:\n  - {name: web, protocol: T|}", "TCP", "  - {name: web, protocol: TCP}"),
        ("  ports:\n  - {name: web,\n     p|", "port", "     port: "),
    ],
)
def test_the_whole_word_is_replaced(line: str, label: str, after: str) -> None:
    assert chosen(HEAD + line, label) == after


def test_a_version_is_replaced_beyond_its_slash() -> None:
    assert chosen("apiVersion: apps/|v", "apps/v1") == "apiVersion: apps/v1"
