"""The command line as a user meets it: exit codes, what goes to which stream, help, colour, wrong input."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

import running
from kplan.cli.group import cli
from kplan.cli.main import run
from kplan.cli.roster import COMMANDS
from kplan.cli.verbs import VerbCommand
from running import Kplan, Ran

SHOP = Path(__file__).parents[1] / "fixtures" / "manifests" / "shop"
TITLE = "no stored state, using an empty cluster of three nodes (4 cpu, 8Gi each)\n"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n"
REFUSED = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: Settings_}\n"
MAIN = "from kplan.cli.main import main; main()"


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kplan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "refused.yaml").write_text(REFUSED)
    (tmp_path / "broken.yaml").write_text("a: [\n")
    (tmp_path / "binary.yaml").write_bytes(bytes(range(256)))
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "nothing").mkdir()

    return running.kplan


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(cli)
    for entry in COMMANDS:
        found += [(name,) for name in (entry.name, *entry.aliases)]
        loaded = cli.get_command(context, entry.name)
        if isinstance(loaded, click.Group):
            found += [(entry.name, name) for name in loaded.list_commands(context)]
    return found


def loaded(path: Sequence[str]) -> click.Command:
    current: click.Command | None = cli
    for name in path:
        assert isinstance(current, click.Group)
        current = current.get_command(click.Context(current), name)
    assert current is not None
    return current


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_names_every_option(kplan: Kplan, path: tuple[str, ...]) -> None:
    ran = kplan(*path, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: kplan {' '.join(path[:-1])}".rstrip())
    named = set(re.findall(r"--?[a-zA-Z][\w-]*", ran.out))
    for parameter in loaded(path).params:
        if isinstance(parameter, click.Option):
            assert named.issuperset(parameter.opts)
            assert isinstance(parameter.help, str)
            assert parameter.help.endswith((".", "?"))


@pytest.mark.parametrize("path", commands(), ids=" ".join)
def test_help_says_what_a_command_does_in_sentences(path: tuple[str, ...]) -> None:
    text = (loaded(path).help or "").split("\b")[0].strip()
    assert text[:1].isupper()
    assert text.split("\n\n")[0].rstrip().endswith((".", ":"))


def test_help_lists_every_command(kplan: Kplan) -> None:
    ran = kplan("--help")
    assert ran.code == 0
    for entry in COMMANDS:
        assert re.search(rf"^  {entry.name}\s+{re.escape(entry.summary[:20])}", ran.out, re.MULTILINE)


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version(kplan: Kplan, flag: str) -> None:
    ran = kplan(flag)
    assert re.fullmatch(r"kplan \d+\.\d+\S*\n", ran.out)
    assert ran.code == 0


def test_without_arguments_the_help_is_shown(kplan: Kplan) -> None:
    ran = kplan()
    assert ran.code == 2
    assert ran.out == ""
    assert "Usage: kplan" in ran.err


USAGE = (
    (["--bogus"], "no such option '--bogus' (see 'kplan --help')"),
    (["lnt"], "no such command 'lnt'; did you mean 'lint'? (see 'kplan --help')"),
    (["attach", "web"], "kplan has no 'attach': no containers run; `kplan exec`"),
    (["apply", "edit-last-applied", "cm/a"], "kplan has no 'apply edit-last-applied': `kplan apply set-last-applied`"),
    (["top", "pods"], "kplan has no 'top': nothing is measured"),
    (["diff"], "nothing to read (name files with -f, a kustomization with -k, or set inputs in .kplan.yaml)"),
    (["diff", "--xyzzy", "-f", "good.yaml"], "no such option '--xyzzy' (see 'kplan diff --help')"),
    (["lint", "-o", "xml"], "(see 'kplan lint --help')"),
    (["lint", "--select", "NOPE"], "no rule has a code that begins with 'NOPE' (see 'kplan rules' for all of them)"),
    (["lint", "good.yaml", "--kubernetes-version", "9.99"], "(bundled releases: 1.25 to 1.37)"),
    (["lint", "good.yaml", "--kubernetes-version", "abc"], "(bundled releases: 1.25 to 1.37)"),
    (["diff", "-f", "good.yaml", "--force-conflicts"], "--force-conflicts only works with --server-side"),
    (["apply", "-f", "good.yaml", "--force-conflicts"], "--force-conflicts only works with --server-side"),
    (["diff", "-f", "good.yaml", "--max-file-size", "0"], "(see 'kplan diff --help')"),
    (["lint", "good.yaml", "--limit", "width=3"], "unknown limit (write one of depth=N, values=N"),
    (["lint", "good.yaml", "--limit", "depth=501"], "at most 500 levels can be read"),
    (["rules", "NOPE"], "(see 'kplan rules' for all of them)"),
    (["diff", "-f", "nothing"], "no manifests in nothing (only files that end in .json, .yaml or .yml are read)"),
    (["apply", "-f", "nothing"], "no manifests in nothing"),
    (["dry-run", "-f", "nothing"], "no manifests in nothing"),
    (["plan", "-f", "nothing"], "no manifests in nothing"),
    (["simulate", "-f", "nothing"], "no manifests in nothing"),
    (["diff", "-f", "good.yaml", "-l", "a==b=c"], "found '=', expected: ',' or 'end of string'"),
    (["diff", "-f", "good.yaml", "--prune", "--prune-allowlist", "x"], "please follow <group/version/kind>"),
    (["diff", "-f", "good.yaml", "--state", "missing"], "--state takes a state file"),
    (["diff", "-f", "good.yaml", "--state", "nodes:abc"], "write it as nodes:3x4cpu,8Gi"),
    (["diff", "-f", "good.yaml", "--state", "git:HEAD"], "not a git repository"),
    (["diff", "-f", "good.yaml", "--state", "git:"], "write it as git:REV"),
    (["diff", "-f", "good.yaml", "--state", "binary.yaml"], "cannot read the state"),
    (["get", "pods", "--state", "empty.yaml"], "no objects in it"),
    (["get", "foos"], 'the server doesn\'t have a resource type "foos" (kinds are named by plural,'),
    (["get"], "Required resource not specified. (name a kind, as in: get pods)"),
    (["get", "pods", "-o", "table"], 'unable to match a printer suitable for the output format "table"'),
    (["get", "pods", "--bogus"], "unknown flag: --bogus (see 'kplan get --help')"),
    (["get", "pods", "--al"], "unknown flag: --al (did you mean '--all-namespaces'? see 'kplan get --help')"),
    (["get", "pods", "--selektor=a"], "unknown flag: --selektor (did you mean '--selector'? see 'kplan get --help')"),
    (["get", "pods", "--context=a"], "--context says how a cluster is asked, and kplan asks none (the cluster is in the state; --as says as whom to act)"),
    (["apply", "-f", "-", "--kubeconfig=a"], "--kubeconfig says how a cluster is asked, and kplan asks none (the cluster is in the state; --as says as whom to act)"),
    (["get", "pods", "-Ax"], "unknown shorthand flag: 'x' in -Ax (see 'kplan get --help')"),
    (["get", "pods", "-n"], "flag needs an argument: 'n' in -n (see 'kplan get --help')"),
    (["get", "pods", "--no-headers=perhaps"], 'invalid argument "perhaps" for "--no-headers" flag: strconv.ParseBool'),
    (["get", "deploymnts"], "did you mean deployments?"),
    (["get", "pod/nope", "pods"], "there is no need to specify a resource type as a separate argument"),
    (["get", "pod", "nope", "-A"], "a resource cannot be retrieved by name across all namespaces"),
    (["get", "pod", "nope", "-l", "a=b"], "name cannot be provided when a selector is specified"),
    (["why"], "name a pod or a workload (pod/web-0, deployment/web) or pass manifests with -f"),
    (["why", "pod/nope"], "there is no pod 'nope' in namespace 'default'"),
    (["capacity", "-f", "good.yaml"], "no pod and no workload with a pod template"),
    (["nodes", "--without-node", "nope"], "there is no node 'nope'"),
    (["nodes", "--add-nodes", "nope"], "invalid node shape: 'nope'"),
    (["simulate", "-f", "good.yaml", "--until", "soon"], "invalid duration: 'soon' (write it as 90s, 5m, 2h or 7d)"),
    (["simulate", "-f", "good.yaml", "--assume", "nginx=sleeps"], "--assume: images[0].outcome is 'sleeps', not 'runs', "),
    (["simulate", "-f", "good.yaml", "--lb-pool", "nope"], "invalid address pool: 'nope'"),
    (["simulate", "-f", "good.yaml", "--scenario", "missing"], "missing: cannot be read: no such file"),
    (["plan", "-f", "good.yaml", "--out", "nowhere/plan.json"], "nowhere/plan.json: no such file or directory"),
    (["scale", "web", "--replicas", "2"], 'the server doesn\'t have a resource type "web"'),
    (["scale", "deploy/web"], 'required flag(s) "replicas" not set'),
    (["drain", "node-1", "--dry-run=maybe"], "Invalid dry-run value (maybe)"),
    (["delete", "foo", "bar"], 'the server doesn\'t have a resource type "foo"'),
    (["events", "--types", "Fatal"], "valid --types are Normal or Warning"),
    (["events", "--for", "web"], "--for must be in resource/name form (write it as pod/web-0)"),
    (["label", "pod", "web"], "at least one label update is required (write KEY=VALUE to set it, KEY- to"),
    (["label", "pod", "web", "a=b", "a-"], "can not both modify and remove a label in the same command"),
    (["label", "pod", "web", "a=b=c"], "invalid label spec: a=b=c"),
    (["label", "pod", "web", "a=-b"], 'invalid label value: "a=-b": a valid label must be'),
    (["label", "pod", "web", "a=b", "db"], "all resources must be specified before label changes: db"),
    (["label", "pod", "--all", "-l", "a=b", "c=d"], "cannot set --all and --selector at the same time"),
    (["label", "pod", "c=d"], "resource(s) were provided, but no name was specified"),
    (["taint", "node-1", "broken"], "at least one taint update is required (write KEY=VALUE:EFFECT, or"),
    (["taint", "node-1", "a:NoSchedule", "node-2"], "must be specified before taint changes: node-2"),
    (["taint", "node-1", "a=b"], "invalid taint spec: a=b"),
    (["taint", "node-1", "a="], "invalid taint spec: a="),
    (["taint", "node-1", "a=b:Never"], "invalid taint effect: Never, unsupported taint effect (use one of"),
    (["taint", "node-1", "a=b:NoSchedule:c"], "invalid taint spec: a=b:NoSchedule:c"),
    (["taint", "node-1", "a=-:NoExecute"], "invalid taint spec: a=-:NoExecute, a valid label must be"),
    (["taint", "node-1", "a:NoExecute", "a=b:NoExecute"], "duplicated taints with the same key and effect: {a b"),
    (["taint", "node-1", "a=b:NoExecute", "a-"], "can not both modify and remove the following taint(s)"),
    (["taint", "--all", "-l", "a=b", "a-"], "setting 'all' parameter with a non empty selector is prohibited"),
    (["taint", "a:NoExecute"], "as <resource> <name> (name nodes, or choose them with --selector)"),
    (["cordon"], "USAGE: cordon NODE [flags] (name nodes, or choose them with --selector)"),
    (["cordon", "node-1", "-l", "a=b"], "cannot specify both a node name and a --selector option"),
    (["drain", "node-1", "--pod-selector", "=="], "--pod-selector=<pod_selector> must be a valid label selector"),
    (["drain", "node-1", "--timeout", "-5s"], "invalid duration: '-5s' (it cannot be negative)"),
    (["route", "a", "b"], "name one: pod/NAME, deployment/NAME"),
    (["snapshot", "list"], "make one with 'kplan snapshot import STATE'"),
    (["snapshot", "import", "missing"], "--state takes a state file"),
)  # fmt: skip


@pytest.mark.parametrize(("arguments", "says"), USAGE, ids=[" ".join(one) for one, _ in USAGE])
def test_wrong_input_is_one_line_that_says_what_to_do(
    kplan: Kplan, arguments: Sequence[str], says: str
) -> None:
    ran = kplan(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    line = ran.err.removeprefix(TITLE)
    assert line.startswith("error: ")
    assert line.count("\n") == 1
    assert says in line


READING = ("diff", "apply", "dry-run", "plan", "simulate", "capacity", "why", "describe", "delete")


@pytest.mark.parametrize("command", READING)
@pytest.mark.parametrize("name", ["missing.yaml", "broken.yaml", "binary.yaml", "pipe"])
def test_what_cannot_be_read_is_reported_with_its_place(
    kplan: Kplan, tmp_path: Path, command: str, name: str
) -> None:
    os.mkfifo(tmp_path / "pipe")
    ran = kplan(command, "-f", name)
    assert ran.code == 2
    assert re.search(rf"^{re.escape(name)}(:\d+:\d+)?: error YAML\d\d\d: ", ran.err, re.MULTILINE)


def test_describe_names_the_kinds_of_files_that_nobody_serves(kplan: Kplan) -> None:
    Path("apple.yaml").write_text(GOOD.replace("v1", "example.com/v1").replace("ConfigMap", "Apple"))
    ran = kplan("describe", "-f", "apple.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert 'no matches for kind "Apple" in version "example.com/v1"' in ran.err


@pytest.mark.parametrize("name", ["missing.yaml", "broken.yaml", "binary.yaml"])
def test_lint_reports_what_cannot_be_read_as_findings(kplan: Kplan, name: str) -> None:
    ran = kplan("lint", name)
    assert (ran.code, ran.err) == (2, "")
    assert ran.out.startswith(name)


@pytest.fixture
def _usual_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    yield
    sys.setrecursionlimit(before)


@pytest.mark.usefixtures("_usual_recursion")
def test_limits_of_reading_can_be_set(kplan: Kplan) -> None:
    Path("deep.yaml").write_text(GOOD.replace("{a: b}", "{a: " * 300 + "1" + "}" * 300))
    refused = kplan("lint", "deep.yaml").out
    assert "nested deeper than 200 levels" in refused
    assert "help: read it with --limit depth=N" in refused
    assert "data[a] is a mapping, not a string" in kplan("lint", "deep.yaml", "--limit", "depth=400").out
    assert "more than 3 values in one document" in kplan("lint", "good.yaml", "--limit", "values=3").out
    assert "more than 1 files" in kplan("lint", ".", "--limit", "files=1").out


@pytest.mark.usefixtures("_usual_recursion")
def test_a_loop_of_calls_asks_the_system_for_no_memory_at_whatever_depth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faults = list[int]()

    def called() -> tuple[int, ...]:
        a = b = c = d = e = f = g = h = 0
        return (a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h)

    def descend(depth: int) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        for _ in range(500):
            called()
        faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
        if depth:
            descend(depth - 1)

    monkeypatch.setattr(cli, "main", lambda *_, **__: descend(300))
    run(["lint"])
    assert len(faults) == 301
    assert max(faults) < 250


def test_lint_of_nothing_is_clean(kplan: Kplan) -> None:
    ran = kplan("lint", "nothing")
    assert ran.code == 0
    assert ran.out == "No problems found in 0 objects.\n"
    assert ran.err.startswith("no manifests in nothing")


REFUSALS = (
    ["cordon", "nope"], ["uncordon", "nope"], ["drain", "nope"], ["taint", "nope", "a=b:NoSchedule"],
    ["label", "pod", "nope", "a=b"], ["label", "pod/nope", "a=b"], ["delete", "pod/nope"], ["delete", "pod", "nope"],
    ["scale", "deploy/nope", "--replicas", "3"], ["get", "pod", "nope"], ["label", "pod", "nope", "--all", "c=d"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", REFUSALS, ids=" ".join)
def test_what_the_server_refuses_makes_2(kplan: Kplan, arguments: Sequence[str]) -> None:
    ran = kplan(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert re.fullmatch(
        r'Error from server \(NotFound\): \S+ "nope" not found\n', ran.err.removeprefix(TITLE)
    )


def test_exit_codes_of_lint(kplan: Kplan) -> None:
    assert kplan("lint", "good.yaml", "--fail-on", "error").code == 0
    assert kplan("lint", "refused.yaml").code == 1
    assert kplan("lint", "refused.yaml", "--fail-on", "never").code == 0


def test_exit_codes_of_diff_and_apply(kplan: Kplan) -> None:
    before = kplan("diff", "-f", "good.yaml")
    assert (before.code, before.err) == (1, TITLE)
    assert before.out.startswith("diff -u -N LIVE/v1.ConfigMap.default.settings MERGED/")
    applied = kplan("apply", "-f", "good.yaml")
    assert (applied.code, applied.out) == (0, "configmap/settings created\n")
    assert kplan("diff", "-f", "good.yaml") == (0, "", "")
    assert kplan("diff", "-f", "refused.yaml").code == 2
    assert kplan("get", "configmap/settings", "-o", "name").out == "configmap/settings\n"


def test_dry_run_prints_objects_and_refusals_apart(kplan: Kplan) -> None:
    ran = kplan("dry-run", "-f", "good.yaml", "-f", "refused.yaml")
    assert ran.code == 2
    assert "name: settings" in ran.out
    assert "Settings_" not in ran.out
    assert re.search(
        r"^refused.yaml:3:\d+: error API422: metadata.name: Invalid value", ran.err, re.MULTILINE
    )


def test_get_prints_what_there_is_of_several_kinds_and_names(kplan: Kplan) -> None:
    kplan("apply", "-f", "good.yaml")
    assert kplan("get", "pods,configmap", "-l", "a").err == "No resources found in default namespace.\n"
    assert "\nservice/kubernetes   ClusterIP" in kplan("get", "all").out
    assert kplan("get", "all").out.startswith("NAME")
    assert kplan("get", "configmap,secret", "settings", "-o", "name") == Ran(
        2, "configmap/settings\n", 'Error from server (NotFound): secrets "settings" not found\n'
    )
    assert kplan("get", "cm", "settings", "nope", "-o", "json").out.startswith(
        '{\n    "apiVersion": "v1",\n    "items": ['
    )
    assert kplan("get", "cm", "nope", "-o", "yaml").out == ""


def test_get_prints_objects_as_kubectl_does(kplan: Kplan) -> None:
    kplan("apply", "-f", str(SHOP))
    printed = kplan("get", "deployment", "web", "-n", "shop", "-o", "yaml").out
    assert printed.startswith("apiVersion: apps/v1\nkind: Deployment\n")
    assert "managedFields" not in printed
    flag = "--show-managed-fields"
    assert "managedFields" in kplan("get", "deployment", "web", "-n", "shop", "-o", "yaml", flag).out


def test_files_in_any_order_are_one_run(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "1.yaml").write_text(GOOD.replace("settings", "settings, namespace: late"))
    (tmp_path / "all" / "2.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: late}\n")
    note = "Warning: 1 object comes before the namespace or definition that is needed first; kubectl apply would have to be run a second time\n"
    assert kplan("diff", "-f", "all").code == 1
    assert kplan("apply", "-f", "all") == (
        0,
        "namespace/late created\nconfigmap/settings created\n",
        TITLE + note,
    )
    assert kplan("diff", "-f", "all") == (0, "", "")


def test_an_object_given_twice_is_what_was_given_last(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "twice.yaml").write_text(GOOD + "---\n" + GOOD.replace("a: b", "a: c"))
    assert kplan("diff", "-f", "twice.yaml").out.count("diff -u") == 1
    assert kplan("apply", "-f", "twice.yaml").out.splitlines() == [
        "configmap/settings created",
        "configmap/settings configured",
    ]
    assert kplan("diff", "-f", "twice.yaml") == (0, "", "")


def test_a_broken_state_is_said_in_one_line(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / ".kplan").mkdir()
    (tmp_path / ".kplan" / "state.db").write_bytes(b"not a database, but long enough to look like one" * 100)
    for arguments in (
        ["diff", "-f", "good.yaml"],
        ["apply", "-f", "good.yaml"],
        ["get", "pods"],
        ["snapshot", "list"],
    ):
        ran = kplan(*arguments)
        assert (ran.code, ran.out) == (2, "")
        assert re.fullmatch(r"error: cannot read the state .*state\.db: .* \(move it away; .*\)\n", ran.err)


ESCAPE = "\x1b["


def test_colour(kplan: Kplan, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in (["lint", "refused.yaml"], ["diff", "-f", "good.yaml"]):
        monkeypatch.delenv("NO_COLOR", raising=False)
        assert ESCAPE not in kplan(*command).out
        assert ESCAPE in kplan(*command, "--color", "always").out
        monkeypatch.setenv("NO_COLOR", "1")
        assert ESCAPE not in kplan(*command).out
        assert ESCAPE in kplan(*command, "--color", "always").out
        assert ESCAPE not in kplan(*command, "--color", "never").out


@pytest.mark.parametrize(
    ("arguments", "more"),
    [(["dry-run", "-f"], ""), (["diff", "-f"], ""), (["lint", "--select", "API"], "spce: {}\n")],
)
def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path, arguments: Sequence[str], more: str) -> None:
    one = GOOD + more
    big = "---\n".join(one.replace("settings", f"settings-{number}") for number in range(1500))
    (tmp_path / "big.yaml").write_text(big)
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, *arguments, "big.yaml"], cwd=tmp_path,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": ""},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert "error" not in process.stderr.read().decode()
    assert process.returncode == 0


@pytest.mark.parametrize("arguments", [["--version"], ["lint", "good.yaml"], ["diff", "-f", "good.yaml"]])
def test_output_that_cannot_be_written_is_one_line_and_2(tmp_path: Path, arguments: Sequence[str]) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, *arguments], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL, check=False, text=True,
        )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.removeprefix(TITLE) == "error: cannot write the output: no space left on device\n"


@pytest.mark.parametrize(("closed", "code"), [("<&-", 1), (">&-", 1), ("2>&-", 1), ("<&- >&- 2>&-", 1)])
def test_closed_streams_are_no_error(tmp_path: Path, closed: str, code: int) -> None:
    (tmp_path / "good.yaml").write_text(GOOD)
    line = f'"$0" -c "$1" diff -f good.yaml -f - {closed}'
    done = subprocess.run(
        ["sh", "-c", line, sys.executable, MAIN], cwd=tmp_path, capture_output=True, check=False, text=True,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert (done.returncode, done.stderr.removeprefix(TITLE)) == (code, "")


def test_an_interrupt_makes_130(tmp_path: Path) -> None:
    """Also where these tests run in the background: a child inherits that SIGINT is ignored there."""
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); print(flush=True); "
    read, write = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", heard + MAIN, "lint", "-"], cwd=tmp_path, stdin=read,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    os.close(write)
    os.close(read)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


def test_standard_input_is_read(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", MAIN, "diff", "-f", "-"], cwd=tmp_path, input=GOOD.encode(), capture_output=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert b"LIVE/v1.ConfigMap.default.settings" in done.stdout


def test_a_bug_is_one_line_and_3(kplan: Kplan, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("nobody expected this")

    monkeypatch.setattr("kplan.pipeline.load", broken)
    ran = kplan("lint", "good.yaml")
    assert (ran.code, ran.out) == (3, "")
    assert re.fullmatch(
        r"internal error: ZeroDivisionError: nobody expected this \(.*\); this is a bug .*\n", ran.err
    )


@pytest.mark.parametrize("minor", range(25, 38))
def test_every_bundled_release_can_be_chosen(kplan: Kplan, minor: int) -> None:
    ran = kplan("lint", str(SHOP), "--kubernetes-version", f"1.{minor}", "--fail-on", "error")
    assert ran.code == 0


def test_summaries_and_modules_of_the_roster_agree() -> None:
    for entry in COMMANDS:
        assert entry.summary.endswith(".")
        command = loaded([entry.name])
        if not isinstance(command, VerbCommand):
            assert command.callback is not None
            assert command.callback.__module__ == f"kplan.cli.commands.{entry.module}"


ENDLESS = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: hello-world}]}
"""


