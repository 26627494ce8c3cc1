"""A stored state is for its owner only, stays out of commits, and is not chosen by what a repository contains."""

import stat
from pathlib import Path

import pytest

from kplan.api.object import Object
from kplan.errors import UsageError
from kplan.pipeline import states
from kplan.state import home
from kplan.state.moved import digest
from kplan.state.secrets import hashed, is_hash, reveal
from kplan.state.sources.sqlite import Database
from kplan.state.store import Store


def _commit(folder: Path) -> None:
    Database(folder / home.HOME).commit(Store(), base=0, at="2026-01-01T00:00:00Z", note="first")


def test_folder_and_files_are_for_their_owner(tmp_path: Path) -> None:
    _commit(tmp_path)
    folder = tmp_path / ".kplan"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.glob("state.db*")} == {0o600}
    assert (folder / ".gitignore").read_text() == "*\n"


def test_an_open_folder_is_closed_by_the_next_commit(tmp_path: Path) -> None:
    folder = tmp_path / ".kplan"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    (folder / ".gitignore").write_text("state.db\n")
    _commit(tmp_path)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert (folder / ".gitignore").read_text() == "state.db\n"


@pytest.mark.parametrize("linked", [".kplan", ".kplan/state.db"])
def test_a_state_behind_a_link_is_neither_found_nor_written(tmp_path: Path, linked: str) -> None:
    elsewhere, here = tmp_path / "elsewhere", tmp_path / "here"
    elsewhere.mkdir()
    _commit(elsewhere)
    (here / linked).parent.mkdir(parents=True)
    (here / linked).symlink_to(elsewhere / linked)
    assert home.find(str(here)) is None
    with pytest.raises(UsageError, match="behind a symbolic link"):
        _commit(here)


def test_a_state_above_the_repository_is_not_found(tmp_path: Path) -> None:
    _commit(tmp_path)
    below = tmp_path / "repository" / "deep"
    below.mkdir(parents=True)
    assert home.find(str(below)) is not None
    (tmp_path / "repository" / ".git").mkdir()
    assert home.find(str(below)) is None
    _commit(tmp_path / "repository")
    assert home.find(str(below)) == str(tmp_path / "repository" / home.HOME)


_SECRET = {
    "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "db", "namespace": "default", "uid": "u"}, "data": {"p": "cGxhbnRlZA=="},
}  # fmt: skip


def test_hashes_are_keyed_by_state_and_known_again(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        states.commit(Store([_SECRET]), 0, folder, at="2026-01-01T00:00:00Z", note="first")
        key = folder / ".kplan" / "state.db.key"
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
        store = Database(folder / home.HOME).open().store()
        assert store.salt == key.read_bytes()
        texts.append(store.list("", "Secret")[0]["data"]["p"])
        assert digest(store) == digest(_revealed(store))
    assert texts[0] != texts[1]
    assert all(map(is_hash, texts))


def test_hashes_of_an_earlier_version_get_the_key_in_every_revision(tmp_path: Path) -> None:
    database = Database(tmp_path / home.HOME)
    plain = hashed(_SECRET)
    database.commit(Store([plain]), base=0, at="2026-01-01T00:00:00Z", note="as it was")
    store = database.open().store()
    states.commit(store, 1, tmp_path, at="2026-01-01T00:00:00Z", note="now")
    for revision in (1, 2):
        kept = database.open(revision).store()
        assert kept.list("", "Secret")[0]["data"]["p"] == hashed(_SECRET, database.key())["data"]["p"]
    assert plain["data"]["p"].encode() not in (tmp_path / home.HOME).read_bytes()


def _revealed(store: Store) -> Store:
    known = store.fork()
    reveal(known, [Object(_SECRET)])
    assert known.list("", "Secret")[0]["data"] == _SECRET["data"]
    return known
