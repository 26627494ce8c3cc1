"""A repository's own configuration makes git neither run a program nor open a connection."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_MANIFEST = """\
apiVersion: v1
kind: Pod
metadata: {name: a}
spec: {hostPID: true, containers: [{name: a, image: a}]}
"""
"""Something that lint finds, so that it asks whether the revision has it."""
_TRACE = """
import sys
seen = []
def hook(event, arguments):
    if event == "subprocess.Popen":
        seen.append(arguments[1][0])
    elif event.startswith("socket.") or event in ("os.system", "os.exec", "os.posix_spawn", "os.spawn"):
        seen.append(event)
sys.addaudithook(hook)
from kplan.cli.main import run
code = run(sys.argv[1:])
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


_COMMANDS = ("diff -f a.yaml --state git:HEAD", "diff -f a.yaml --base HEAD", "lint --new-only HEAD a.yaml")
_RECORDED = (
    "sh", "bash", "ssh", "curl", "less", "more", "cat", "false", "gpg", "sed", "env", "git-remote-ext", "git-remote-http",
    "git-remote-https", "git-upload-pack", "git-upload-archive", "git-lfs", "git-credential-cache",
)  # fmt: skip
"""Programs that git could be made to run by name."""


def _recording(folder: Path) -> str:
    """A PATH whose programs write down that they were run; git itself runs."""
    programs, git = folder / "programs", shutil.which("git")
    programs.mkdir(exist_ok=True)
    for name in ("git", *_RECORDED):
        then = f'exec "{git}" "$@"' if name == "git" else "exit 1"
        (programs / name).write_text(f"#!/bin/sh\necho {name} >> {folder}/recorded\n{then}\n")
        (programs / name).chmod(0o755)
    return str(programs)


def _traced(folder: Path, command: str = _COMMANDS[0]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _TRACE, *command.split()], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PATH": _recording(folder.parent), "KPLAN_NO_CACHE": "1", "GIT_TRACE2_EVENT": str(folder.parent / "trace"), "GIT_EXTERNAL_DIFF": str(folder.parent / "program")},
    )  # fmt: skip


@pytest.mark.parametrize("command", _COMMANDS)
def test_nothing_but_git_runs_and_nothing_is_connected(repository: Path, command: str) -> None:
    done = _traced(repository, command)
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr.splitlines()[-1] == "RAN git"
    assert set((repository.parent / "recorded").read_text().split()) == {"git"}
    assert not (repository.parent / "ran").exists()
    assert not (repository.parent / "trace").exists()


def test_a_program_that_git_is_made_to_run_is_seen(repository: Path) -> None:
    _git(repository, "config", "alias.seen", "!ssh")
    environment = {**os.environ, "PATH": _recording(repository.parent)}
    subprocess.run(["git", "seen"], cwd=repository, env=environment, check=False, capture_output=True)
    assert "ssh" in (repository.parent / "recorded").read_text().split()


@pytest.mark.parametrize("command", _COMMANDS)
def test_what_a_partial_clone_does_not_have_is_not_fetched(repository: Path, command: str) -> None:
    objects = repository / ".git" / "objects"
    blob = subprocess.run(["git", "-C", str(repository), "rev-parse", "HEAD:a.yaml"], check=True, capture_output=True, text=True).stdout.strip()  # fmt: skip
    (objects / blob[:2] / blob[2:]).unlink()
    done = _traced(repository, command)
    assert done.stderr.splitlines()[-1] == "RAN git"
    assert "Traceback" not in done.stderr
    assert set((repository.parent / "recorded").read_text().split()) == {"git"}
    assert not (repository.parent / "ran").exists()
