"""A revision that git does not have: the error says what to do."""

import subprocess
from pathlib import Path

import pytest

from kplan.errors import UsageError
from kplan.state.sources import open_state


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=trunk"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def hint(folder: Path, state: str) -> str:
    with pytest.raises(UsageError, match="git has no revision") as refused:
        open_state(state, folder)
    return str(refused.value.hint)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    made = tmp_path / "made"
    made.mkdir()
    git(made, "init", "-q")
    return made


def test_nothing_is_committed_yet(repository: Path) -> None:
    assert hint(repository, "git:main:configs").startswith("commit something first")


def test_the_branch_has_another_name(repository: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "one")
    assert hint(repository, "git:main").startswith("there is trunk;")
    assert hint(repository, "git:main").endswith("git fetch origin main:main")
    assert hint(repository, "git:trunk~3").endswith("git fetch --unshallow")


def test_only_a_remote_has_the_branch(repository: Path, tmp_path: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "one")
    git(tmp_path, "clone", "-q", str(repository), "clone")
    git(tmp_path / "clone", "checkout", "-q", "-b", "feature")
    git(tmp_path / "clone", "branch", "-q", "-D", "trunk")
    assert hint(tmp_path / "clone", "git:trunk:configs") == "write git:origin/trunk"


def test_a_long_list_of_branches_is_cut(repository: Path) -> None:
    git(repository, "commit", "-q", "--allow-empty", "-m", "one")
    for number in range(9):
        git(repository, "branch", f"b{number}")
    assert hint(repository, "git:main").startswith("there is b0, b1, b2, b3, b4, ...;")
