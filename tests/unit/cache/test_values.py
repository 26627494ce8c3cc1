"""What files read as is read back as it was, and by nobody who does not have the file."""

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kplan.cache.folder import Folder
from kplan.cache.sealing import applied, seal_of
from kplan.cache.values import Values
from kplan.manifest.loader import load_bytes

TEXT = b"""\
# a file
apiVersion: v1
kind: Secret
stringData: {password: correct horse battery staple}
numbers: [1, 1.0, 1.5, -0.0, 1e300, 0x10, 12345678901234567890, 1e3, 010, "1", true, ~]
"line\\nend": |
  more \xe2\x82\xac
---
---
null
---
a: &a {b: c}
d: *a
"""


LONG = TEXT + b"more: " + bytes(range(97, 123)) * 50


def _kept(folder: Folder, *contents: bytes, about: str = "k") -> Values:
    values = Values(folder, about)
    for one in contents:
        seal = values.seal(one)
        values.take(seal, values.sealed(seal, load_bytes(one).documents))
    values.save()
    return Values(folder, about)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(str(tmp_path / "cache"))


def _read(values: Values, content: bytes) -> Any:
    return values.of(values.seal(content))


def test_values_are_read_back_as_they_were(folder: Folder) -> None:
    values = _kept(folder, TEXT, LONG, b"a: 1\n")
    again = [
        one for text in (TEXT, LONG) for one in load_bytes(text, "f", values=_read(values, text)).documents
    ]
    first = [one for text in (TEXT, LONG) for one in load_bytes(text, "f").documents]
    assert len(first) == 4
    for one, other in zip(again, first, strict=True):
        assert repr(one.value) == repr(other.value)  # 1 is not 1.0 here
        assert (one.index, one.text, one.line, one.column) == (
            other.index, other.text, other.line, other.column,
        )  # fmt: skip
    assert _read(values, b"a: 1\n") == {0: {"a": 1}}
    assert _read(values, b"a: 2\n") is None


@pytest.mark.parametrize(("text", "opened"), [(TEXT, bytes), (LONG, zlib.decompress)], ids=["short", "long"])
def test_nobody_reads_them_without_the_file(
    folder: Folder, text: bytes, opened: Callable[[bytes], bytes]
) -> None:
    values = _kept(folder, text)
    written = folder.get("k") or b""
    seal, other = values.seal(text), values.seal(text + b"#")
    assert seal.name.encode() in written
    assert seal.secret not in written
    assert seal.secret.hex().encode() not in written
    sealed = written.partition(b"\n")[2]
    assert b"horse" in opened(applied(seal, sealed))
    for unopened in (sealed, applied(other, sealed)):
        assert b"horse" not in unopened
        with pytest.raises(zlib.error):
            zlib.decompress(unopened)


def test_no_two_keys_of_the_cache_seal_alike() -> None:
    one, other = seal_of(TEXT, "one"), seal_of(TEXT, "other")
    assert one.name != other.name
    assert applied(one, b"the same") != applied(other, b"the same")
    assert applied(one, applied(one, b"the same")) == b"the same"


def test_what_a_run_did_not_read_is_left_out(folder: Folder) -> None:
    _kept(folder, b"a: 1\n", b"b: 1\n")
    values = _kept(folder, b"b: 1\n", b"c: 1\n")
    assert _read(values, b"a: 1\n") is None
    assert _read(values, b"b: 1\n") == {0: {"b": 1}}
    assert _read(values, b"c: 1\n") == {0: {"c": 1}}


def test_nothing_is_written_where_all_was_known(folder: Folder) -> None:
    _kept(folder, b"a: 1\n")
    folder.clear()
    values = Values(folder, "k")
    values.save()
    assert folder.get("k") is None


def test_what_repeats_much_is_not_kept(folder: Folder) -> None:
    many = b"a: &a [x, x, x, x, x, x, x, x]\nb: [" + b"*a, " * 40 + b"*a]\n"
    assert _read(_kept(folder, many), many) is None


def test_more_than_a_run_may_keep_is_not_kept(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kplan.cache.values._MOST", 20)
    assert _read(_kept(folder, TEXT), TEXT) is None