def test_events_that_say_the_same_are_counted(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "endless.yaml").write_text(ENDLESS)
    assert kplan("simulate", "-f", "endless.yaml", "--until", "5m", "--commit").code == 0
    for kind in ("deploy", "deployment", "deployments.apps"):
        shown = kplan("events", "--for", f"{kind}/web").out.splitlines()
        assert len(shown) == 2
    pod = kplan("get", "pods", "-o", "name").out.strip()
    lines = kplan("events", "--for", pod, "--types", "warning").out.splitlines()
    assert len(lines) == 2
    assert re.match(r"\d+s \(x\d over \S+\) +Warning +BackOff +Pod/web-", lines[1])


def test_only_what_has_replicas_is_scaled(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: i}]}\n"
    )
    kplan("apply", "-f", "pod.yaml")
    ran = kplan("scale", "pod/p", "--replicas", "2")
    assert ran.code == 2
    assert ran.err == "Error from server (NotFound): the server could not find the requested resource\n"


@pytest.fixture
def overlay(tmp_path: Path) -> Path:
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "map.yaml").write_text(GOOD)
    (tmp_path / "overlay" / "kustomization.yaml").write_text("namePrefix: my-\nresources: [map.yaml]\n")
    return tmp_path


@pytest.mark.usefixtures("overlay")
def test_apply_builds_a_kustomization(kplan: Kplan) -> None:
    assert kplan("apply", "-k", "overlay").out == "configmap/my-settings created\n"
    assert kplan("apply", "-k", "overlay/", "--server-side", "--dry-run=server").code == 0
    assert "my-settings" in kplan("get", "configmaps", "-o", "name").out


