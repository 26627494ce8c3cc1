"""Suppression comments, and edits that keep comments."""

import pytest

from kplan.fieldpath import FieldPath
from kplan.manifest.comments import suppressions
from kplan.manifest.editor import EditError, Editor
from kplan.manifest.source import Source

TEXT = """\
# top
kind: Pod   # what
spec:
  containers:
  # first
  - name: c
    image: 'x:1'  # why
---
a: 0644
"""


def edited(action):
    editor = Editor(TEXT)
    action(editor)
    return editor.text()


def test_untouched_text_stays():
    assert Editor(TEXT).text() == TEXT


def test_set_keeps_comments_and_other_documents():
    text = edited(lambda editor: editor.set(0, FieldPath.parse("spec.securityContext.runAsNonRoot"), True))
    assert text == TEXT.replace("# why\n", "# why\n  securityContext:\n    runAsNonRoot: true\n")


def test_delete_and_insert():
    path = FieldPath.parse("spec.containers[0].image")
    assert "image" not in edited(lambda editor: editor.delete(0, path))
    assert "- name: d\n" in edited(
        lambda editor: editor.insert(0, FieldPath.parse("spec.containers[9]"), {"name": "d"})
    )


def test_missing_place_is_an_error():
    with pytest.raises(EditError):
        Editor(TEXT).delete(0, FieldPath.parse("spec.volumes[0]"))


def covered(text, code="SEC003"):
    found = suppressions(Source("f", text))
    return [line for line in range(text.count("\n") + 1) if any(item.covers(line, code) for item in found)]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a: 1 # kplan: ignore[SEC003] known\nb: 2\n", [0]),
        ("a: 1 # kplan: ignore[SEC]\n", [0]),
        ("a: 1 # kplan: ignore[IMG001]\n", []),
        ("# kplan: ignore\n# more\na: 1\nb: 2\n", [0, 1, 2]),
        ("a: 1\n---\n# kplan: ignore[SEC003]\n\nb: 2\nc: 3\n---\nd: 4\n", [2, 3, 4]),
        ("a: 1\n# kplan: ignore[SEC003]\n---\nb: 2\n", [1]),
        ("# kplan: ignore[SEC003]\n---\nb: 2\n", [0, 1, 2]),
        ("a: 1 # kplan: ignore-line[SEC003]\n", []),
        ("a: 1\n# kplan: ignore-file\n", [0, 1, 2]),
        ('a: "# kplan: ignore"\n', []),
        ("a: b#kplan: ignore\n", []),
    ],
)
def test_suppressions_cover_lines(text, lines):
    assert covered(text) == lines


def test_suppression_keeps_its_reason():
    (found,) = suppressions(Source("f", "a: 1 # kplan: ignore[SEC003] until May\n"))
    assert (found.codes, found.reason) == (frozenset({"SEC003"}), "until May")
