"""The user's editor: which one it is, and what becomes of its file."""

import stat
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edits").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "edits"))
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("KUBE_EDITOR", raising=False)
    Path("map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: old}\n")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    call("cluster", "create")
    call("apply", "-f", "map.yaml")
    return call


def test_the_editor_of_the_environment_changes_the_sandbox(
    kplan: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "false")
    monkeypatch.setenv("KUBE_EDITOR", "sed -i s/old/new/")
    assert kplan("edit", "cm", "a") == (0, "configmap/a edited\n", "")
    assert kplan("get", "cm", "a", "-o", "jsonpath={.data.x}")[1] == "new"
    assert kplan("edit", "cm", "a") == (0, "", "Edit cancelled, no changes made.\n")
    assert list(Path("edits").iterdir()) == []


def test_a_file_that_was_not_accepted_is_kept_for_its_owner(
    kplan: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EDITOR", "sed -i s/old/[/")
    code, _, err = kplan("edit", "cm", "a")
    (kept,) = Path("edits").iterdir()
    assert (code, str(kept.absolute()) in err) == (2, True)
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert "was not valid" in kept.read_text()


def test_values_of_a_secret_are_for_the_editor_alone(kplan: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    kplan("create", "secret", "generic", "s", "--from-literal=password=old")
    monkeypatch.setenv("EDITOR", "sed -i s/b2xk/bmV3/")
    code, out, err = kplan("edit", "secret", "s", "--output-patch", "-o", "yaml")
    assert (code, err, "bmV3" in out, "b2xk" in out) == (0, "", False, False)
    assert '"password":' in out
    monkeypatch.setenv("EDITOR", "sed -i /uid/d")
    code, out, err = kplan("edit", "secret", "s")
    assert (code, "no original object found" in err, "bmV3" in out + err) == (2, True, False)
    assert "bmV3" in kplan("get", "secret", "s", "-o", "yaml", "--show-secrets")[1]


@pytest.mark.parametrize(
    ("editor", "said"),
    [
        ("false", 'there was a problem with the editor "false"'),
        ("/none/here", 'there was a problem with the editor "/none/here"'),
        ("none-here --wait", 'unable to launch the editor "none-here --wait" (EDITOR names one)'),
        ("", "vi needs a terminal (EDITOR names another editor)"),
    ],
)
def test_an_editor_that_fails_is_named(
    kplan: Call, monkeypatch: pytest.MonkeyPatch, editor: str, said: str
) -> None:
    monkeypatch.setenv("EDITOR", editor)
    assert kplan("edit", "cm", "a") == (2, "", f"error: {said}\n")
    assert list(Path("edits").iterdir()) == []
