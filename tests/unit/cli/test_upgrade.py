"""``kplan upgrade``: from manifests and from a state, in every format, with an exit code."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.render.formats import showing
from kplan.report import Part

BUDGET = """\
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
"""
CLAIM = "apiVersion: resource.k8s.io/v1beta1\nkind: ResourceClaim\nmetadata: {name: gpu}\nspec: {}\n"
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: a, annotations: {container.apparmor.security.beta.kubernetes.io/a: runtime/default}}
spec: {containers: [{name: a, image: a}]}
"""
DUMP = """\
apiVersion: v1
kind: List
items:
- apiVersion: v1
  kind: Node
  metadata: {name: node-1, uid: "1"}
  status: {nodeInfo: {kubeletVersion: v1.24.3}}
- apiVersion: v1
  kind: Node
  metadata: {name: node-2, uid: "2"}
  status: {nodeInfo: {kubeletVersion: v1.31.1}}
- apiVersion: v1
  kind: Pod
  metadata: {name: clone, namespace: default, uid: "3"}
  spec:
    containers: [{name: a, image: a}]
    volumes: [{name: code, gitRepo: {repository: "https://example.com/a.git"}}]
"""
Kplan = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kplan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "budget.yaml").write_text(BUDGET)
    (tmp_path / "claim.yaml").write_text(CLAIM)
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "pod.yaml").write_text(POD)
    (tmp_path / "dump.yaml").write_text(DUMP)

    def call(*arguments: str) -> tuple[int, str, str]:
        code = run(["upgrade", *arguments])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return call


def test_what_breaks_is_found_at_its_place(kplan: Kplan) -> None:
    code, out, err = kplan("--to", "1.37", "-f", "budget.yaml")
    assert (code, err) == (1, "")
    assert out.startswith(
        "budget.yaml:1:13: error UPG001: policy/v1beta1 PodDisruptionBudget was removed in "
    )
    assert "help: use policy/v1\n" in out
    assert out.endswith("Found 1 error in 1 object, upgraded from 1.36 to 1.37.\n")


def test_what_is_deprecated_breaks_nothing(kplan: Kplan) -> None:
    code, out, _ = kplan("--to", "1.36", "-f", "claim.yaml")
    assert (code, "warning UPG002" in out) == (0, True)
    assert kplan("--to", "1.36", "-f", "claim.yaml", "--fail-on", "warning")[0] == 1
    assert kplan("--to", "1.37", "-f", "budget.yaml", "--fail-on", "never")[0] == 0
    assert kplan("--to", "1.37", "-f", "good.yaml") == (
        0,
        "No problems found in 1 object, upgraded from 1.36 to 1.37.\n",
        "",
    )


def test_a_state_is_looked_at_from_the_release_of_its_nodes(kplan: Kplan) -> None:
    code, out, _ = kplan("--to", "1.33", "--state", "dump.yaml")
    assert code == 1
    assert "error UPG006: gitRepo volumes are disabled from 1.33 on" in out
    assert "(pod/clone -n default)" in out
    assert kplan("--to", "1.33", "--from", "1.32", "--state", "dump.yaml")[0] == 1
    assert kplan("--to", "1.35", "--from", "1.34", "--state", "dump.yaml")[0] == 0
    assert kplan("--to", "1.35", "--state", "dump.yaml")[0] == 1


def test_nodes_that_are_newer_are_not_upgraded(kplan: Kplan) -> None:
    assert run(["apply", "-f", "pod.yaml"]) == 0
    code, _, err = kplan("--to", "1.30")
    assert code == 2
    assert "an upgrade goes to a later release, not from 1.36, that of the nodes, to 1.30 (see --from)" in err
    assert kplan("--to", "1.36")[0] == 0  # what changed from the one before to that of the nodes


def test_nodes_must_not_be_left_too_far_behind(kplan: Kplan) -> None:
    code, out, _ = kplan("--to", "1.35", "--from", "1.34", "--state", "dump.yaml")
    assert code == 0
    assert "is more than 3 minors older than Kubernetes 1.35" in out
    assert "help: upgrade it to 1.32 or later before the control plane goes to 1.35" in out


def test_the_stored_state_is_looked_at_and_manifests_stand_for_their_objects(kplan: Kplan) -> None:
    assert run(["apply", "-f", "pod.yaml"]) == 0
    line = ("--from", "1.29", "--to", "1.30")
    assert "warning UPG007: the annotation is deprecated since 1.30 (pod/a -n default)" in kplan(*line)[1]
    assert kplan(*line, "-f", "pod.yaml")[1].count("UPG007") == 1


@pytest.mark.parametrize("name", showing([Part.FINDINGS]))
def test_every_format_shows_it(name: str, kplan: Kplan) -> None:
    code, out, _ = kplan("--to", "1.37", "-f", "budget.yaml", "-o", name)
    assert code == 1
    assert "policy/v1beta1" in out


def test_a_report_says_to_which_release_it_goes(kplan: Kplan) -> None:
    document = json.loads(kplan("--to", "1.37", "-f", "budget.yaml", "-o", "json")[1])
    assert (document["command"], document["kubernetes"], document["exit_code"]) == ("upgrade", ["1.37"], 1)
    assert document["rules"]["UPG001"]["fix"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "1.37"), "nothing to check"),
        (("-f", "good.yaml"), "missing option '--to'"),
        (("--to", "1.99", "-f", "good.yaml"), "no schemas for Kubernetes '1.99'"),
        (("--to", "1.25", "-f", "good.yaml"), "nothing is known of the release before 1.25"),
        (("--to", "1.30", "--from", "1.31", "-f", "good.yaml"), "an upgrade goes to a later release"),
        (("--to", "1.30", "-f", "nope"), "nope"),
    ],
)
def test_what_makes_no_sense_is_said(arguments: tuple[str, ...], message: str, kplan: Kplan) -> None:
    code, out, err = kplan(*arguments)
    assert code == 2
    assert message in out + err


def test_a_check_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["rules", "UPG006"]) == 0
    assert "removed-feature" in capsys.readouterr().out
    assert run(["rules", "removed-api-version"]) == 0
    assert "UPG001" in capsys.readouterr().out
