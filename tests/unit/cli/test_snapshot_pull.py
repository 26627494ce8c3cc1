"""kplan snapshot pull: what the user's kubectl answers becomes a revision."""

import json
from pathlib import Path

import pytest

from kplan.cli.main import run

SECRET = {
    "apiVersion": "v1", "kind": "Secret", "type": "Opaque", "data": {"password": "aHVudGVyMg=="},
    "metadata": {"name": "s", "namespace": "default", "uid": "1", "resourceVersion": "5",
                 "creationTimestamp": "2026-01-01T00:00:00Z"},
}  # fmt: skip
LIST = json.dumps({"apiVersion": "v1", "kind": "List", "items": [SECRET]})
FORBIDDEN = 'Error from server (Forbidden): nodes is forbidden: User "a" cannot list resource "nodes"'


@pytest.fixture
def kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a kubectl that prints the files ``out`` and ``err`` and ends with ``code``."""
    program = tmp_path / "bin" / "kubectl"
    program.parent.mkdir()
    lines = (
        "#!/bin/sh", f'cd "{tmp_path}"', 'echo "$*" >> asked',
        'if [ "$1" = api-resources ]; then echo secrets; echo nodes; echo events; exit 0; fi',
        'cat out; cat err >&2; exit "$(cat code)"',
    )  # fmt: skip
    program.write_text("\n".join(lines))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def answer(folder: Path, out: str, err: str = "", code: int = 0) -> None:
    for name, text in (("out", out), ("err", err), ("code", str(code))):
        (folder / name).write_text(text)


def test_stores_hashes_of_secrets(kubectl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(kubectl, LIST)
    assert run(["snapshot", "pull", "--context", "c"]) == 0
    assert capsys.readouterr().out == "revision 1: 16 objects (pull c)\n"
    assert (kubectl / "asked").read_text().splitlines()[1] == (
        "get secrets,nodes -A -o json --ignore-not-found --context c"
    )
    assert b"aHVudGVyMg==" not in (kubectl / ".kplan" / "state.db").read_bytes()
    (kubectl / "s.json").write_text(json.dumps({**SECRET, "metadata": {"name": "s"}}))
    assert run(["diff", "-f", "s.json"]) == 0
    (kubectl / "s.json").write_text(json.dumps({**SECRET, "metadata": {"name": "s"}, "data": {}}))
    assert run(["diff", "-f", "s.json"]) == 0
    (kubectl / "s.json").write_text(
        json.dumps({**SECRET, "metadata": {"name": "s"}, "data": {"password": "eA=="}})
    )
    assert run(["diff", "-f", "s.json"]) == 1
    assert run(["snapshot", "pull", "--with-secrets"]) == 0
    assert b"aHVudGVyMg==" in (kubectl / ".kplan" / "state.db").read_bytes()


def test_leaves_out_what_may_not_be_listed(kubectl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(kubectl, LIST, FORBIDDEN, 1)
    assert run(["snapshot", "pull"]) == 0
    assert capsys.readouterr().err == f"skipped: {FORBIDDEN.partition(': ')[2]}\n"


@pytest.mark.parametrize(
    ("out", "err", "says"),
    [
        ("", "error: You must be logged in", "kubectl failed: You must be logged in"),
        (LIST, f"{FORBIDDEN}\nUnable to connect", "kubectl failed: Unable to connect"),
        ("", "", "kubectl failed: exit 1"),
    ],
)
def test_after_other_errors_nothing_is_stored(
    kubectl: Path, capsys: pytest.CaptureFixture[str], out: str, err: str, says: str
) -> None:
    answer(kubectl, out, err, 1)
    assert run(["snapshot", "pull"]) == 2
    assert capsys.readouterr().err == f"error: {says} (run the same kubectl command yourself to see why)\n"
    assert not (kubectl / ".kplan").exists()


def test_an_answer_that_is_no_list_is_an_error(kubectl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer(kubectl, "surprise")
    assert run(["snapshot", "pull"]) == 2
    assert "did not print a list of objects as JSON" in capsys.readouterr().err
