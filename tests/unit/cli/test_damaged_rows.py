"""Rows of a stored state of any shape are answered, or the row is named; other revisions stay usable."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kplan.cli.main import run

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: "web:1"}]}
"""
_META = {"name": "web", "namespace": "default", "uid": "u", "creationTimestamp": "2026-01-01T00:00:00Z"}


def _row(metadata: Any = _META, **rest: Any) -> dict[str, Any]:
    return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, **rest}


ROWS = {
    "nothing": {},
    "no metadata": {"apiVersion": "apps/v1", "kind": "Deployment"},
    "metadata that is text": _row("web"),
    "no name": _row({"namespace": "default"}),
    "labels that are a list": _row({**_META, "labels": ["a"]}),
    "owners that are text": _row({**_META, "ownerReferences": "me"}),
    "fields that are text": _row({**_META, "managedFields": ["all"]}),
    "a time": _row({**_META, "creationTimestamp": "soon"}),
    "a spec that is text": _row(spec="none"),
    "no spec": _row(),
    "a template that is a list": _row(spec={"replicas": 1, "selector": {"matchLabels": {"app": "web"}}, "template": []}),
    "replicas that are text": _row(spec={"replicas": "many", "selector": {}, "template": {"spec": {}}}),
    "a status that is a list": _row(spec={}, status=["fine"]),
    "a kind that is a number": {**_row(), "kind": 7},
}  # fmt: skip
COMMANDS = (
    "get all -A", "describe deploy web", "plan -f web.yaml", "advance 1m",
)  # fmt: skip


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WEB)
    assert run(["apply", "-f", "web.yaml"]) == 0
    return tmp_path


def _damaged(folder: Path, row: Any) -> None:
    with closing(sqlite3.connect(folder / ".kplan" / "state.db")) as connection, connection:
        connection.execute("UPDATE object SET value = ? WHERE kind = 'Deployment'", (json.dumps(row),))
        connection.execute("DELETE FROM resting")


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_a_row_of_any_shape_is_answered_or_named(
    row: Any, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in COMMANDS:
        _damaged(here, row)
        capsys.readouterr()
        code = run(command.split())
        said = capsys.readouterr().err
        assert code in (0, 1, 2), f"{command}: {said}"
        assert "internal error" not in said


def test_the_row_that_a_command_fails_at_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _damaged(here, _row(spec="none"))
    capsys.readouterr()
    assert run(["scale", "deploy", "web", "--replicas", "3"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: the stored state is damaged: deployment.apps/web -n default: ")
    assert "kplan snapshot list" in said
