"""The configuration: found upwards, checked with places and nearest names,
outweighed by environment and command line.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.config.files import find
from kplan.config.model import keys
from kplan.config.reading import read
from kplan.diagnostics import DiagnosedError

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n"
Lines = Callable[..., list[str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lines:
    monkeypatch.chdir(tmp_path)
    for name in ("KPLAN_STATE", "KPLAN_KUBERNETES", "KPLAN_CONFIG"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: str, code: int = 0) -> list[str]:
        assert run(arguments) == code
        shown = capsys.readouterr()
        return (shown.out + shown.err).splitlines()

    return call


def problems(text: str, tmp_path: Path, name: str = ".kplan.yaml") -> list[tuple[str, str, str]]:
    (tmp_path / name).write_text(text)
    with pytest.raises(DiagnosedError) as caught:
        read(str(tmp_path / name))
    return [
        (str(one.location).rpartition(f"{name}:")[2], one.message, one.help)
        for one in caught.value.diagnostics
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("namspace: a\n", ("1:1", "unknown key 'namspace'", "did you mean 'namespace'?")),
        ("lint:\n  fail_on: error\n", ("2:3", "unknown key 'lint.fail_on'", "did you mean 'fail-on'?")),
        ("inputs:\n- pth: a\n  path: b\n", ("2:3", "unknown key 'inputs[0].pth'", "did you mean 'path'?")),
        ("zzz: 1\n", ("1:1", "unknown key 'zzz'", "")),
        (
            "lint: {fail-on: errors}\n",
            (
                "1:8",
                "lint.fail-on is 'errors', not 'error', 'warning', 'info' or 'never'",
                "did you mean 'error'?",
            ),
        ),
        (
            "inputs: [deploy/]\n",
            ("1:10", "inputs[0] is 'deploy/', not a mapping", "its keys are path, kustomize and helm"),
        ),
        ("inputs: deploy/\n", ("1:1", "inputs is 'deploy/', not a list", "")),
        ("lint: {fix: maybe}\n", ("1:8", "lint.fix is 'maybe', not true or false", "")),
        ("lint: {rules: [{expr: a}]}\n", ("1:17", "lint.rules[0].code is missing", "")),
        (
            "simulate: {images: {a: gone}}\n",
            (
                "1:21",
                "simulate.images.a is 'gone', not 'runs', 'never-ready', 'unhealthy', 'succeeds', 'fails', 'pull-fails' or a mapping",
                "",
            ),
        ),
        ("state: a\nstate: b\n", ("2:1", 'key "state" is given twice in one mapping', "keep one of them")),
        ("lintt:\n", ("1:1", "unknown key 'lintt'", "did you mean 'lint'?")),
        (
            "targets: [{name: a, lables: {}}]\n",
            ("1:21", "unknown key 'targets[0].lables'", "did you mean 'labels'?"),
        ),
        (
            "targets: [5]\n",
            (
                "1:11",
                "targets[0] is 5, not a mapping or a string",
                "its keys are name, labels, inputs and 4 more",
            ),
        ),
        (
            "simulate: {images: {a: {runs: 10x}}}\n",
            ("1:21", "simulate.images.a: invalid duration: '10x' (write it as 90s, 5m, 2h or 7d)", ""),
        ),
        ("limits: {depth: 0}\n", ("1:10", "limits.depth: input should be greater than or equal to 1", "")),
        (
            "kubernetes: 1.30\n",
            ("1:1", "kubernetes: no schemas for Kubernetes '1.3' (write it in quotes)", ""),
        ),
        (
            "plan: {fail-on: [risks]}\n",
            (
                "1:18",
                "plan.fail-on[0]: unknown condition 'risks' (use never, changes, creates, updates, replaces, deletes, risk or risk>=error)",
                "",
            ),
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_place(
    text: str, expected: tuple[str, str, str], tmp_path: Path
) -> None:
    assert problems(text, tmp_path) == [expected]


def test_what_makes_a_configuration_unreadable_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("state: a\nstate: b\n")
    with pytest.raises(DiagnosedError) as caught:
        read(str(tmp_path / ".kplan.yaml"))
    assert [str(one.severity) for one in caught.value.diagnostics] == ["error"]


def test_a_key_without_a_value_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("exclude:\nbase:\nlint:\n  ignore:\nplan: {policies: }\n")
    assert read(str(tmp_path / ".kplan.yaml")).values == {}


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    assert [one[0] for one in problems("b: 1\na: 1\nlint: {x: 1}\n", tmp_path)] == ["1:1", "2:1", "3:8"]


def test_a_project_file_names_its_lines(tmp_path: Path) -> None:
    text = "[project]\nname = 'x'\n\n[tool.kplan]\nnamespace = 'a'\n\n[tool.kplan.lint]\nselct = ['API']\n"
    assert problems(text, tmp_path, "pyproject.toml") == [
        ("8", "unknown key 'lint.selct'", "did you mean 'select'?")
    ]


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.kplan]\nnamespace = 'top'\n")
    assert find(str(inner)) == str(tmp_path / "pyproject.toml")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\n")
    assert find(str(inner)) == str(tmp_path / "pyproject.toml")
    (tmp_path / ".kplan.yml").write_text("")
    assert find(str(inner)) == str(tmp_path / ".kplan.yml")
    (inner / ".kplan.yaml").write_text("")
    assert find(str(inner)) == str(inner / ".kplan.yaml")


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("# nothing yet\n")
    assert read(str(tmp_path / ".kplan.yaml")).values == {}


def test_paths_are_relative_to_the_file(
    kplan: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy" / "a.yaml").write_text(POD)
    (tmp_path / "sub").mkdir()
    (tmp_path / ".kplan.yaml").write_text(
        "inputs: [{path: deploy}]\nstate: deploy\nlint: {select: [IMG001]}\n"
    )
    monkeypatch.chdir(tmp_path / "sub")
    assert kplan("lint", "-o", "concise", code=1)[0].startswith("../deploy/a.yaml:4:38: warning IMG001")
    assert kplan("diff") == []
    assert any("pod/a" in line for line in kplan("get", "pods", "--state", "../deploy", "-o", "name"))


def test_command_line_outweighs_environment_and_that_the_file(
    kplan: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / ".kplan.yaml").write_text("kubernetes: '1.30'\n")

    def checked(*more: str) -> list[str]:
        return list(
            json.loads("\n".join(kplan("lint", "a.yaml", "-o", "json", "--fail-on", "never", *more)))[
                "kubernetes"
            ]
        )

    assert checked() == ["1.30"]
    monkeypatch.setenv("KPLAN_KUBERNETES", "1.31,1.32")
    assert checked() == ["1.31", "1.32"]
    assert checked("--kubernetes-version", "1.33", "--kubernetes-version", "1.34") == ["1.33", "1.34"]
    monkeypatch.delenv("KPLAN_KUBERNETES")
    assert checked("--isolated") == ["1.36"]


def test_a_configuration_can_be_named(kplan: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.yaml").write_text("namespace: other\n")
    assert any(
        line.startswith("namespace ") and line.endswith(" other")
        for line in kplan("config", "--config", "other.yaml")
    )
    monkeypatch.setenv("KPLAN_CONFIG", "other.yaml")
    assert any(line.startswith("namespace ") and line.endswith(" other") for line in kplan("config"))
    assert kplan("config", "--config", "nowhere.yaml", code=2)[0].startswith(
        "error: nowhere.yaml: configuration file not found"
    )


def test_config_shows_every_key_with_its_source(
    kplan: Lines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".kplan.yaml").write_text("namespace: shop\nlint:\n  fail-on: error\n")
    monkeypatch.setenv("KPLAN_STATE", "nodes:1x1cpu,1Gi")
    rows = {line.split()[0]: line.split()[1:] for line in kplan("config")[1:]}
    assert list(rows) == keys()
    assert rows["namespace"] == [".kplan.yaml:1:1", "shop"]
    assert rows["lint.fail-on"] == [".kplan.yaml:3:3", "error"]
    assert rows["state"] == ["KPLAN_STATE", "nodes:1x1cpu,1Gi"]
    assert rows["kubernetes"] == ["default", '["1.36"]']
    assert rows["limits.max-file-size"] == ["default", "64"]


def test_every_key_is_read_by_an_option_or_a_command() -> None:
    from kplan.cli.commands.config import _options

    elsewhere = {
        "inputs", "simulate.images", "lint.per-file-ignores", "lint.per-namespace-ignores", "lint.severity",
        "lint.workloads", "lint.options", "lint.rules", "lint.plugins",
        "limits.depth", "limits.values", "limits.files",
        "plan.policies", "targets", "sources", "dask",
    }  # fmt: skip
    assert set(_options()) | elsewhere == set(keys())


@pytest.mark.parametrize(
    ("value", "shown"),
    [("1.35,1.36", ["KPLAN_KUBERNETES", '["1.35",', '"1.36"]']), ("1.30", ["KPLAN_KUBERNETES", '["1.30"]'])],
)
def test_config_shows_what_commands_take_from_a_variable(
    kplan: Lines, monkeypatch: pytest.MonkeyPatch, value: str, shown: list[str]
) -> None:
    monkeypatch.setenv("KPLAN_KUBERNETES", value)
    rows = {line.split()[0]: line.split()[1:] for line in kplan("config")}
    assert rows["kubernetes"] == shown


def test_config_refuses_a_variable_as_other_commands_do(
    kplan: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KPLAN_KUBERNETES", "1.20")
    assert kplan("config", code=2)[-1].startswith("error: KPLAN_KUBERNETES: no schemas for Kubernetes '1.20'")


def test_a_configuration_that_another_hides_is_named(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("namespace: shop\n")
    (tmp_path / ".kplan.yml").write_text("namespace: other\n")
    (tmp_path / "pyproject.toml").write_text('[tool.kplan]\nnamespace = "third"\n')
    (tmp_path / "map.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    hidden = "Warning: .kplan.yml is not read: .kplan.yaml comes first"
    assert [line for line in kplan("config") if line.startswith("Warning")] == [
        hidden, "Warning: pyproject.toml is not read: .kplan.yaml comes first",
    ]  # fmt: skip
    assert hidden in kplan("lint", "map.yaml")
    assert not [line for line in kplan("lint", "map.yaml", "--config", ".kplan.yaml") if "Warning" in line]
    assert not [line for line in kplan("config", "--config", ".kplan.yaml") if "Warning" in line]


def test_the_null_device_is_an_empty_configuration(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text("nonsense: 1\n")
    assert kplan("config", "--config", "/dev/null")[0].startswith("KEY")


def test_mistakes_of_all_parts_of_lint_are_told_at_once(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / ".kplan.yaml").write_text(
        "lint:\n  select: [ZZZ1]\n  options: {FOO: {a: 1}, RES001: {no: 3, amounts: 1}, API001: {a: 1}}\n  rules:\n"
        "  - {code: ORG001, expr: 'object.'}\n  - {code: ORG001, expr: '1', kinds: [Deploymentt]}\n"
    )
    told = [line for line in kplan("lint", "absent.yaml", code=2) if "CFG001" in line]
    assert [line.split(" error CFG001: ")[0].rpartition(":")[0] for line in told] == [
        ".kplan.yaml:2:3", ".kplan.yaml:3:13", ".kplan.yaml:3:35", ".kplan.yaml:3:42", ".kplan.yaml:3:55",
        ".kplan.yaml:5:20", ".kplan.yaml:6:6", ".kplan.yaml:6:20", ".kplan.yaml:6:31",
    ]  # fmt: skip


def test_lint_is_configured(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for name in ("a.yaml", "old/b.yaml"):
        (tmp_path / name).write_text(POD)
    (tmp_path / ".kplan.yaml").write_text(
        "lint:\n  select: [IMG001, SEC001]\n  per-file-ignores: {'old/**': IMG}\n  severity: {IMG001: error}\n"
    )
    shown = kplan("lint", "-o", "concise", code=1)
    assert [line for line in shown if "IMG001" in line] == [
        "a.yaml:4:38: error IMG001: image 'b' has no tag (pod/a)"
    ]


def test_excludes_and_definitions_are_configured(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / "ci").mkdir()
    (tmp_path / "ci" / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata: {name: b}\n")
    (tmp_path / ".kplan.yaml").write_text("exclude: ci/\n")
    assert kplan("lint") == ["No problems found in 1 object."]
    lines = kplan("lint", "--exclude", "b.yaml", "--fail-on", "never")
    assert any(line.endswith("in 1 object.") for line in lines)


def test_context_is_where_references_are_looked_up(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    pod = POD.replace("image: b", "image: b, envFrom: [{configMapRef: {name: settings}}]")
    (tmp_path / "a.yaml").write_text(pod)
    (tmp_path / "other" / "c.yaml").write_text(
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    )
    assert kplan("lint", "a.yaml", "--select", "REF", "-o", "concise", code=1)[0].startswith("a.yaml:4:")
    (tmp_path / ".kplan.yaml").write_text("context: [other]\n")
    assert kplan("lint", "a.yaml", "--select", "REF") == ["No problems found in 1 object."]


def test_assumptions_are_configured(kplan: Lines, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(POD.replace("image: b", "image: ok/b"))
    (tmp_path / ".kplan.yaml").write_text("simulate:\n  images: {'ok/*': {fails: 5s}}\n")
    shown = "\n".join(kplan("simulate", "-f", "a.yaml", "--until", "1m"))
    assert "Back-off restarting failed container" in shown
