"""A repository's own configuration makes git neither run a program nor open a connection."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_MANIFEST = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
_TRACE = """
import sys
seen = []
def hook(event, arguments):
    if event == "subprocess.Popen":
        seen.append(arguments[1][0])
    elif event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "os.system", "os.exec", "os.posix_spawn"):
        seen.append(event)
sys.addaudithook(hook)
from kplan.cli.main import run
code = run(["diff", "-f", "a.yaml", "--state", "git:HEAD"])
sys.stderr.write("RAN " + ",".join(sorted(set(seen))) + "\\n")
sys.exit(code)
"""


def _git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    (folder / "a.yaml").write_text(_MANIFEST)
    (folder / ".gitattributes").write_text("*.yaml filter=evil diff=evil\n")
    _git(folder, "add", ".")
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    _git(folder, *identity, "commit", "-q", "-m", "first")
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\necho ran >> {tmp_path}/ran\n")
    program.chmod(0o755)
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "filter.evil.smudge", "filter.evil.clean", "diff.evil.textconv",
                 "core.alternateRefsCommand", "credential.helper", "remote.origin.uploadpack", "core.gitProxy", "core.askPass"):  # fmt: skip
        _git(folder, "config", name, str(program))
    _git(folder, "config", "remote.origin.url", f"ext::{program}")
    _git(folder, "config", "remote.origin.promisor", "true")
    _git(folder, "config", "remote.origin.partialclonefilter", "blob:none")
    _git(folder, "config", "core.repositoryformatversion", "1")
    _git(folder, "config", "extensions.partialClone", "origin")
    for hook in ("post-checkout", "reference-transaction", "post-index-change"):
        (folder / ".git" / "hooks" / hook).write_bytes(program.read_bytes())
        (folder / ".git" / "hooks" / hook).chmod(0o755)
    return folder


def _diff(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _TRACE], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "GIT_TRACE2_EVENT": str(folder.parent / "trace"), "GIT_EXTERNAL_DIFF": str(folder.parent / "program")},
    )  # fmt: skip


def test_nothing_but_git_runs_and_nothing_is_connected(repository: Path) -> None:
    done = _diff(repository)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr.splitlines()[-1] == "RAN git"
    assert not (repository.parent / "ran").exists()
    assert not (repository.parent / "trace").exists()


def test_what_a_partial_clone_does_not_have_is_not_fetched(repository: Path) -> None:
    objects = repository / ".git" / "objects"
    blob = subprocess.run(["git", "-C", str(repository), "rev-parse", "HEAD:a.yaml"], check=True, capture_output=True, text=True).stdout.strip()  # fmt: skip
    (objects / blob[:2] / blob[2:]).unlink()
    done = _diff(repository)
    assert done.stderr.splitlines()[-1] == "RAN git"
    assert "Traceback" not in done.stderr
    assert not (repository.parent / "ran").exists()
