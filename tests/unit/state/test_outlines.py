"""What is kept beside the texts of a state says the same as the texts, in files of earlier versions as well."""

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kplan.scheduler import counting
from kplan.selectors.labels import Selector
from kplan.simulation.cache import Cache
from kplan.state.glance import Unread, labelled
from kplan.state.outline import Outline, Outlines, outline_of
from kplan.state.sources import outlines
from kplan.state.sources.sqlite import Database, blocks
from kplan.state.store import Store
from kplan.state.texts import WORDS

Json = dict[str, Any]
AT = "2026-01-01T00:00:00Z"
NODES = ("", "node-1", 'node-"2', "node-3")
LABELS = ({}, {"app": "web"}, {"app": "db", "tier": "back"}, {"tier": "web"})
KINDS = ("Pod", "Secret", "EndpointSlice", "ConfigMap")


def references(chance: random.Random) -> list[Json]:
    number = chance.choice([0, 0, 1, 1, 1, 2])
    return [
        {
            "kind": "ReplicaSet", "apiVersion": "apps/v1", "name": f"set-{chance.randrange(3)}", "uid": f"uid-{chance.randrange(4)}",
            **chance.choice([{}, {"controller": False}, {"controller": True}, {"controller": True}]),
        }
        for _ in range(number)
    ]  # fmt: skip


def thing(chance: random.Random, kind: str, number: int) -> Json:
    """An object in which words stand in many places."""
    metadata: Json = {"name": f"one-{number}", "namespace": f"space-{number % 2}", "uid": f"uid-{number % 6}"}
    metadata |= chance.choice([{}, {"labels": chance.choice(LABELS)}])
    metadata |= chance.choice([{}, {"ownerReferences": references(chance)}])
    metadata |= chance.choice([{}, {}, {"deletionTimestamp": AT}])
    metadata |= chance.choice([{}, {"annotations": {WORDS[-1]: json.dumps({"nodeName": "x", "app": "web"})}}])
    spec: Json = chance.choice([{}, {"nodeName": chance.choice(NODES)}, {"hostPort": {"nodeName": "y"}}])
    spec |= chance.choice([{}, {"affinity": {"podAffinity": {}}, "labels": {"app": "web"}}])
    end = {"endpoints": [{"nodeName": "z"}]} if kind == "EndpointSlice" else {"spec": spec}
    phase = chance.choice(["Pending", "Running"])
    return {"apiVersion": "v1", "kind": kind, "metadata": metadata, **end, "status": {"phase": phase}}


def text_of(value: Json) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class Told:
    """The source of a text that has an outline."""

    def __init__(self, outline: Outline) -> None:
        self.outlines = Outlines(*((one,) for one in outline))  # type: ignore[arg-type]  # of many types

    def refuse(self) -> None:
        """Nothing is wrong with it."""


def answers(unread: Unread) -> list[object]:
    """What is asked of objects that nobody has read."""
    references = [list(unread.owners()), unread.controller_name(), unread.node()]
    return [*references, *(unread.mentions(word) for word in (*WORDS, '"nodeName"'))]


@pytest.mark.parametrize("seed", range(20))
def test_an_outline_says_what_the_text_says(seed: int) -> None:
    chance = random.Random(seed)
    for number in range(40):
        value = thing(chance, "Pod", number)
        outline = outline_of(text_of(value))
        assert outline is not None
        with_outline, without = Unread(text_of(value), Told(outline)), Unread(text_of(value))
        assert answers(with_outline) == answers(without)
        for labels in LABELS:
            has = labels.items() <= value["metadata"].get("labels", {}).items()
            found = [one for one, _ in labelled([(True, with_outline), (False, without)], labels.items())]
            assert found in ([[True, False]] if has else [[], [False], [True, False]])


def test_the_words_of_the_scheduler_are_kept() -> None:
    assert {*counting._TERM_WORDS} <= {*WORDS}


