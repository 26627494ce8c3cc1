"""What somebody meets who tries kplan for the first time: the mistakes are named, and what to do instead."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run

Call = Callable[..., tuple[int, str, str]]
_MAP = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "map.yaml").write_text(_MAP)
    (tmp_path / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    (tmp_path / "chart").mkdir()
    (tmp_path / "chart/Chart.yaml").write_text("apiVersion: v2\nname: web\nversion: 0.1.0\n")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(arguments)
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


@pytest.mark.parametrize("command", [("lint",), ("plan", "-f"), ("apply", "-f")])
def test_an_address_is_not_called_a_missing_file(kplan: Call, command: tuple[str, ...]) -> None:
    code, out, err = kplan(*command, "https://example.com/app.yaml")
    assert code == 2
    assert "kplan fetches nothing from the network" in out + err
    assert "does not exist" not in out + err


@pytest.mark.parametrize("command", ["plan", "diff", "dry-run", "graph", "simulate"])
def test_a_file_without_its_option_is_told_where_it_goes(kplan: Call, command: str) -> None:
    code, _, err = kplan(command, "map.yaml")
    assert (code, "files are named with -f" in err) == (2, True)


def test_the_option_of_other_linters_for_formats_is_translated(kplan: Call) -> None:
    code, _, err = kplan("lint", "--format", "json", ".")
    assert (code, err) == (
        2,
        "error: no such option '--format' (formats are named with -o, as in -o json; see 'kplan lint --help')\n",
    )


def test_no_option_is_named_that_a_command_has_not(kplan: Call) -> None:
    assert "-f" not in kplan("rules", "RES001", "map.yaml")[2]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("lint -f map.yaml", "files are named without an option, as in 'kplan lint deploy/'"),
        ("build .", "no such command 'build'; did you mean 'kustomize'?"),
        ("validate .", "no such command 'validate'; did you mean 'lint'?"),
        ("lint -j many .", "'many' is not a whole number"),
        ("fleet lint --timeout soon", "'soon' is not a number"),
        ("fleet lint --targets map.yaml", "map.yaml is a manifest, not a file of targets"),
        ("fleet lint --targets empty", "empty holds no files of targets"),
        ("apply -f map.yaml --state a", "the stored state, which 'kplan snapshot import STATE' makes"),
        ("rules --changes 1.36..1.33", "1.36 is later than 1.33 (write it as 1.33..1.36)"),
        ("fleet lint --targets nameless.yaml", "nameless.yaml:1:1: error CFG001: name is missing"),
    ],
)
def test_what_other_tools_and_commands_would_take_is_told(kplan: Call, line: str, said: str) -> None:
    Path("empty").mkdir()
    Path("nameless.yaml").write_text("inputs: [{path: .}]\n")
    code, out, err = kplan(*line.split())
    assert (code, said in out + err) == (2, True)


def test_a_chart_is_told_once_what_is_wrong_with_it(kplan: Call) -> None:
    out = kplan("lint", "--helm", "chart/Chart.yaml")[1]
    assert "name the folder that the Chart.yaml is in" in out


def test_a_fleet_counts_targets_not_findings(kplan: Call) -> None:
    Path("pod.yaml").write_text(
        _MAP.replace("ConfigMap", "Pod") + "spec: {containers: [{name: a, image: b}]}\n"
    )
    Path(".kplan.yaml").write_text(
        "targets: [{name: a, inputs: [{path: pod.yaml}]}, {name: b, inputs: [{path: map.yaml}]}]\n"
    )
    assert kplan("fleet", "lint")[1].startswith("2 targets: 1 with findings, 1 clean.\n")


def test_a_pipe_of_a_command_that_failed_is_not_clean(kplan: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    code, out, err = kplan("lint", "-")
    assert (code, out) == (2, "")
    assert "standard input is empty" in err


@pytest.mark.parametrize("name", ["broken.yaml", "absent.yaml"])
def test_selected_rules_do_not_hide_what_cannot_be_read(kplan: Call, name: str) -> None:
    code, out, _ = kplan("lint", "--select", "SEC", name)
    assert (code, "error YAML00" in out) == (2, True)


def test_what_cannot_be_read_is_hidden_by_its_code(kplan: Call) -> None:
    assert kplan("lint", "--select", "SEC", "--ignore", "YAML001", "broken.yaml")[0] == 0


def test_a_folder_that_is_not_built_is_not_clean(kplan: Call) -> None:
    assert kplan("lint", "-k", "chart")[0] == 2
    code, out, _ = kplan("lint", "-k", "chart", "--select", "SEC", "--fail-on", "never")
    assert (code, "error KUS001" in out) == (2, True)


def test_a_chart_that_is_not_rendered_is_all_that_was_asked_for(
    kplan: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, _ = kplan("lint", "--helm", "chart", "-o", "concise")
    assert code == 2
    assert out.splitlines()[0].startswith("chart: error HELM001")
    assert "broken.yaml" not in out


@pytest.mark.parametrize("command", [("lint",), ("plan", "-f")])
def test_a_chart_read_as_manifests_is_told_how_it_is_rendered(kplan: Call, command: tuple[str, ...]) -> None:
    assert "no manifests in chart; --helm chart renders the chart" in kplan(*command, "chart")[2]


@pytest.mark.parametrize("head", ["", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"])
def test_a_kustomization_read_as_an_object_is_told_how_it_is_built(
    kplan: Call, tmp_path: Path, head: str
) -> None:
    (tmp_path / "kustomization.yaml").write_text(f"{head}resources: [map.yaml]\n")
    for command in ("plan", "apply"):
        code, out, err = kplan(command, "-f", "kustomization.yaml")
        assert code == 2
        assert "build its folder with -k" in out + err
        assert "CustomResourceDefinition defines" not in out + err


@pytest.mark.parametrize(
    ("line", "same"),
    [
        ("help", "--help"),
        ("help get", "get --help"),
        ("help create deployment", "create deployment --help"),
        ("help rollout", "rollout --help"),
        ("-n shop run web --image=nginx --dry-run=client -o yaml", "run web --image=nginx --dry-run=client -o yaml -n shop"),
        ("--namespace=shop create cm a --dry-run=client -o yaml", "create cm a --dry-run=client -o yaml -n shop"),
    ],
)  # fmt: skip
def test_help_is_a_command_and_flags_may_stand_before_one(kplan: Call, line: str, same: str) -> None:
    ran = kplan(*line.split())
    assert ran == kplan(*same.split())
    assert ran[0] == 0
    assert ran[1] != ""


def test_a_flag_before_no_command_is_named(kplan: Call) -> None:
    assert kplan("-n", "shop") == (2, "", "error: no such option '-n' (see 'kplan --help')\n")
    assert kplan("help", "nope")[2].startswith("error: no such command 'nope'")


def test_the_flags_of_all_verbs_are_listed(kplan: Call) -> None:
    code, out, _ = kplan("options")
    assert (code, "--as USER" in out, "--namespace" in out, "--kubeconfig" in out) == (0, True, True, False)


def test_what_kubectl_does_with_its_kubeconfig_is_told_apart_from_kplans_configuration(kplan: Call) -> None:
    code, _, err = kplan("config", "set-context", "--current", "--namespace=shop")
    assert code == 2
    assert "kplan has no 'config set-context': kplan reads and writes no kubeconfig" in err
    assert "`namespace` in .kplan.yaml" in err
    assert kplan("config")[0] == 0


@pytest.mark.parametrize("group", ["fleet", "cluster", "snapshot", "cache"])
def test_a_group_lists_what_its_commands_are_for_in_full(kplan: Call, group: str) -> None:
    code, out, _ = kplan(group, "--help")
    assert code == 0
    rows = out.partition("\nCommands:\n")[2].partition("\n\n")[0]
    assert rows.count(".") >= 2
    assert "..." not in rows


def test_a_dump_with_masked_secrets_is_told_apart(kplan: Call, tmp_path: Path) -> None:
    masked = (
        "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default, uid: b}\ndata: {key: '***'}\n"
    )
    (tmp_path / "dump.yaml").write_text(masked)
    code, _, err = kplan("snapshot", "import", "dump.yaml")
    assert code == 2
    assert err.startswith("dump.yaml:4:13: Secret in version")
    assert "masked in what 'kplan get' prints without --show-secrets" in err


def test_a_revision_is_named_alike_for_show_and_export(kplan: Call) -> None:
    for shape in ("nodes:1x2cpu,4Gi", "nodes:2x2cpu,4Gi"):
        assert kplan("snapshot", "import", shape)[0] == 0
    code, first, _ = kplan("snapshot", "export", "1")
    assert (code, first.count("kind: Node\n")) == (0, 1)
    assert kplan("snapshot", "export", "--revision", "1")[1] == first
    assert kplan("snapshot", "export")[1].count("kind: Node\n") == 2
    assert kplan("snapshot", "export", "1", "--revision", "1")[0] == 2


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kustomize absent", 1),
        ("lint absent", 2),
        ("plan -f absent", 2),
        ("get pod absent", 2),
        ("lint -k absent", 2),
    ],
)
def test_what_is_not_there_ends_with_the_code_that_the_readme_names(
    kplan: Call, root: Path, line: str, expected: int
) -> None:
    assert kplan(*line.split())[0] == expected
    said = " ".join((root / "README.md").read_text().split())
    assert "2 wrong usage, unreadable input" in said
    assert "Only `kplan kustomize` keeps kubectl's: 1 where a folder cannot be built." in said


@pytest.mark.parametrize("command", [("lint", "."), ("get", "pods"), ("config",), ("cluster", "create")])
def test_a_removed_working_directory_is_called_so(
    kplan: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    code, _, err = kplan(*command)
    assert (code, err) == (2, "error: the working directory was removed (change to another one)\n")
