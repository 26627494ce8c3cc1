"""Values of Secrets are in no output and no file, plain or in base64, however they got into the input."""

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan.cli.group import cli
from kplan.manifest.credentials import concealed_dump, concealed_line, looks_secret

_VALUES = ("plantedOne4711", "plantedTwo4712")
_NEW, _OLD = _VALUES


def _secret(value: str, annotations: object = None) -> str:
    metadata = {"name": "db", **({"annotations": annotations} if annotations else {})}
    return json.dumps(
        {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "stringData": {"password": value}}
    )


def _pod(value: str) -> str:
    env = [{"name": "DB_PASSWORD", "value": value}]
    template = {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "a", "image": "b:1", "env": env}]},
    }
    spec = {"selector": {"matchLabels": {"a": "b"}}, "template": template}
    return json.dumps(
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "w"}, "spec": spec}
    )


def _needles() -> list[str]:
    encoded = [base64.b64encode(value.encode()).decode()[:-4] for value in _VALUES]
    return [*_VALUES, *encoded]


def _leaks(text: str) -> list[str]:
    return [needle for needle in _needles() if needle in text]


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    copies = {
        "kapp.k14s.io/original": _secret(_OLD),
        "other": json.dumps({"a": [{"stringdata": {"password": _OLD}}]}),
        "said": f"it is {_OLD}",
    }
    (tmp_path / "old.yaml").write_text(f"{_secret(_OLD, copies)}\n---\n{_pod(_OLD)}\n")
    (tmp_path / "new.yaml").write_text(f"{_secret(_NEW)}\n---\n{_pod(_NEW)}\n")
    (tmp_path / "text.yaml").write_text(f"password {_NEW}\n\t- : {_NEW}\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "html", "tree", "unified", "markdown", "concise"])
def test_no_format_of_a_plan_shows_them(files: Path, form: str) -> None:
    done = CliRunner().invoke(
        cli,
        ["plan", "-f", "new.yaml", "--state", "old.yaml", "-o", form, "--out", "saved"],
        standalone_mode=False,
    )
    assert not _leaks(done.output), done.output
    shown = json.loads((files / "saved").read_text())
    assert not _leaks(
        json.dumps({**shown, "basis": None})
    )  # what it applies is in the basis, for its owner's eyes
    assert _OLD not in (files / "saved").read_text()
    assert (files / "saved").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("form", ["text", "json", "html", "tree", "unified"])
def test_no_format_of_a_saved_plan_shows_them(files: Path, form: str) -> None:
    assert files
    CliRunner().invoke(
        cli, ["plan", "-f", "new.yaml", "--state", "old.yaml", "--out", "saved"], standalone_mode=False
    )
    shown = CliRunner().invoke(cli, ["show", "saved", "-o", form], standalone_mode=False)
    assert shown.exception is None
    assert not _leaks(shown.output)


@pytest.mark.parametrize("form", ["yaml", "json", "jsonl"])
def test_dry_run_masks_secrets_unless_it_is_told(files: Path, form: str) -> None:
    (files / "one.yaml").write_text(_secret(_NEW, {"kapp.k14s.io/original": _secret(_NEW)}))
    masked = CliRunner().invoke(cli, ["dry-run", "-f", "one.yaml", "-o", form], standalone_mode=False)
    assert not _leaks(masked.output)
    assert "***" in masked.output
    told = CliRunner().invoke(
        cli, ["dry-run", "-f", "one.yaml", "-o", form, "--show-secrets"], standalone_mode=False
    )
    assert _leaks(told.output)


@pytest.mark.parametrize(
    "line",
    ["lint -f text.yaml -f new.yaml", "graph -f new.yaml", "upgrade -f new.yaml", "simulate -f new.yaml", "diff -f text.yaml"],
)  # fmt: skip
def test_no_command_shows_them(files: Path, line: str) -> None:
    assert files
    assert not _leaks(CliRunner().invoke(cli, line.split(), standalone_mode=False).output)


def test_no_file_of_the_state_holds_the_values_of_a_secret(files: Path) -> None:
    copies = {
        "kapp.k14s.io/original": _secret(_NEW),
        "kubectl.kubernetes.io/last-applied-configuration": f"no json {_NEW}",
    }
    (files / "one.yaml").write_text(_secret(_NEW, copies))
    done = CliRunner().invoke(cli, ["apply", "-f", "one.yaml"], standalone_mode=False)
    assert done.exception is None
    stored = [file for file in (files / ".kplan").iterdir() if file.is_file()]
    assert stored
    assert not [file.name for file in stored if _leaks(file.read_bytes().decode("latin-1"))]


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("DB_PASSWORD", True), ("api-token", True), ("accessKey", True), ("clientSecret", True), ("PGPASSWORD", True),
        ("secretName", False), ("tokenExpirationSeconds", False), ("automountServiceAccountToken", False), ("path", False),
        ("password", True), ("TOKEN_2", True),
    ],
)  # fmt: skip
def test_names_that_look_like_a_credential(name: str, secret: bool) -> None:
    assert looks_secret(name) is secret


def test_lines_and_dumps_hide_what_such_a_name_holds() -> None:
    assert concealed_line("  password: hunter2").rstrip() == "  password: ***"
    assert (
        concealed_line("    value: hunter2", neighbours=("  - name: DB_PASSWORD",)).rstrip()
        == "    value: ***"
    )
    assert concealed_line("{name: DB_PASSWORD, value: hunter2}").split() == [
        "{name:",
        "DB_PASSWORD,",
        "value:",
        "***",
        "}",
    ]
    assert concealed_line("  secretName: shown") == "  secretName: shown"
    dump = 'core.EnvVar{Name:"DB_PASSWORD", Value:"hunter2", ValueFrom:nil}'
    assert concealed_dump(dump) == 'core.EnvVar{Name:"DB_PASSWORD", Value:"***", ValueFrom:nil}'
