"""The GitHub action and the GitLab template: their shell is sound, and what they run does what they say.

GitHub's ``gh`` and GitLab's API are stood in for by a script and a server that keep what they are told.
"""

import json
import os
import re
import runpy
import shlex
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import yaml

import commandlines

ROOT = Path(__file__).parents[1]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text())
GITLAB = yaml.safe_load((ROOT / "ci" / "gitlab.yml").read_text())
STEPS = [step for step in ACTION["runs"]["steps"] if "run" in step]
WORDS = "SC2086"
"""GitLab's variables of arguments are words on purpose."""
LINES = ("before_script", "script", "after_script")
JOBS = {name: job for name, job in GITLAB.items() if name != "variables"}
SCRIPTS = {
    **{step["name"]: step["run"] for step in STEPS},
    **{
        f"{name} {part}": "\n".join(job[part]) + "\n"
        for name, job in JOBS.items()
        for part in LINES
        if part in job
    },
}
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n  namespace: default\ndata:\n  a: b\n"
KPLAN = f"""\
#!{sys.executable}
import sys
sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / "tests")!r}]
from commandlines import merged
from kplan.cli.main import main
main([merged(word) for word in sys.argv[1:]])
"""
PYTHON = f'#!/bin/sh\ntest "$2" != pip || exit 0\nexec {sys.executable} "$@"\n'
GH = """\
#!/bin/sh
echo "$@" >> "$GH_LOG"
case "$*" in
*--jq*) cat "$GH_KNOWN" ;;
*) cat > "$GH_BODY"; test ! -s "$GH_DENIES" || { cat "$GH_DENIES" >&2; exit 1; } ;;
esac
"""
STRANDED = """\
apiVersion: v1
kind: Pod
metadata: {name: large}
spec: {containers: [{name: a, image: a, resources: {requests: {cpu: "100"}}}]}
"""


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_the_shell_is_sound(script: str, tmp_path: Path) -> None:
    file = tmp_path / "script.sh"
    file.write_text(f"#!/usr/bin/env bash\n{script}")
    subprocess.run(["bash", "-n", str(file)], check=True)
    checker = Path(sys.executable).with_name("shellcheck")
    checked = subprocess.run(
        [str(checker), *(["--exclude", WORDS] if "_ARGS" in script else []), str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout


def test_every_input_of_the_action_reaches_a_step() -> None:
    used = set(re.findall(r"inputs\.([\w-]+)", json.dumps(ACTION["runs"])))
    assert used == set(ACTION["inputs"])
    given = {name for step in STEPS for name in step["env"]}
    source = (ROOT / "ci" / "github.py").read_text()
    assert given - set(re.findall(r'environ\["(\w+)"\]', source)) == {"PYTHON", "VERSION", "GH_TOKEN"}


@pytest.mark.parametrize("page", ["README.md", "docs/ci.md"])
def test_the_command_line_takes_what_the_documentation_gives_the_action(
    page: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    text = "\n".join(commandlines.blocks((ROOT / page).read_text(), "yaml"))
    for command, arguments in re.findall(r"command: ([\w ]+)\n *args: (.*)", text):
        commandlines.check([*command.split(), *shlex.split(arguments)], monkeypatch, tmp_path)
    for command, arguments in re.findall(r"KPLAN_(LINT|PLAN)_ARGS: (.*)", text):
        commandlines.check([command.lower(), *arguments.split()], monkeypatch, tmp_path)
    assert page != "docs/ci.md" or ("command: plan" in text and "KPLAN_PLAN_ARGS: " in text)


class Runner:
    """A machine of CI with a repository whose branch changes a ConfigMap."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self.repository = folder / "repository"
        (self.repository / "deploy").mkdir(parents=True)
        self.change("a: b")
        for arguments in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "one"]):
            identity = ["-c", "user.name=kplan", "-c", "user.email=kplan@example.com"]
            subprocess.run(["git", *identity, *arguments], cwd=self.repository, check=True)
        tools = folder / "temp" / "kplan" / "bin"
        tools.mkdir(parents=True)
        for name, text in (("kplan", KPLAN), ("python", PYTHON), ("gh", GH)):
            (tools / name).write_text(text)
            (tools / name).chmod((tools / name).stat().st_mode | stat.S_IEXEC)
        self.environment = {**environment, "PATH": f"{tools}:{os.environ['PATH']}"}

    def change(self, data: str) -> None:
        (self.repository / "deploy" / "settings.yaml").write_text(CONFIG.replace("a: b", data))

    def run(self, script: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script], cwd=self.repository, env={**self.environment, **environment},
            capture_output=True, text=True, check=False,
        )  # fmt: skip


@pytest.fixture
def runner(tmp_path: Path, plain_environment: dict[str, str]) -> Runner:
    return Runner(tmp_path, plain_environment)


class GitHub:
    """What the action finds around it, and what it leaves."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.files = {
            name: runner.folder / name
            for name in ("SUMMARY", "OUTPUT", "EVENT", "GH_LOG", "GH_KNOWN", "GH_BODY", "GH_DENIES")
        }
        for file in self.files.values():
            file.touch()
        self.files["EVENT"].write_text('{"pull_request": {"number": 7}}')

    def run(self, command: str, arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "RUNNER_TEMP": str(self.runner.folder / "temp"), "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_STEP_SUMMARY": str(self.files["SUMMARY"]), "GITHUB_OUTPUT": str(self.files["OUTPUT"]),
            "GITHUB_EVENT_PATH": str(self.files["EVENT"]), "GITHUB_REPOSITORY": "a/b", "GITHUB_WORKSPACE": str(self.runner.repository.parent),
            **{name: str(file) for name, file in self.files.items() if name.startswith("GH_")},
            "COMMAND": command, "ARGUMENTS": arguments, "BASE": "", "SARIF": "", "HTML": "", "COMMENT": "false", "TITLE": "", **given,
        }  # fmt: skip
        return self.runner.run(STEPS[-1]["run"], **environment)

    def text(self, name: str) -> str:
        return self.files[name].read_text()


@pytest.fixture
def github(runner: Runner) -> GitHub:
    return GitHub(runner)


def test_the_action_lints(github: GitHub) -> None:
    clean = github.run("lint", "'deploy/' --select API", SARIF="lint.sarif")
    assert clean.returncode == 0, clean.stderr
    assert (github.runner.repository / "lint.sarif").stat().st_size
    assert github.text("OUTPUT") == "exit-code=0\n"
    github.runner.change("1: 2")
    wrong = github.run("lint", "deploy/ --select API")
    assert wrong.returncode == 1
    assert "deploy/settings.yaml:7:6: error API003" in wrong.stdout
    assert "settings.yaml" in github.text("SUMMARY").partition("## kplan lint")[2]


@pytest.mark.parametrize("command", ["lint deploy", "diff -f deploy", "plan -f deploy"])
def test_manifests_give_github_no_commands(github: GitHub, command: str) -> None:
    github.runner.change('a: "x\\n::error file=planted::x\\ny"\n  "b\\n::add-mask::x": c')
    verb, arguments = command.split(maxsplit=1)
    ran = github.run(verb, arguments, BASE="HEAD")
    stopped, heeded = False, list[str]()
    for line in ran.stdout.splitlines():
        begun = re.fullmatch(r"::stop-commands::(\w{32})", line)
        if begun:
            stopped, end = True, f"::{begun[1]}::"
        elif stopped and line == end:
            stopped = False
        elif not stopped:
            heeded.append(line)
    assert not stopped
    assert not [
        line
        for line in heeded
        if re.match(r"\s*::(?!(error|warning|notice) (file=repository/deploy/|title=kplan))", line)
    ]
    assert "add-mask" in ran.stdout


def test_the_action_compares_with_a_base(github: GitHub) -> None:
    github.runner.change("a: c")
    same = github.run("diff", "-f deploy/", BASE="HEAD")
    assert "+  a: c" in same.stdout
    assert github.run("lint", "deploy/ --select API", BASE="HEAD").returncode == 0


@pytest.mark.parametrize(
    ("command", "arguments"),
    [("lint", "deploy/"), ("plan", "-f deploy"), ("diff", "-f deploy"), ("upgrade", "-f deploy --to 1.37")],
)
def test_the_action_writes_the_page_that_it_keeps(github: GitHub, command: str, arguments: str) -> None:
    ran = github.run(command, arguments, HTML="report.html")
    assert ran.returncode in (0, 1), ran.stderr
    assert (github.runner.repository / "report.html").read_text().startswith("<!DOCTYPE html>")
    keep = next(step for step in ACTION["runs"]["steps"] if "upload-artifact" in step.get("uses", ""))
    assert keep["with"]["path"].endswith("/${{ inputs.html }}")


def test_the_action_works_on_a_fleet(github: GitHub) -> None:
    github.runner.change("a: c")
    ran = github.run("fleet diff", "--targets deploy --fail-on never", BASE="HEAD")
    assert ran.returncode == 2, ran.stdout  # deploy/settings.yaml is no target
    (github.runner.repository / "deploy/kustomization.yaml").write_text("resources: [settings.yaml]\n")
    ran = github.run("fleet diff", "--targets 'dep*' --fail-on never", BASE="HEAD", TITLE="fleet")
    assert ran.returncode == 0, ran.stderr
    assert "1 target: 1 changed." in github.text("SUMMARY")


def test_the_action_plans_and_makes_a_comment_and_then_updates_it(github: GitHub) -> None:
    github.runner.change("a: c")
    arguments = "-f deploy --state git:main:deploy"
    assert github.run("plan", arguments, COMMENT="true").returncode == 0
    assert github.text("GH_BODY").startswith("<!-- kplan: kplan plan -->\n## kplan plan\n")
    assert "settings" in github.text("GH_BODY")
    assert "api repos/a/b/issues/7/comments -F body=@-" in github.text("GH_LOG")
    github.files["GH_KNOWN"].write_text("42\n")
    failed = github.run("plan", f"{arguments} --fail-on updates", COMMENT="true", TITLE="shop")
    assert failed.returncode == 1
    assert github.text("GH_BODY").startswith("<!-- kplan: shop -->\n## shop\n")
    assert "api -X PATCH repos/a/b/issues/comments/42 -F body=@-" in github.text("GH_LOG")
    assert github.text("OUTPUT") == "exit-code=0\nexit-code=1\n"


def test_the_action_shows_a_difference(github: GitHub) -> None:
    arguments = "-f deploy --state git:main:deploy"
    assert github.run("diff", arguments).returncode == 0
    assert "Nothing would change." in github.text("SUMMARY")
    github.runner.change('a: "```"')
    assert github.run("diff", arguments).returncode == 1
    assert "````diff\n" in github.text("SUMMARY")
    assert "-  a: b\n+  a: '```'" in github.text("SUMMARY")


def test_the_action_cuts_what_github_would_not_take(github: GitHub) -> None:
    github.runner.change("a: |\n" + "    line\n" * 20_000)
    assert github.run("diff", "-f deploy --state git:main:deploy", COMMENT="true").returncode == 1
    assert len(github.text("GH_BODY")) < 65_536
    assert github.text("GH_BODY").endswith("... the rest is in the log of the run\n\n```\n")


def test_the_action_says_why_there_is_no_answer(github: GitHub) -> None:
    ran = github.run("plan", "-f deploy --state git:nowhere", COMMENT="true")
    assert ran.returncode == 2
    assert "::error title=kplan plan::git has no revision 'nowhere'" in ran.stdout
    assert "git has no revision 'nowhere'" in github.text("GH_BODY")
    assert "command is lint, plan, diff, upgrade" in github.run("apply", "").stdout
    unquoted = github.run("lint", "deploy 'x")
    assert (unquoted.returncode, unquoted.stderr) == (2, "")
    assert unquoted.stdout == "::error title=kplan::args cannot be read as in a shell: No closing quotation\n"


def test_no_comment_is_no_failure(github: GitHub) -> None:
    github.files["GH_DENIES"].write_text("HTTP 403\n")
    denied = github.run("lint", "deploy --select API", COMMENT="true")
    assert (denied.returncode, "the comment cannot be written: HTTP 403" in denied.stdout) == (0, True)
    github.files["EVENT"].write_text("{}")
    pushed = github.run("lint", "deploy --select API", COMMENT="true")
    assert (pushed.returncode, "this run is not of a pull request" in pushed.stdout) == (0, True)


def test_annotations_name_files_from_the_root_of_the_workspace(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "team").mkdir()
    monkeypatch.chdir(tmp_path / "team")
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    scope = runpy.run_path(str(ROOT / "ci" / "github.py"))
    moved = scope["from_the_root"](
        "::error file=a.yaml,line=1::x file=b\n::notice::c\n::error file=/a.yaml::d\n"
    )
    assert moved == "::error file=team/a.yaml,line=1::x file=b\n::notice::c\n::error file=/a.yaml::d\n"


class Notes(BaseHTTPRequestHandler):
    """The notes of a merge request, as GitLab's API holds them."""

    held: dict[int, str]
    tokens: set[str]

    def answer(self, value: Any) -> None:
        self.tokens.add(self.headers["PRIVATE-TOKEN"])
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(value).encode())

    def do_GET(self) -> None:
        page = int(re.search(r"&page=(\d+)", self.path)[1])
        notes = [{"id": number, "body": body} for number, body in sorted(self.held.items())]
        self.answer(notes[(page - 1) * 2 : page * 2])

    def do_POST(self) -> None:
        assert self.path == "/projects/1/merge_requests/2/notes"
        self.keep(len(self.held) + 1)

    def do_PUT(self) -> None:
        self.keep(int(self.path.removeprefix("/projects/1/merge_requests/2/notes/")))

    def keep(self, number: int) -> None:
        self.held[number] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["body"]
        self.answer({"id": number})

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def notes() -> Iterator[tuple[str, type[Notes]]]:
    handler = type("Held", (Notes,), {"held": dict.fromkeys(range(1, 4), "LGTM"), "tokens": set()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    thread.join()
    server.server_close()


def job(name: str, part: str) -> str:
    return SCRIPTS[f"{name} {part}"]


def test_gitlab_lints_and_reports(runner: Runner) -> None:
    arguments = "deploy --select API"
    assert runner.run(job("kplan-lint", "script"), KPLAN_LINT_ARGS=arguments).returncode == 0
    for report in JOBS["kplan-lint"]["artifacts"]["reports"].values():
        assert (runner.repository / report).stat().st_size
    runner.change("1: 2")
    assert runner.run(job("kplan-lint", "script"), KPLAN_LINT_ARGS=arguments).returncode == 1


def test_gitlab_plans_and_keeps_one_note(runner: Runner, notes: tuple[str, type[Notes]]) -> None:
    clone = runner.folder / "clone"
    subprocess.run(["git", "clone", "-q", str(runner.repository), str(clone)], check=True)
    runner.repository = clone
    runner.change("a: c")
    url, held = notes
    environment = {
        **GITLAB["variables"], "TARGET": "main", "KPLAN_PLAN_ARGS": "-f deploy --state git:origin/main:deploy", "KPLAN_TOKEN": "t",
        "CI_API_V4_URL": url, "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "2",
    }  # fmt: skip
    assert runner.run(job("kplan-plan", "script"), **environment).returncode == 0
    kept = GITLAB["kplan-plan"]["artifacts"]["paths"]
    assert all((runner.repository / name).stat().st_size for name in kept)
    for _ in range(2):
        told = runner.run(job("kplan-plan", "after_script"), **environment)
        assert told.returncode == 0, told.stderr
    assert len(held.held) == 4
    assert held.held[4].startswith("<!-- kplan plan -->\n")
    assert "settings" in held.held[4]
    assert held.tokens == {"t"}
    environment["KPLAN_PLAN_ARGS"] += " --fail-on updates"
    assert runner.run(job("kplan-plan", "script"), **environment).returncode == 1


def test_gitlab_plans_a_fleet(runner: Runner) -> None:
    environment = {
        **GITLAB["variables"], "TARGET": "main", "KPLAN_PLAN_COMMAND": "fleet plan",
        "KPLAN_PLAN_ARGS": "--targets dep* --base HEAD",
    }  # fmt: skip
    runner.change("a: c")
    script = [line for line in GITLAB["kplan-plan"]["script"] if not line.startswith("git fetch")]
    planned = runner.run("\n".join(script), **environment)
    assert planned.returncode == 0, planned.stderr
    assert "deploy  changed" in planned.stdout
    kept = GITLAB["kplan-plan"]["artifacts"]["paths"]
    assert all((runner.repository / name).stat().st_size for name in kept)


def test_gitlab_without_a_token_writes_no_note(runner: Runner) -> None:
    (runner.repository / "kplan-plan.md").write_text("plan")
    assert runner.run(job("kplan-plan", "after_script")).returncode == 0


PAGE = (ROOT / "docs" / "ci.md").read_text()
SHELL = list(commandlines.blocks(PAGE, "sh"))
YAML = [yaml.safe_load(block) for block in commandlines.blocks(PAGE, "yaml")]
WORKFLOWS = [block for block in YAML if "jobs" in block]
CONFIGURATION = next(
    block for block in commandlines.blocks(PAGE, "yaml") if block.startswith("# .kplan.yaml")
)


def clone(runner: Runner) -> Runner:
    """The machine with a clone of the repository, as a pipeline has it, whose branch changes a value."""
    folder = runner.folder / "clone"
    subprocess.run(["git", "clone", "-q", str(runner.repository), str(folder)], check=True)
    runner.repository = folder
    runner.change("a: c")
    return runner


def test_the_page_shows_every_way() -> None:
    assert len(SHELL) == 4
    assert len(WORKFLOWS) == 2
    assert [block for block in YAML if "include" in block]
    assert [block for block in YAML if "repos" in block]
    assert len(YAML) == 8


@pytest.mark.parametrize("block", SHELL, ids=range(len(SHELL)))
def test_the_shell_of_the_page_runs(block: str, runner: Runner) -> None:
    ran = clone(runner).run(block)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=range(len(WORKFLOWS)))
def test_the_workflows_of_the_page_run(workflow: dict[str, Any], github: GitHub) -> None:
    clone(github.runner)
    (github.runner.repository / ".kplan.yaml").write_text(CONFIGURATION)
    steps = [step for job in workflow["jobs"].values() for step in job["steps"]]
    ours = [step["with"] for step in steps if "/kplan@" in step["uses"]]
    assert ours
    assert all(set(given) <= set(ACTION["inputs"]) for given in ours)
    for given in ours:
        named = {
            name.upper(): str(value).lower() if value is True else value for name, value in given.items()
        }
        arguments = named.pop("ARGS", "")
        ran = github.run(named.pop("COMMAND"), arguments, **named)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "settings" in github.text("GH_BODY")


def test_the_configuration_of_the_page_is_a_gate(runner: Runner) -> None:
    clone(runner)
    (runner.repository / ".kplan.yaml").write_text(CONFIGURATION)
    assert runner.run("kplan plan").returncode == 0
    (runner.repository / "deploy" / "settings.yaml").write_text(
        CONFIG.replace("name: settings", "name: others")
    )
    assert runner.run("kplan plan").returncode == 0
    (runner.repository / "deploy" / "job.yaml").write_text(STRANDED)
    ran = runner.run("kplan plan")
    assert (ran.returncode, "PLN001" in ran.stdout) == (1, True)


def test_the_include_of_the_page_runs(runner: Runner, notes: tuple[str, type[Notes]]) -> None:
    clone(runner)
    variables = next(block for block in YAML if "include" in block)["variables"]
    environment = {
        **GITLAB["variables"], **variables, "TARGET": "main", "KPLAN_TOKEN": "t", "CI_API_V4_URL": notes[0], "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "2",
    }  # fmt: skip
    for name in ("kplan-lint script", "kplan-plan script", "kplan-plan after_script"):
        ran = runner.run(SCRIPTS[name], **environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "settings" in notes[1].held[4]


def test_the_hooks_of_the_page_run(runner: Runner) -> None:
    clone(runner)
    published = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}
    (repository,) = next(block for block in YAML if "repos" in block)["repos"]
    for hook in repository["hooks"]:
        files = [] if published[hook["id"]].get("pass_filenames") is False else ["deploy/settings.yaml"]
        line = f"{published[hook['id']]['entry']} {shlex.join([*hook.get('args', []), *files])}"
        ran = runner.run(line)
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_action_says_what_an_upgrade_breaks(github: GitHub) -> None:
    ran = github.run("upgrade", "--to 1.37 -f deploy")
    assert ran.returncode == 0, ran.stderr
    (github.runner.repository / "deploy" / "old.yaml").write_text(
        "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: a}\n"
    )
    assert github.run("upgrade", "--to 1.37 -f deploy").returncode == 1
    assert "UPG001" in github.text("SUMMARY")
