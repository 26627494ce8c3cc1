"""Only regular files are read: a named pipe, for which nobody would ever write,
is refused at once wherever a file is named.
"""

import os
from pathlib import Path

import pytest

from kplan.cli.main import run

LINES = [
    "create configmap a --from-file=pipe", "create configmap a --from-env-file=pipe", "create secret generic a --from-file=pipe",
    "create configmap a --from-file=folder", "create secret tls a --cert=pipe --key=pipe", "create secret docker-registry a --from-file=pipe",
    "lint --no-cache pipe", "plan -f pipe", "get pods --state pipe", "snapshot import pipe", "nodes --scheduler-config pipe",
    "simulate -f sound.yaml --scenario pipe", "lint sound.yaml --baseline pipe", "lint sound.yaml --config pipe", "show pipe",
    "patch pod a --patch-file pipe", "get pods -o go-template-file=pipe", "lint sound.yaml --crds pipe", "kustomize built",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    for name in ("folder", "built"):
        Path(name).mkdir()
    Path("folder/a").write_text("b")
    os.mkfifo("built/pipe")
    Path("built/kustomization.yaml").write_text("configMapGenerator: [{name: a, files: [pipe]}]")
    Path("sound.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")


@pytest.mark.parametrize("line", LINES)
def test_a_named_pipe_is_refused(line: str, capfd: pytest.CaptureFixture[str]) -> None:
    code, said = run(line.split()), "".join(capfd.readouterr())
    if "=folder" in line:  # kubectl passes over what is no file in a folder
        assert code == 0, said
        return
    assert code in (1, 2)
    assert "a named pipe" in said or "not a regular file" in said


def test_what_a_shell_passes_is_read(capfd: pytest.CaptureFixture[str]) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"value")
    os.close(writing)
    assert (
        run(
            [
                "create",
                "configmap",
                "a",
                f"--from-file=key=/dev/fd/{reading}",
                "--dry-run=client",
                "-o",
                "yaml",
            ]
        )
        == 0
    )
    assert "key: value" in capfd.readouterr().out
