"""Which option fails which run, as the one table in docs/ci.md says it; 2 stays 2 whatever the option."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

ROOT = Path(__file__).parents[3]
CONFIG = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: NAME}\ndata: {a: VALUE}\n"
LARGE = "apiVersion: v1\nkind: Pod\nmetadata: {name: large}\nspec: {containers: [{name: a, image: a, resources: {requests: {cpu: '100'}}}]}\n"
REFUSED = CONFIG.replace("NAME", "Not_")
Kplan = Callable[..., int]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kplan:
    monkeypatch.chdir(tmp_path)
    same = CONFIG.replace("NAME", "a").replace("VALUE", "b")
    for name, text in {
        "state": same, "same": same, "update": same.replace("b}", "c}"), "create": CONFIG.replace("NAME", "new"),
        "risk": LARGE, "refused": REFUSED,
    }.items():  # fmt: skip
        (tmp_path / f"{name}.yaml").write_text(text)

    def call(command: str, case: str, *options: str) -> int:
        if command == "show":
            run(["plan", "-f", f"{case}.yaml", "--state", "state.yaml", "--out", "plan.json"])
            code = run(["show", "plan.json", *options])
        else:
            code = run([command, "-f", f"{case}.yaml", "--state", "state.yaml", *options])
        capsys.readouterr()
        return code

    return call


FAILS = {
    (): set(),
    ("--fail-on", "never"): set(),
    ("--fail-on", "changes"): {"update", "create", "risk"},
    ("--fail-on", "creates"): {"create", "risk"},
    ("--fail-on", "updates"): {"update"},
    ("--fail-on", "deletes"): set(),
    ("--fail-on", "creates,updates"): {"update", "create", "risk"},
    ("--fail-on", "replaces"): set(),
    ("--fail-on", "risk"): {"risk"},
    ("--fail-on", "risk>=error"): {"risk"},
    ("--detailed-exitcode",): {"update", "create", "risk"},
    ("--fail-on", "never", "--detailed-exitcode"): {"update", "create", "risk"},
}


@pytest.mark.parametrize("options", FAILS, ids=" ".join)
@pytest.mark.parametrize("command", ["plan", "show"])
def test_what_fails_a_plan(command: str, options: tuple[str, ...], kplan: Kplan) -> None:
    for case in ("same", "update", "create", "risk"):
        assert kplan(command, case, *options) == int(case in FAILS[options]), case
    assert kplan(command, "refused", *options) == 2


@pytest.mark.parametrize("options", [one for one in FAILS if one and "replaces" not in one], ids=" ".join)
def test_what_fails_a_diff(options: tuple[str, ...], kplan: Kplan) -> None:
    known = not ({"--detailed-exitcode", "risk", "risk>=error"} & set(options))
    for case in ("same", "update", "create", "risk"):
        assert kplan("diff", case, *options) == (int(case in FAILS[options]) if known else 2), case
    assert kplan("diff", "refused", *options) == 2


def test_a_diff_fails_on_changes_by_default(kplan: Kplan) -> None:
    assert (kplan("diff", "update"), kplan("diff", "same")) == (1, 0)


def test_the_configuration_is_replaced_by_the_command_line(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("plan: {fail-on: [creates]}\ndiff: {fail-on: [deletes]}\n")
    assert (kplan("plan", "create"), kplan("plan", "update")) == (1, 0)
    assert (kplan("plan", "create", "--fail-on", "updates"), kplan("diff", "update")) == (0, 0)
    assert kplan("plan", "update", "--detailed-exitcode") == 1


def test_every_condition_stands_in_the_table() -> None:
    from kplan import gate

    page = (ROOT / "docs" / "ci.md").read_text()
    rows = re.findall(r"^\| (`--(?:fail-on|detailed).*?) \|", page, re.MULTILINE)
    named = {word for row in rows for word in re.findall(r"`(?:--fail-on )?([a-z-]+)(?:>=error)?`", row)}
    assert named >= {*gate.PLAN, "error", "warning", "info"}
