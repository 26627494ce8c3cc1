"""Where a cursor stands, told by indentation."""

import pytest

from kplan.lsp.cursor import cursor_at

TEXT = """\
apiVersion: v1
kind: ConfigMap
---
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      containers:
      - name: web
        image: a
        ports:
        - containerPort: 80
          name: http
      - name: side
  strategy:
    type:
"""
LINES = TEXT.split("\n")


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (5, ("spec",)),
        (9, ("spec", "template", "spec", "containers", 0, "name")),
        (10, ("spec", "template", "spec", "containers", 0, "image")),
        (13, ("spec", "template", "spec", "containers", 0, "ports", 0, "name")),
        (14, ("spec", "template", "spec", "containers", 1, "name")),
        (16, ("spec", "strategy", "type")),
    ],
)
def test_the_way_to_a_field(line: int, path: tuple[str | int, ...]) -> None:
    found = cursor_at(LINES, line, len(LINES[line]))
    assert (found.path, found.api_version, found.kind) == (path, "apps/v1", "Deployment")


@pytest.mark.parametrize(
    ("typed", "path"),
    [
        ("", ()), ("  ", ("spec",)), ("    ", ("spec", "strategy")), ("  re", ("spec",)), ("sp", ()),
        ("    ty", ("spec", "strategy")), ("  paused: tr", ("spec", "paused")),
    ],
)  # fmt: skip
def test_a_line_that_is_being_typed(typed: str, path: tuple[str | int, ...]) -> None:
    lines = [*LINES[:17], typed]
    assert cursor_at(lines, 17, len(typed)).path == path


def test_the_type_is_that_of_the_own_document() -> None:
    assert cursor_at(LINES, 1, 3).kind == "ConfigMap"
    assert cursor_at(["", "x: 1"], 0, 0).kind == ""


@pytest.mark.parametrize(
    "text", ["", "-", "- - -", ":", "\t:", "a: {b: [", "---\n---", "- a:\n -b", "\x00", "'", '"k": 1']
)
def test_a_cursor_stands_somewhere_in_any_text(text: str) -> None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for column in range(len(line) + 1):
            assert line[:column].endswith(cursor_at(lines, number, column).typed)
    cursor_at(lines, 99, 99)
