"""The hooks run as published: pre-commit installs them and sees them pass and fail, as README says it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import commandlines

ROOT = Path(__file__).parents[1]
HOOKS = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
SNIPPET = next(
    block for block in commandlines.blocks((ROOT / "README.md").read_text(), "yaml") if "repos:" in block
)
PAGES = [ROOT / "README.md", ROOT / "docs" / "ci.md"]
WORKFLOW = 'on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: "echo hi"}]}}\n'


def used(page: Path) -> list[dict[str, Any]]:
    """The hooks of every pre-commit configuration that a page shows."""
    shown = [
        block
        for block in commandlines.blocks(page.read_text(), "yaml")
        if re.search(r"^repos:", block, re.MULTILINE)
    ]
    return [hook for block in shown for repo in yaml.safe_load(block)["repos"] for hook in repo["hooks"]]


def test_three_hooks_are_published() -> None:
    assert list(HOOKS) == ["kplan-lint", "kplan-diff", "kplan-plan"]


@pytest.mark.parametrize("hook", HOOKS.values(), ids=lambda hook: hook["id"])
def test_the_command_line_takes_the_entries(
    hook: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (words,) = commandlines.commands(hook["entry"])
    commandlines.check(words, monkeypatch, tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_command_line_takes_the_arguments_that_the_documentation_gives_hooks(
    page: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert used(page)
    for hook in used(page):
        (words,) = commandlines.commands(HOOKS[hook["id"]]["entry"])
        commandlines.check([*words, *hook.get("args", [])], monkeypatch, tmp_path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that holds what this checkout would publish."""
    copy = tmp_path_factory.mktemp("published") / "kplan"
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    names = [name for name in listing.split("\0") if (ROOT / name).is_file()]
    for name in names:
        if name.startswith(("kplan/", "schemas/", "fixtures/manifests/")) or "/" not in name:
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    git(copy, "init", "-q", "-b", "main")
    git(copy, "add", "-A", "-f")
    git(copy, "commit", "-q", "-m", "publish")
    git(copy, "tag", "v0.1.0")
    return copy


@pytest.fixture
def fresh(published: Path, tmp_path: Path) -> Path:
    """A fresh repository of manifests, with a workflow,
    and the snippet of README word for word but for where kplan is.
    """
    made = tmp_path / "manifests"
    (made / ".github" / "workflows").mkdir(parents=True)
    (made / ".github" / "workflows" / "ci.yml").write_text(WORKFLOW)
    shutil.copytree(ROOT / "fixtures" / "manifests" / "shop", made / "configs" / "app")
    headless(made / "configs" / "app" / "20-catalog.yaml")
    snippet = re.sub(r"(- repo: ).*", rf"\g<1>{published}", re.sub(r"(rev: ).*", r"\g<1>v0.1.0", SNIPPET))
    (made / ".pre-commit-config.yaml").write_text(snippet)
    git(made, "init", "-q", "-b", "main")
    git(made, "add", "-A")
    return made


@pytest.fixture
def repository(fresh: Path) -> Path:
    """The same with everything committed."""
    git(fresh, "commit", "-q", "--no-verify", "-m", "shop")
    return fresh


def headless(file: Path) -> None:
    """The shop's pods get names of their own, so that nothing is left to warn about."""
    file.write_text(
        file.read_text().replace("spec:\n  selector:", "spec:\n  clusterIP: None\n  selector:", 1)
    )


def test_the_snippet_of_the_readme_says_what_to_do_before_the_first_commit(fresh: Path) -> None:
    ran = pre_commit(fresh, "--all-files")
    assert ran.returncode == 1
    assert re.search(r"^kplan lint\.+Passed$", ran.stdout, re.MULTILINE)
    assert "git has no revision 'main' (commit something first; if a hook stands in the way," in ran.stdout


