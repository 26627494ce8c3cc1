"""JSONPath as a real kubectl reads it: what it finds, and where it stops."""

from typing import Any

import pytest

from kplan.cluster import Cluster
from kplan.errors import UsageError
from kplan.kubectl.printers.jsonpath.text import printed

VALUE: dict[str, Any] = {
    "kind": "List",
    "n": 1.5,
    "big": 1e7,
    "nothing": None,
    "items": [{"name": "a", "n": 1, "on": True}, {"name": "b", "data": {"x.y": "1"}}],
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{.items[].name}", "a"),
        ("{.kind.*}", "76 105 115 116"),
        ("{.n} {.big}", "1.5 1e+07"),
        ("{.nothing}", "null"),
        ("{.items[1].data['x\\.y']}", "1"),
        ("{.items[?(@.n==1)].name}", "a"),
        ('{"a\\u00e9"}', "a\u00e9"),
        ("{'it\\'s'}", "it's"),
        ("{.items[?(nope)].name}", "a b"),
        ('{range .items[?(@.name=="b")]}{.name}{end}', "b"),
        ('{.items[?(@.name==")")].name}', ""),
    ],
)
def test_found(template: str, text: str) -> None:
    assert printed(template, VALUE) == text


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ('{.items[?(@.name=~"c.*")]}', "unrecognized character in action: U+007E '~'"),
        ('{.items[?(@.name=="a"]}', "unterminated filter"),
        ("{.items[?(@.name)}", "unclosed array expect ]"),
        ("{.items[0}", "unterminated array"),
        ("{.items[-]}", "array index - is not a number"),
        ("{.items[a]}", "invalid array index a"),
        ("{....}", "invalid multiple recursive descent"),
        ("{..*}", "unrecognized character in action: U+002A '*'"),
        ("{1.2.3}", "cannot parse number 1.2.3"),
        ('{"\\q"}', 'unquote string "\\q" error invalid syntax'),
        ("{.items", "unclosed action"),
        ('{"a}', "unterminated quoted string"),
    ],
)
def test_what_cannot_be_read(template: str, problem: str) -> None:
    with pytest.raises(UsageError) as refused:
        printed(template, VALUE)
    assert refused.value.message == f"error parsing jsonpath {template}, {problem}"


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{len(.items)}", "unrecognized identifier len("),
        ("{.items[?(@==1)]}", "invalid type for comparison"),
        ("{.items[?(@.on<true)]}", "invalid type for comparison"),
        ("{.items[?(@.n==1.5)]}", "incompatible types for comparison"),
        ('{.items[?(@.name!"a")]}', "unrecognized filter operator !"),
        ("{.kind[?(@.x)]}", "List is not array or slice and cannot be filtered"),
        ("{end}", "not in range, nothing to end"),
    ],
)
def test_what_does_not_fit(template: str, problem: str) -> None:
    with pytest.raises(UsageError) as refused:
        printed(template, VALUE)
    assert f"Error executing template: {problem}. Printing" in refused.value.message


def _cluster() -> Cluster:
    cluster = Cluster.of([])
    for name in ("a", "b"):
        cluster.kubectl.run("create", "configmap", name, "--from-literal=x=1")
    return cluster


@pytest.mark.parametrize(
    ("line", "err"),
    [
        (
            "--sort-by=.data",
            (
                "sorter.go:375] Field {.data} in [][][]reflect.Value is an unsortable type: interface, "
                "err: unsortable type: map[string]interface {}\n"
            ),
        ),
        (
            "--sort-by=data -o name",
            (
                "sorter.go:329] Field {.data} in *unstructured.Unstructured is an unsortable type: interface, "
                "err: unsortable type: map[string]interface {}\n"
            ),
        ),
    ],
)
def test_values_without_an_order_end_the_listing(line: str, err: str) -> None:
    printed = _cluster().kubectl.run("get", "configmaps", "-l", "!none", *line.split())
    assert (printed.exit, printed.stdout) == (1, "")
    assert printed.stderr.startswith("F0101 ")
    assert printed.stderr.endswith(err)


@pytest.mark.parametrize(
    ("columns", "out", "err"),
    [
        ("A:", "A\n<none>\n", ""),
        ("A:.data[", "A\n", "error: unterminated array\n"),
        ("A:.data.x,B", "", "error: unexpected custom-columns spec: B, expected <header>:<json-path-expr>\n"),
        ("A:.metadata.managedFields[*].operation", "A\nUpdate\n", ""),
    ],
)
def test_custom_columns(columns: str, out: str, err: str) -> None:
    printed = _cluster().kubectl.run("get", "configmap", "a", "-o", f"custom-columns={columns}")
    assert (printed.stdout, printed.stderr) == (out, err)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "A B\nmetadata.name\n",
            "number of headers (2) and field specifications (1) don't match",
        ),
        (
            "",
            (
                "invalid template, missing header line. "
                "Expected format is one line of space separated headers, one line of space separated column specs."
            ),
        ),
        (
            "A",
            (
                "invalid template, missing spec line. "
                "Expected format is one line of space separated headers, one line of space separated column specs."
            ),
        ),
    ],
)
def test_custom_columns_of_a_file(tmp_path: Any, text: str, problem: str) -> None:
    (tmp_path / "columns").write_text(text)
    printed = _cluster().kubectl.run("get", "cm", "-o", f"custom-columns-file={tmp_path}/columns")
    assert printed.stderr == f"error: {problem}\n"


def test_an_empty_text_is_not_what_is_missing() -> None:
    cluster = _cluster()
    cluster.kubectl.run("create", "configmap", "empty", "--from-literal=x=")
    columns = "custom-columns=X:.data.x,Y:.data.y,N:.metadata.name"
    printed = cluster.kubectl.run("get", "configmap", "empty", "-o", columns)
    assert printed.stdout == "X     Y        N\n      <none>   empty\n"
