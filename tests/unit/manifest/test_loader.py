"""Reading one file: bytes to text, and files that end in a message."""

import pytest

from kplan.manifest.loader import load_bytes, load_file


def test_a_file_that_is_not_there_is_a_diagnostic():
    (found,) = load_file("no/such.yaml").diagnostics
    assert (found.rule, str(found.location)) == ("YAML006", "no/such.yaml")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-8"])
def test_byte_order_marks_choose_the_encoding(encoding):
    assert load_bytes("\ufeffname: \u00fc\n".encode(encoding)).documents[0].value == {"name": "\u00fc"}


def test_bytes_that_are_not_utf8_are_replaced_and_reported():
    loaded = load_bytes(b"a: 1\nname: \xff\n", "f.yaml")
    assert loaded.documents[0].value["name"] == "\ufffd"
    (found,) = loaded.diagnostics
    assert (found.rule, str(found.location)) == ("YAML004", "f.yaml:2:7")
