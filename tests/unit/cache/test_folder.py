"""The folder of the cache: entries are found whole or not at all, and only where nobody else can have written them."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kplan.cache.folder import Folder


def test_what_was_put_is_found_again(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "deep" / "cache"))
    folder.put("a", b"content")
    assert folder.get("a") == b"content"
    assert folder.get("b") is None


def test_entries_are_known_by_how_their_keys_begin(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    assert not folder.holds("a")
    folder.put("ab", b"content")
    assert folder.holds("a")
    assert not folder.holds("b")


def test_nobody_else_reads_or_writes_it(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content")
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    assert {one.stat().st_mode & 0o777 for one in (tmp_path / "cache").iterdir()} == {0o600}


@pytest.mark.parametrize("place", [0, 5, 64, 70, -1])
def test_an_entry_with_another_byte_counts_as_none(tmp_path: Path, place: int) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content" * 100)
    path = Path(folder.entries()[0].path)
    written = bytearray(path.read_bytes())
    written[place] ^= 1
    path.write_bytes(written)
    assert folder.get("a") is None


def test_an_entry_under_the_name_of_another_counts_as_none(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content")
    path = Path(folder.entries()[0].path)
    path.rename(path.with_name("b.entry"))
    assert folder.get("b") is None


def test_half_an_entry_counts_as_none(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content" * 100)
    path = Path(folder.entries()[0].path)
    path.write_bytes(path.read_bytes()[:80])
    assert folder.get("a") is None


def test_a_folder_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content")
    (tmp_path / "cache").chmod(0o777)
    assert folder.get("a") is None
    folder.put("b", b"more")
    (tmp_path / "cache").chmod(0o700)
    assert folder.get("b") is None


def test_a_folder_behind_a_link_is_not_believed(tmp_path: Path) -> None:
    Folder(str(tmp_path / "real")).put("a", b"content")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert Folder(str(tmp_path / "link")).get("a") is None


def test_an_entry_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content")
    path = Path(folder.entries()[0].path)
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")
    assert folder.get("a") is None


def test_a_place_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = Folder(str(tmp_path / "file" / "cache"))
    folder.put("a", b"content")
    assert folder.get("a") is None
    assert folder.clear() == 0


def test_what_was_used_longest_ago_goes_first(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"), limit=3000)
    for place, key in enumerate("abc"):
        folder.put(key, os.urandom(1000 - 100))
        os.utime(tmp_path / "cache" / f"{key}.entry", (place, place))
    assert folder.get("a") is not None
    folder.put("d", os.urandom(900))
    assert [key for key in "abcd" if folder.get(key)] == ["a", "c", "d"]


def test_many_may_write_the_same_entry(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    content = os.urandom(100_000)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: folder.put("a", content), range(40)))
    assert folder.get("a") == content
    assert [path.suffix for path in (tmp_path / "cache").iterdir()] == [".entry"]


def test_clear_leaves_what_is_not_of_the_cache(tmp_path: Path) -> None:
    folder = Folder(str(tmp_path / "cache"))
    folder.put("a", b"content")
    (tmp_path / "cache" / "notes.txt").write_text("mine")
    assert folder.clear() == 1
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["notes.txt"]