@pytest.mark.usefixtures("overlay")
@pytest.mark.parametrize(
    ("beside", "said"),
    [
        (("-f", "good.yaml"), "only one of -f or -k can be specified"),
        (("-R",), "the -k flag can't be used with -f or -R"),
    ],
)
def test_apply_takes_nothing_beside_a_kustomization(kplan: Kplan, beside: Sequence[str], said: str) -> None:
    ran = kplan("apply", "-k", "overlay", *beside)
    assert (ran.code, ran.err) == (2, f"error: {said}\n")


def test_apply_of_a_folder_without_a_kustomization_says_what_is_missing(kplan: Kplan) -> None:
    ran = kplan("apply", "-k", "nothing")
    assert ran.code == 2
    assert "unable to find one of 'kustomization.yaml'" in ran.err


_OF_FILES = (
    "annotate a=b", "apply", "apply set-last-applied", "apply view-last-applied", "auth reconcile", "autoscale --max=3",
    "create", "delete", "describe", "diff", "expose --port=1", "get", "label a=b", "patch -p {}", "plan", "replace",
    "replace --force", "rollout pause", "rollout restart", "rollout status", "rollout undo", "scale --replicas=1",
    "set env A=b", "set image a=b", "set resources --limits=cpu=1", "set selector a=b", "set serviceaccount a",
    "set subject --user=a", "wait --for=delete",
)  # fmt: skip


