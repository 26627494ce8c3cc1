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
    "text",
    [
        "",
        "-",
        "- - -",
        ":",
        "\t:",
        "a: {b: [",
        "---\n---",
        "- a:\n -b",
        "\x00",
        "'",
        '"k": 1',
        "a: {]}, [b:",
        "{{[ '",
    ],
)
def test_a_cursor_stands_somewhere_in_any_text(text: str) -> None:
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for column in range(len(line) + 1):
            assert line[:column].endswith(cursor_at(lines, number, column).typed)
    cursor_at(lines, 99, 99)


@pytest.mark.parametrize(
    ("text", "path", "typed"),
    [
        ("spec: {re|", ("spec",), "re"),
        ("spec: {|", ("spec",), ""),
        ("spec: {replicas: 3, pau|", ("spec",), "pau"),
        ("spec: {replicas: 3,  |}", ("spec",), ""),
        ("spec: {pau|sed: true}", ("spec", "paused"), "pau"),
        ("spec: {paused: tr|", ("spec", "paused"), "paused: tr"),
        ("spec: {strategy: {ty|", ("spec", "strategy"), "ty"),
        ("spec: {strategy: {type: Re|", ("spec", "strategy", "type"), "type: Re"),
        ("spec: {strategy: {type: Recreate}, se|", ("spec",), "se"),
        ("spec:\n  a:\n  - {name: web, im|", ("spec", "a", 0), "im"),
        ("spec:\n  a:\n  - {name: web}\n  - {im|", ("spec", "a", 1), "im"),
        ("spec: {a: [{b: 1}, {c|", ("spec", "a", 1), "c"),
        ("spec: {a: [x, y|", ("spec", "a", 1), "y"),
        ("spec:\n  a: {b: 1,\n    c|", ("spec", "a"), "c"),
        ("spec:\n  a: {b: 1,\n    c: {d: 2},\n    e: [\n      {f|", ("spec", "a", "e", 0), "f"),
        ("spec:\n  a: {b: 1}\n  c|", ("spec",), "c"),
        ("spec: {a: '}', b|", ("spec",), "b"),
        ('spec: {"a b": 1, c|', ("spec",), "c"),
        ("spec: {a: x:y, b|", ("spec",), "b"),
        ("spec: {a: 1} # {b|", ("spec",), "spec: {a: 1} # {b"),
        ("spec: {a: 1, # no {\n  b|", ("spec",), "b"),
    ],
)
def test_the_way_into_brackets(text: str, path: tuple[str | int, ...], typed: str) -> None:
    lines = text.replace("|", "").split("\n")
    number = text[: text.index("|")].count("\n")
    found = cursor_at(lines, number, text.split("\n")[number].index("|"))
    assert (found.path, found.typed) == (path, typed)
