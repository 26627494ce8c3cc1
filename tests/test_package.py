"""What is shipped: the wheel holds the schemas, and the hooks run as published."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    target = tmp_path_factory.mktemp("wheel")
    root = Path(__file__).parents[1]
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    return zipfile.ZipFile(next(target.glob("kplan-*.whl")))


def test_wheel_holds_every_schema_file(wheel: zipfile.ZipFile, root: Path) -> None:
    shipped = {
        name.removeprefix("kplan/_schemas/")
        for name in wheel.namelist()
        if name.startswith("kplan/_schemas/")
    }
    listed = {
        str(path.relative_to(root / "schemas")) for path in (root / "schemas").rglob("*") if path.is_file()
    }
    assert listed
    assert shipped == listed


def test_wheel_is_small_and_typed(wheel: zipfile.ZipFile) -> None:
    assert "kplan/py.typed" in wheel.namelist()
    schemas = sum(
        entry.compress_size for entry in wheel.infolist() if entry.filename.startswith("kplan/_schemas/")
    )
    assert schemas < 2_000_000


def test_published_hooks_name_commands_that_exist(root: Path) -> None:
    hooks = {hook["id"]: hook for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text())}
    assert set(hooks) == {"kplan-lint", "kplan-diff"}
    for hook in hooks.values():
        command = [sys.executable, "-m", *hook["entry"].split(), "--help"]
        assert subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0


GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  a: b\n"
BAD = GOOD.replace("kind: ConfigMap", "kind: ConfigMap\nspce: {}")


def test_pre_commit_installs_the_hooks_and_sees_them_pass_and_fail(root: Path, tmp_path: Path) -> None:
    repository = tmp_path / "manifests"
    repository.mkdir()
    lint = {"id": "kplan-lint", "args": ["--select", "API"]}
    diff = {"id": "kplan-diff", "args": ["-f", "settings.yaml", "--state", "git:HEAD:settings.yaml"]}
    config = {"repos": [{"repo": str(published(root, tmp_path)), "rev": "v0", "hooks": [lint, diff]}]}
    (repository / ".pre-commit-config.yaml").write_text(json.dumps(config))
    (repository / "settings.yaml").write_text(GOOD)
    git(repository, "init", "-q")
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "-m", "settings")
    assert run_hook(repository, "kplan-lint", GOOD).returncode == 0
    wrong = run_hook(repository, "kplan-lint", BAD)
    assert wrong.returncode == 1
    assert "settings.yaml:3:1" in wrong.stdout
    assert run_hook(repository, "kplan-diff", GOOD).returncode == 0
    changed = run_hook(repository, "kplan-diff", GOOD.replace("a: b", "a: c"))
    assert changed.returncode == 1
    assert "-  a: b\n+  a: c" in changed.stdout


def published(root: Path, tmp_path: Path) -> Path:
    """A repository that holds what this checkout would publish."""
    copy = tmp_path / "kplan"
    copy.mkdir()
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    wanted = [
        name for name in listing.split("\0") if name.startswith(("kplan/", "schemas/")) or "/" not in name
    ]
    for name in filter(None, wanted):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_bytes((root / name).read_bytes())
    git(copy, "init", "-q")
    git(copy, "add", "-A", "-f")
    git(copy, "commit", "-q", "-m", "publish")
    git(copy, "tag", "v0")
    return copy


def run_hook(repository: Path, hook: str, text: str) -> subprocess.CompletedProcess[str]:
    (repository / "settings.yaml").write_text(text)
    git(repository, "add", "-A")
    command = [sys.executable, "-m", "pre_commit", "run", hook, "--all-files", "--color", "never"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=kplan", "-c", "user.email=kplan@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)
