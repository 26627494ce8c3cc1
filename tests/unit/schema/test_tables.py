"""Bundled tables are looked up in their order, without reading them whole."""

import json
import zlib
from pathlib import Path

import pytest

from kplan.schema import data
from kplan.schema.data import Table

FILES = sorted(path.name for path in Path(data.root(), "kubernetes").glob("*.json.gz"))


def _entries(name: str) -> dict[str, object]:
    """What a file holds, read whole."""
    read: dict[str, object] = json.loads(zlib.decompress(data.read(f"kubernetes/{name}"), wbits=31))
    return read


@pytest.mark.parametrize("name", FILES)
def test_every_entry_is_found_where_its_name_stands_in_order(name: str) -> None:
    entries = _entries(name)
    table = Table(f"kubernetes/{name}")
    assert table.about == entries.pop("", {})
    assert {one: table.get(one) for one in entries} == entries
    assert list(table) == [one for one, value in entries.items() if value is not None]


def test_a_later_file_replaces_and_takes_out() -> None:
    whole, change = _entries("1.36.json.gz"), _entries("1.25.delta.json.gz")
    table = Table("kubernetes/1.36.json.gz", "kubernetes/1.25.delta.json.gz")
    merged = {name: value for name, value in (whole | change).items() if name and value is not None}
    gone = next(name for name, value in change.items() if value is None)
    assert dict(table) == merged
    assert table.about == change[""]
    assert gone in whole
    assert gone not in table
    with pytest.raises(KeyError):
        table[gone]


@pytest.mark.parametrize("name", ["", "io", "io.k8s.api.core.v1.Po", "zzz", '"', "io.k8s.api.core.v1.Pod\n"])
def test_what_no_entry_is_called_is_not_found(name: str) -> None:
    table = Table("kubernetes/1.36.json.gz")
    assert name not in table
    assert not name or table.get(name) is None


def test_a_text_is_an_entry_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = '{\n"a":{"x":1},\n"b":"text",\n"c":null\n}\n'
    (tmp_path / "few.json.gz").write_bytes(zlib.compress(rows.encode(), wbits=31))
    monkeypatch.setattr(data, "root", lambda: str(tmp_path))
    table = Table("few.json.gz")
    assert dict(table) == {"a": {"x": 1}, "b": "text"}
    assert table.about == {}
    assert len(table) == 2
