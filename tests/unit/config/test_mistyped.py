"""Scenario files and kind configurations of any shape get an answer that names what is wrong."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from kplan.cli.group import cli

_KIND = "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
_POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nodes: {role: worker}", "'nodes' of a kind cluster configuration must be a list"),
        ("nodes: [worker]", "'nodes[0]' of a kind cluster configuration must be a mapping"),
        ("nodes: [{role: 3}]", "'nodes[0].role' of a kind cluster configuration must be a string"),
        ("nodes: [{role: boss}]", "must be control-plane or worker"),
        ("nodes: [{labels: x}]", "'nodes[0].labels' of a kind cluster configuration must be a mapping"),
        ("nodes: [{labels: {a: [b]}}]", "'nodes[0].labels[a]' of a kind cluster configuration must be a string"),
        ("name: [x]", "'name' of a kind cluster configuration must be a string"),
    ],
)  # fmt: skip
def test_a_kind_configuration(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "kind.yaml").write_text(f"{_KIND}{text}\n")
    given = ["get", "nodes", "--state", str(tmp_path / "kind.yaml")]
    done = CliRunner().invoke(cli, given, standalone_mode=False)
    assert said in str(getattr(done.exception, "message", "")), done.output


@pytest.mark.parametrize(
    "text",
    [
        "images: 5", "load: {a: b}", "load: [x]", "images: [[]]", "nodes: []", "lbPool: [1]", "lbPool: 9-1", "maxSteps: 0",
        "incidents: [{at: 1e400}]", "durations: {pull: x}", "provision: maybe", "[]", "a: b",
    ],
)  # fmt: skip
def test_a_scenario(text: str, tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(text)
    given = ["plan", "-f", "-", "--scenario", str(tmp_path / "scenario.yaml")]
    done = CliRunner().invoke(cli, given, input=_POD, standalone_mode=False)
    assert done.exception is not None
    placed = [str(one.location) for one in getattr(done.exception, "diagnostics", ())]
    message = str(getattr(done.exception, "message", ""))
    assert all("scenario.yaml:1:" in one for one in placed)
    assert placed or "scenario.yaml" in message or "pool" in message


def test_everything_that_is_wrong_in_a_scenario_is_said_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "scenario.yaml").write_text(
        "imges: []\nimages:\n- {image: a, outcom: fails}\nnodes: {capcity: {}}\n"
    )
    given = ["plan", "-f", "-", "--scenario", str(tmp_path / "scenario.yaml"), "--load", "a=1"]
    done = CliRunner().invoke(cli, given, input=_POD, standalone_mode=False)
    assert [
        (str(one.location).rpartition("yaml:")[2], one.message, one.help)
        for one in getattr(done.exception, "diagnostics", ())
    ] == [
        ("1:1", "unknown key 'imges'", "did you mean 'images'?"),
        ("3:14", "unknown key 'images[0].outcom'", "did you mean 'outcome'?"),
        ("4:9", "unknown key 'nodes.capcity'", "did you mean 'capacity'?"),
    ]


def test_everything_that_is_wrong_in_a_file_of_targets_is_said_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "targets.yaml").write_text("- name: a\n  lables: {a: b}\n- {nme: b}\n- 5\n")
    given = ["fleet", "lint", "--isolated", "--targets", str(tmp_path / "targets.yaml")]
    done = CliRunner().invoke(cli, given, standalone_mode=False)
    assert [
        (str(one.location).rpartition("yaml:")[2], one.message, one.help)
        for one in getattr(done.exception, "diagnostics", ())
    ] == [
        ("2:3", "unknown key 'lables'", "did you mean 'labels'?"),
        ("3:4", "name is missing", ""),
        ("3:4", "unknown key 'nme'", "did you mean 'name'?"),
        (
            "4:3",
            "it is 5, not a mapping",
            "its keys are name, labels, inputs and 4 more",
        ),
    ]


def test_a_pool_of_all_addresses() -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"
    given = ["plan", "-f", "-", "--lb-pool", "::/0,0.0.0.0/0", "--state", "nodes:1x4cpu,8Gi"]
    done = CliRunner().invoke(cli, given, input=service, standalone_mode=False)
    assert done.exit_code == 0
