"""Finding and reading files: kubectl's order and extensions, and hostile paths that end in a message."""

import os

import pytest

from kplan.manifest.limits import Limits
from kplan.manifest.loader import load_bytes, load_paths


@pytest.fixture
def tree(tmp_path):
    for name in ("b.yaml", "a.yml", "c.json", "notes.txt", "sub/d.yaml"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'{{"name": "{name}"}}')
    return tmp_path


def names(loaded):
    return [document.value["name"] for document in loaded.documents]


def test_directory_gives_manifests_in_lexical_order(tree):
    assert names(load_paths([str(tree)])) == ["a.yml", "b.yaml", "c.json"]


def test_recursive_goes_below(tree):
    assert names(load_paths([str(tree)], recursive=True)) == ["a.yml", "b.yaml", "c.json", "sub/d.yaml"]


def test_explicit_file_may_have_any_extension_and_is_read_once(tree):
    text = str(tree / "notes.txt")
    assert names(load_paths([text, text])) == ["notes.txt"]


def test_glob_is_expanded(tree):
    assert names(load_paths([str(tree / "*.y*ml")])) == ["a.yml", "b.yaml"]


def test_ignore_file_hides_paths(tree):
    (tree / ".kplanignore").write_text("# generated\nsub/\nb.*\n")
    assert names(load_paths([str(tree)], recursive=True)) == ["a.yml", "c.json"]


def test_missing_path_speaks_as_kubectl():
    (found,) = load_paths(["no/such.yaml"]).diagnostics
    assert found.message == 'the path "no/such.yaml" does not exist'


def test_standard_input_is_read():
    loaded = load_paths(["-"], stdin=lambda limit: b"name: x\n"[:limit])
    assert names(loaded) == ["x"]
    assert loaded.documents[0].source.name == "STDIN"


def test_pipe_device_and_link_loop_end_in_a_message(tmp_path):
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    (tmp_path / "up").symlink_to(tmp_path)
    loaded = load_paths([str(tmp_path), "/dev/zero"], recursive=True)
    assert not loaded.documents
    assert {found.rule for found in loaded.diagnostics} == {"YAML006"}
    assert len(loaded.diagnostics) == 3


def test_large_file_is_refused_unread(tmp_path):
    path = tmp_path / "big.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 32)
    (found,) = load_paths([str(path)]).diagnostics
    assert found.rule == "YAML005"


def test_standard_input_is_bounded():
    (found,) = load_paths(
        ["-"], limits=Limits(max_file_bytes=10), stdin=lambda limit: b"x" * limit
    ).diagnostics
    assert found.rule == "YAML005"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_byte_order_marks_choose_the_encoding(encoding):
    assert load_bytes("\ufeffname: \u00fc\n".encode(encoding)).documents[0].value == {"name": "\u00fc"}


def test_bytes_that_are_not_utf8_are_replaced_and_reported():
    loaded = load_bytes(b"a: 1\nname: \xff\n", "f.yaml")
    assert loaded.documents[0].value["name"] == "\ufffd"
    (found,) = loaded.diagnostics
    assert (found.rule, str(found.location)) == ("YAML004", "f.yaml:2:7")