@pytest.mark.parametrize(
    ("metadata", "controller"),
    [
        ({}, ("", None)),
        ({"ownerReferences": []}, ("", None)),
        ({"ownerReferences": [{"uid": "1", "name": "a", "controller": True}]}, ("1", "a")),
        ({"ownerReferences": [{"uid": "1", "name": "a"}]}, (None, None)),
        ({"ownerReferences": [{"uid": "", "name": "a", "controller": True}]}, (None, None)),
        ({"ownerReferences": [{"uid": "1", "name": "a", "controller": True}] * 2}, (None, None)),
    ],
    ids=["none", "empty", "one", "no controller", "no uid", "two"],
)
def test_who_controls_an_object_is_kept_where_there_is_one_owner(metadata: Json, controller: object) -> None:
    found = outline_of(text_of({"apiVersion": "v1", "kind": "Thing", "metadata": metadata}))
    assert found is not None
    assert (found.controller, found.controller_name) == controller


@pytest.mark.parametrize(
    "text", ["", "[]", '{"kind":"Pod"}', '{"apiVersion":"v1","kind":"Pod","metadata":3}']
)
def test_values_that_are_no_objects_have_no_outline(text: str) -> None:
    assert outline_of(text) is None


@contextmanager
def opened(database: Database) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database.path)
    with connection:
        yield connection
    connection.close()


def outlined(database: Database) -> dict[int, tuple[Any, ...]]:
    with opened(database) as connection:
        kinds = {row[:2] for row in blocks.rows_in(connection)}
        kept = outlines.Kept(partial(blocks.rows_in, connection))
        columns = [kept.of(kind) for kind in kinds]
    return {entry[0]: entry[1:] for some in columns for entry in zip(*some or (), strict=True)}


def expected(database: Database) -> dict[int, tuple[Any, ...]]:
    """The outlines that the rows should have that nothing has ended."""
    with opened(database) as connection:
        rows = connection.execute(
            "SELECT place, since, value FROM object WHERE until IS NULL AND kind != 'Secret'"
        )
        found = {place: (since, outline_of(value)) for place, since, value in rows}
    return {place: (since, *outline) for place, (since, outline) in found.items() if outline}


def written(chance: random.Random, store: Store) -> Store:
    """The state after some writes."""
    for _ in range(15):
        value = thing(chance, chance.choice(KINDS), chance.randrange(20))
        if chance.random() < 0.3:
            store.delete(store.key_of(value))
        else:
            store.put(value)
    return store


def stored(folder: Path, chance: random.Random, revisions: int) -> Database:
    database = Database(folder / ".kplan" / "state.db")
    store = written(chance, Store())
    for base in range(revisions):
        database.commit(store, base=base, at=AT, note="")
        store = written(chance, database.open().store())
        if chance.random() < 0.3:
            store.source = None
    return database


def seen(store: Store) -> list[object]:
    """What actors find in a state that nobody has looked at yet."""
    cache = Cache(store)
    found: list[object] = [cache.pods_by_node(), *(list(cache.nodes_mentioning(word)) for word in WORDS)]
    found += [cache.dependents(f"uid-{number}") for number in range(5)]
    for kind in KINDS:
        found += [cache.controlled_by(f"uid-{number}", "", kind) for number in range(5)]
        for space in ("space-0", "space-1"):
            for labels in LABELS[1:]:
                selector = Selector.from_set(labels)
                found += [cache.selected("", kind, space, selector), cache.orphans("", kind, space, selector)]
    return [*found, [cache.pods_on(node) for node in NODES]]


@pytest.mark.parametrize("seed", range(8))
def test_rows_have_their_outlines_after_every_commit(tmp_path: Path, seed: int) -> None:
    database = stored(tmp_path, random.Random(seed), revisions=4)
    assert outlined(database) == expected(database)