def test_the_snippet_of_the_readme_passes_and_fails(repository: Path) -> None:
    passed = pre_commit(repository, "--all-files")
    assert passed.returncode == 0, passed.stdout
    changed(repository, "10-config.yaml", "LOG_LEVEL: info", "LOG_LEVEL: debug")
    assert pre_commit(repository).returncode == 0
    changed(repository, "30-web.yaml", "replicas: 3", "replicsa: 3")
    broken = pre_commit(repository)
    assert broken.returncode == 1
    assert "configs/app/30-web.yaml:22:3: error API002: unknown field 'spec.replicsa'" in broken.stdout


def test_changed_files_are_judged_with_the_files_beside_them(repository: Path) -> None:
    ran = pre_commit(repository, "kplan-lint", "--files", "configs/app/30-web.yaml")
    assert ran.returncode == 0, ran.stdout


def test_what_cannot_be_applied_fails_plan_and_diff(repository: Path, tmp_path: Path) -> None:
    changed(repository, "20-catalog.yaml", "containerPort: 8080", "containerPort: 80800")
    for hook in ("kplan-diff", "kplan-plan"):
        ran = with_hook(repository, tmp_path, hook, "git:HEAD:configs")
        assert ran.returncode == 1
        assert "containerPort: Invalid value: 80800" in ran.stdout


def test_a_team_says_what_else_fails(repository: Path, tmp_path: Path) -> None:
    changed(repository, "10-config.yaml", "LOG_LEVEL: info", "LOG_LEVEL: debug")
    for hook in ("kplan-diff", "kplan-plan"):
        given = (repository, tmp_path, hook, "git:HEAD:configs")
        assert with_hook(*given).returncode == 0
        assert with_hook(*given, "--fail-on", "deletes").returncode == 0
        assert with_hook(*given, "--fail-on", "deletes", "--fail-on", "updates").returncode == 1


def test_excluded_files_are_not_judged(repository: Path) -> None:
    (repository / "broken.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {nmae: a}\n")
    assert pre_commit(repository, "kplan-lint", "--files", "broken.yaml").returncode == 1
    (repository / ".kplan.yaml").write_text("exclude: [broken.yaml]\n")
    ran = pre_commit(repository, "kplan-lint", "--files", "broken.yaml")
    assert ran.returncode == 0, ran.stdout


def changed(repository: Path, name: str, old: str, new: str) -> None:
    file = repository / "configs" / "app" / name
    assert old in file.read_text()
    file.write_text(file.read_text().replace(old, new))
    git(repository, "add", "-A")


def with_hook(
    repository: Path, folder: Path, hook: str, state: str, *more: str
) -> subprocess.CompletedProcess[str]:
    """Run one hook with other arguments than the snippet gives."""
    config = yaml.safe_load((repository / ".pre-commit-config.yaml").read_text())
    config["repos"][0]["hooks"] = [{"id": hook, "args": ["-f", "configs/", "--state", state, *more]}]
    (folder / "config.yaml").write_text(yaml.safe_dump(config))
    return pre_commit(repository, "--all-files", "-c", str(folder / "config.yaml"))


def pre_commit(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pre_commit", "run", *arguments, "--color", "never"]
    return subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=kplan", "-c", "user.email=kplan@example.com"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize("hook", ["ruff-check", "ruff-format", "kplan-lint"])
def test_the_hooks_of_this_repository_run(hook: str, published: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    git(tmp_path, "clone", "-q", str(published), str(own))
    (own / ".venv").mkdir()
    (own / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    ran = pre_commit(own, hook, "--all-files")
    assert ran.returncode == 0, ran.stdout
    assert "Passed" in ran.stdout


def test_the_hooks_of_this_repository_are_those_of_make_lint() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    entries = [hook["entry"].removeprefix(".venv/bin/") for hook in hooks]
    made = re.findall(
        r"^\t\$\(BIN\)/(.*)$", (ROOT / "Makefile").read_text().partition("\nlint:")[2], re.MULTILINE
    )
    assert [entry.split()[0] for entry in entries] == [*(line.split()[0] for line in made), "kplan"]
