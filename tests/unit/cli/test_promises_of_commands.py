"""What every command keeps: nothing is lost, hidden or shown that should not be, whatever goes wrong."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kplan import pipeline
from kplan.cli.main import run
from kplan.state.secrets import is_hash

MAIN = "from kplan.cli.main import main; main()"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\nspec: {containers: [{name: a, image: b}]}\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {k: planted-value}\n"
BROKEN_STATE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n---\nkind: [\n"
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def stored(folder: Path) -> list[dict[str, Any]]:
    return list(pipeline.open_state(None, folder).store)


def test_what_is_refused_is_not_stored(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text(POD.replace("NAME", "Bad_"))
    code, _, err = kplan("simulate", "-f", "bad.yaml", "--commit")
    assert code == 2
    assert "nothing stored: nothing was accepted" in err
    assert not (tmp_path / ".kplan").exists()


def test_what_is_accepted_is_stored_beside_what_is_refused(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(POD.replace("NAME", "good"))
    (tmp_path / "bad.yaml").write_text(POD.replace("NAME", "Bad_"))
    code, _, err = kplan("simulate", "-f", "good.yaml", "-f", "bad.yaml", "--commit")
    assert code == 2
    assert "stored as revision 1, without what was refused" in err
    assert [one["metadata"]["name"] for one in stored(tmp_path) if one["kind"] == "Pod"] == ["good"]


def test_what_cannot_be_read_keeps_all_from_being_stored(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(POD.replace("NAME", "good"))
    (tmp_path / "bad.yaml").write_text("kind: Pod\nmetadata: [\n")
    code, _, err = kplan("simulate", "-f", "good.yaml", "-f", "bad.yaml", "--commit")
    assert code == 2
    assert "nothing stored: not everything could be read" in err
    assert not (tmp_path / ".kplan").exists()


def test_a_closed_pipe_loses_no_commit(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(POD.replace("NAME", "good"))
    line = '"$0" -c "$1" simulate -f good.yaml --commit | true'
    subprocess.run(["sh", "-c", line, sys.executable, MAIN], cwd=tmp_path, check=True, capture_output=True)
    assert any(value["metadata"]["name"] == "good" for value in stored(tmp_path))


def test_two_formats_for_standard_output_are_refused_before_anything_is_done(
    kplan: Call, tmp_path: Path
) -> None:
    (tmp_path / "good.yaml").write_text(POD.replace("NAME", "good"))
    assert kplan("simulate", "-f", "good.yaml", "--commit", "-o", "text", "-o", "json")[0] == 2
    assert not (tmp_path / ".kplan").exists()


def test_two_formats_for_one_file_are_refused_before_anything_is_done(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD)
    for command in (["lint", "pod.yaml"], ["plan", "-f", "pod.yaml"]):
        code, out, err = kplan(*command, "-o", "json=report", "-o", "markdown=./report")
        assert (code, out) == (2, "")
        assert err == "error: two formats for one file, ./report (name a file for each)\n"
    assert not (tmp_path / "report").exists()


def test_a_commit_keeps_the_values_that_a_state_holds(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SECRET)
    for flags, kept in (((), False), (("--with-secrets",), True)):
        kplan("apply", "-f", "s.yaml", *flags)
        kplan("cordon", "node-1", "--commit")
        kplan("uncordon", "node-1", "--commit")
        (secret,) = [value for value in stored(tmp_path) if value["kind"] == "Secret"]
        assert is_hash(secret["data"]["k"]) is not kept
        kplan("delete", "secret", "s", "--commit")


def test_a_patch_is_not_written_into_the_history(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text(SECRET)
    kplan("apply", "-f", "s.yaml")
    assert kplan("patch", "secret", "s", "-p", '{"stringData": {"k": "other-value"}}', "--commit")[0] == 0
    assert "--patch=..." in kplan("snapshot", "list")[1]
    assert b"other-value" not in (tmp_path / ".kplan" / "state.db").read_bytes()


@pytest.mark.parametrize(
    ("line", "note"),
    [
        ("create secret generic a --from-literal=b=other-value", "create secret generic a --from-literal=b=..."),
        ("create secret docker-registry a --docker-username=u --docker-password=other-value", "--docker-password=..."),
        ("run a --image=b --env=DB_PASSWORD=other-value", "--env=DB_PASSWORD=..."),
        ("run a --image=b --env=URL=https://u:other-value@h/", "--env=URL=..."),
        ('run a --image=b --overrides={"metadata":{"labels":{"a":"other-value"}}}', "--overrides=..."),
        ("set env deployment/web API_TOKEN=other-value", "set env deployment/web API_TOKEN=..."),
        ("create configmap a --from-literal=shown=yes --from-literal=password=other-value", "--from-literal=shown=yes"),
    ],
)  # fmt: skip
def test_a_credential_of_a_command_line_is_not_written_into_the_history(
    kplan: Call, line: str, note: str
) -> None:
    kplan("create", "deployment", "web", "--image=b", "--commit")
    assert kplan(*line.split(), "--commit")[0] == 0
    said = kplan("snapshot", "list")[1]
    assert note in said
    assert "other-value" not in said


WRONG = {
    "typo": SECRET.replace("stringData", "stringdata"),
    "type": SECRET.replace("planted-value", "{a: planted-value}"),
    "twice": SECRET.replace("{k: planted-value}", "{k: planted-value, k: planted-value}"),
    "broken": SECRET.replace("{k: planted-value}", "\n k: planted-value\n   x: [\n"),
    "json": '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "stringdata": {"k": "planted-value"}}',
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("command", ["lint", "diff -f", "plan -f", "dry-run -f", "apply -f", "simulate -f"])
def test_no_excerpt_shows_a_secret(kplan: Call, tmp_path: Path, name: str, command: str) -> None:
    file = "s.json" if name == "json" else "s.yaml"
    (tmp_path / file).write_text(WRONG[name])
    formats = (
        ("text", "json", "junit", "sarif", "markdown", "github", "gitlab") if command == "lint" else ("",)
    )
    for one in formats:
        code, out, err = kplan(*command.split(), file, *(["-o", one] if one else []))
        assert code in (1, 2) or name == "twice"
        assert "| " not in out + err or "planted-value" not in out + err


@pytest.mark.parametrize(
    "command",
    ["nodes", "route outside 10.96.0.1:443", "cordon node-1", "explain pod/a", "capacity -f pod.yaml"],
)
def test_a_state_that_cannot_be_read_is_no_sound_answer(kplan: Call, tmp_path: Path, command: str) -> None:
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "a.yaml").write_text(BROKEN_STATE + "---\n" + POD.replace("NAME", "a"))
    (tmp_path / "pod.yaml").write_text(POD.replace("NAME", "b"))
    code, _, err = kplan(*command.split(), "--state", "state")
    assert code == 2
    assert err.count("a.yaml:6:1: error YAML001") == 1


def test_lint_says_what_it_cannot_read_of_state_context_and_definitions(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "state.yaml").write_text(BROKEN_STATE)
    (tmp_path / "ok.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    assert kplan("lint", "ok.yaml", "--state", "state.yaml")[0] == 2
    code, out, _ = kplan("lint", "ok.yaml", "--context", "nowhere")
    assert (code, "YAML006" in out) == (2, True)
    assert "no CustomResourceDefinition in ok.yaml" in kplan("lint", "ok.yaml", "--crds", "ok.yaml")[2]


def test_one_refused_manifest_does_not_hide_the_answers_about_others(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(POD.replace("NAME", "good") + "---\n" + POD.replace("NAME", "Bad_"))
    code, out, err = kplan("why", "-f", "a.yaml", "-o", "json")
    report = json.loads(out)
    assert (code, len(report["answers"])) == (2, 1)
    assert "a.yaml:8" in err or "a.yaml:7" in err
    assert report["rules"]["API422"]["name"] == "not-valid"


def test_the_library_lints_as_the_command_line_does(kplan: Call, tmp_path: Path) -> None:
    pod = POD.replace("NAME", "a").replace(
        "image: b", "image: b, envFrom: [{configMapRef: {name: settings}}]"
    )
    (tmp_path / "a.yaml").write_text(pod)
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n")
    assert kplan("lint", "a.yaml", "--select", "REF")[0] == 0
    assert not [
        one for one in pipeline.lint(pipeline.load(["a.yaml"])).findings if one.rule.startswith("REF")
    ]


def test_names_that_are_not_utf8_can_be_excluded(kplan: Call, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    file = tmp_path / "a" / os.fsdecode(b"bad\xff.yaml")
    file.write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n")
    assert kplan("lint", "a", "--exclude", "x")[0] == 0


def test_an_empty_standard_input_is_an_error(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "plan", "-f", "-"],
        cwd=tmp_path,
        input="",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "standard input is empty" in done.stderr


def test_a_plan_of_what_cannot_be_read_writes_its_report(kplan: Call, tmp_path: Path) -> None:
    code, out, _ = kplan("plan", "-f", "nope.yaml", "-o", "text", "-o", "json=report.json")
    assert (code, out) == (2, "")
    report = json.loads((tmp_path / "report.json").read_text())
    assert ("plan" in report, report["findings"][0]["rule"]) == (False, "YAML006")
