"""Suppression comments."""

import pytest

from kplan.manifest.comments import suppressions
from kplan.manifest.source import Source


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
