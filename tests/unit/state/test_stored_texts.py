"""A stored state is read as far as somebody looks at it, and a commit writes what changed and nothing else."""

import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from kplan.api.gvk import ObjectKey
from kplan.pipeline import commit
from kplan.pipeline.states import open_state
from kplan.state import texts as stored_texts
from kplan.state.secrets import is_hash
from kplan.state.sources.sqlite import Database
from kplan.state.store import Store

Json = dict[str, Any]
AT = "2026-01-01T00:00:00Z"
KINDS = ("ConfigMap", "Thing", "Secret")


def thing(kind: str, number: int, text: str = "") -> Json:
    metadata = {"name": f"one-{number}", "namespace": f"space-{number % 3}"}
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, "data": {"text": text}}


def key(kind: str, number: int) -> ObjectKey:
    return Store.key_of(thing(kind, number))


def stored(folder: Path, count: int) -> Database:
    database = Database(folder / ".kplan" / "state.db")
    objects = [thing(kind, number) for number in range(count) for kind in KINDS]
    database.commit(Store.of(objects), base=0, at=AT, note="first")
    return database


def rows(database: Database) -> list[tuple[Any, ...]]:
    with sqlite3.connect(database.path) as connection:
        return connection.execute("SELECT * FROM object ORDER BY place, since, kind, name").fetchall()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are read as JSON."""
    texts: list[str] = []

    class Noting:
        @staticmethod
        def loads(text: str) -> Any:
            texts.append(text)
            return json.loads(text)

    monkeypatch.setattr(stored_texts, "json", Noting)
    return texts


@pytest.mark.parametrize("count", [10, 100])
def test_only_what_is_looked_at_is_read(tmp_path: Path, read: list[str], count: int) -> None:
    store = stored(tmp_path, count).open().store()
    assert (len(store), len(store.kinds()), key("Thing", 7) in store) == (3 * count, 3, True)
    assert store.get(key("Thing", 4)) is store.fork().get(key("Thing", 4))
    assert len(read) == 1


def test_a_store_of_texts_answers_as_one_of_objects(tmp_path: Path) -> None:
    snapshot = stored(tmp_path, 10).open()
    store, whole = snapshot.store(), Store.of(snapshot.objects)
    assert (list(store), store.revision) == (list(whole), whole.revision)
    assert dict(store.items()) == {Store.key_of(value): value for value in whole}
    assert store.list("", "Thing", "space-1") == whole.list("", "Thing", "space-1")
    assert (snapshot.objects[-1], len(snapshot.objects[2:5])) == (list(snapshot.objects)[-1], 3)


@pytest.mark.parametrize("count", [10, 100])
def test_a_commit_reads_and_writes_what_changed(tmp_path: Path, read: list[str], count: int) -> None:
    database = stored(tmp_path, count)
    store = database.open().store()
    store.put(thing("Thing", 3, "new"))
    store.delete(key("ConfigMap", 5))
    store.put(store.get(key("Thing", 6)) or {})
    read.clear()
    assert database.commit(store, base=1, at=AT, note="second") == 2
    assert read == []
    fresh = [row for row in rows(database) if row[4] == 2]
    assert [(row[1], row[3]) for row in fresh] == [("Thing", "one-3"), ("Thing", "one-6")]


@pytest.mark.parametrize("seed", range(8))
def test_writing_what_changed_leaves_the_rows_that_comparing_everything_leaves(
    tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    one, other = stored(tmp_path / "one", 8), stored(tmp_path / "other", 8)
    store = one.open().store()
    for step in range(30):
        kind, number = chance.choice([*KINDS, "Late"]), chance.randrange(12)
        if chance.random() < 0.4:
            store.delete(key(kind, number))
        else:
            store.put(thing(kind, number, str(step % 3)))
        if chance.random() < 0.1:
            store = store.fork()
    unknown = store.fork()
    unknown.source = None
    one.commit(store, base=1, at=AT, note="second")
    other.commit(unknown, base=1, at=AT, note="second")
    assert rows(one) == rows(other)


def test_secrets_that_nobody_touched_are_hashed_all_the_same(tmp_path: Path) -> None:
    database = stored(tmp_path, 3)
    state = open_state(None, tmp_path)
    commit(state.store, 1, tmp_path, at=AT, note="second")
    secrets = database.open().store().list("", "Secret")
    assert len(secrets) == 3
    assert all(is_hash(secret["data"]["text"]) for secret in secrets)