@pytest.mark.parametrize("seed", range(8))
def test_a_state_without_outlines_is_the_same_and_has_them_after_a_commit(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    database = stored(tmp_path, chance, revisions=2)
    with_outlines = seen(database.open().store())
    with opened(database) as connection:
        connection.execute(f"DROP TABLE {blocks.TABLE}")
        connection.execute("CREATE TABLE outline_2 (place INTEGER PRIMARY KEY)")  # of the version before
    assert seen(database.open().store()) == with_outlines
    database.commit(database.open().store(), base=2, at=AT, note="")
    assert outlined(database) == expected(database)


@pytest.fixture(params=[2, 3, 256])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many objects a block holds."""
    size: int = request.param
    monkeypatch.setattr(blocks, "_BLOCK", size)
    return size


@pytest.mark.parametrize("seed", range(3))
def test_blocks_of_any_size_hold_the_same(tmp_path: Path, block: int, seed: int) -> None:
    database = stored(tmp_path, random.Random(seed), revisions=6)
    assert outlined(database) == expected(database)
    with opened(database) as connection:
        sizes = [len(row[2]) // 8 for row in blocks.rows_in(connection)]
    assert max(sizes) <= block


def test_a_commit_writes_the_blocks_again_in_which_something_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "_BLOCK", 4)
    chance = random.Random(1)
    database = Database(tmp_path / ".kplan" / "state.db")
    database.commit(Store.of([thing(chance, "Pod", number) for number in range(20)]), base=0, at=AT, note="")
    with opened(database) as connection:
        connection.execute(f"UPDATE {blocks.TABLE} SET nodes = '[]' WHERE first != 9")
    store = database.open().store()
    store.put(thing(chance, "Pod", 10))
    database.commit(store, base=1, at=AT, note="")
    with opened(database) as connection:
        rows = connection.execute(f"SELECT first, nodes FROM {blocks.TABLE} ORDER BY first").fetchall()
    assert [(first, nodes == "[]") for first, nodes in rows] == [
        (1, True),
        (5, True),
        (9, False),
        (13, True),
        (17, True),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "since = zeroblob(length(since)), controllers = replace(controllers, 'uid-1', 'uid-9')",
        "words = 'many'",
        "words = 3",
        "labels = x'00'",
        "places = places || x'0000000000000000'",
        "controllers = '[1]'",
        "controllers = 'all'",
        "nodes = x'ff'",
        "nodes = '{}'",
    ],
)
def test_what_does_not_fit_is_left_alone(tmp_path: Path, change: str) -> None:
    database = stored(tmp_path, random.Random(1), revisions=3)
    expected = seen(database.open().store())
    with opened(database) as connection:
        connection.execute(f"UPDATE {blocks.TABLE} SET {change}")
    assert seen(database.open().store()) == expected
    database.commit(database.open().store(), base=3, at=AT, note="")
    assert seen(database.open().store()) == expected


@pytest.mark.parametrize(
    "change", ["ALTER TABLE outline_3 DROP COLUMN nodes", "DELETE FROM outline_3 WHERE kind = 'Pod'"]
)
def test_a_table_of_another_shape_is_left_alone(tmp_path: Path, change: str) -> None:
    database = stored(tmp_path, random.Random(1), revisions=3)
    expected = seen(database.open().store())
    with opened(database) as connection:
        connection.execute(change)
    assert seen(database.open().store()) == expected


def test_a_version_that_does_not_know_of_them_may_write(tmp_path: Path) -> None:
    chance = random.Random(4)
    database = stored(tmp_path, chance, revisions=2)
    with opened(database) as connection:
        before = connection.execute(f"SELECT * FROM {blocks.TABLE}").fetchall()
    store = written(chance, database.open().store())
    database.commit(store, base=2, at=AT, note="")
    without = database.path.with_name("without.db")
    shutil.copy(database.path, without)
    with opened(Database(without)) as connection:
        connection.execute(f"DROP TABLE {blocks.TABLE}")
    with opened(database) as connection:
        connection.execute(f"DELETE FROM {blocks.TABLE}")
        marks = ", ".join("?" * len(before[0]))
        connection.executemany(f"INSERT INTO {blocks.TABLE} VALUES ({marks})", before)
    assert seen(database.open().store()) == seen(Database(without).open().store())


def test_an_earlier_revision_is_told_by_its_texts(tmp_path: Path) -> None:
    database = stored(tmp_path, random.Random(2), revisions=4)
    with_outlines = [seen(database.open(revision).store()) for revision in range(1, 5)]
    with opened(database) as connection:
        connection.execute(f"DROP TABLE {blocks.TABLE}")
    assert [seen(database.open(revision).store()) for revision in range(1, 5)] == with_outlines


def test_outlines_are_read_when_one_is_asked_for(tmp_path: Path) -> None:
    database = stored(tmp_path, random.Random(3), revisions=1)
    store = database.open().store()
    database.path.unlink()
    assert all(value["kind"] for value in store)
    assert seen(store)