@pytest.mark.parametrize("line", _OF_FILES)
def test_a_file_that_is_not_there_is_all_that_is_said(kplan: Kplan, line: str) -> None:
    ran = kplan(*line.split(), "-f", "good.yaml", "-f", "gone.yaml")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.removeprefix(TITLE) == ('gone.yaml: error YAML006: the path "gone.yaml" does not exist\n')


def test_nothing_is_stored_where_one_of_the_files_is_not_there(kplan: Kplan) -> None:
    kplan("apply", "-f", "good.yaml", "-f", "gone.yaml")
    assert "settings" not in kplan("get", "configmaps").out


def test_a_verb_fails_where_the_rest_of_its_file_cannot_be_read(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "half.yaml").write_text(f"{GOOD}---\na: [\n")
    kplan("apply", "-f", "good.yaml")
    ran = kplan("replace", "-f", "half.yaml")
    assert "configmap/settings replaced" in ran.out
    assert ran.code == 2


@pytest.mark.parametrize("line", ["explain pod.spec.nodeName", "api-resources", "api-versions", "version"])
def test_who_asks_about_kinds_is_not_told_of_a_cluster(kplan: Kplan, line: str) -> None:
    ran = kplan(*line.split())
    assert (ran.code, ran.err) == (0, "")
    assert ran.out


@pytest.mark.parametrize("given", ["nginx", "nginx=", "=fails"])
def test_an_assumption_is_an_image_and_an_outcome(kplan: Kplan, given: str) -> None:
    ran = kplan("simulate", "-f", "good.yaml", "--assume", given)
    assert ran.code == 2
    assert f"error: --assume {given}: no image and outcome (write IMAGE=OUTCOME" in ran.err


def test_changes_of_errors_are_told_without_regular_expressions(kplan: Kplan) -> None:
    said = kplan("rules", "--changes", "1.25..1.37").out
    told = [line for line in said.splitlines() if line.split()[1:2] == ["error"]]
    assert len(told) > 10
    assert not [line for line in told if any(sign in line for sign in ("\\", ".*", "(?", "\\d"))]
