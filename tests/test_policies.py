"""Policies over a plan: what does not hold fails the run in every format;
what cannot be read is said with its place.
"""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kplan.cli.main import run
from kplan.errors import UsageError
from kplan.policies import compiled
from kplan.render.formats import showing
from kplan.report import Part

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: b}]}\n"
SECRET = "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {password: planted-value}\n"
Kplan = Callable[..., tuple[str, str]]


@pytest.fixture
def kplan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Kplan:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pod.yaml").write_text(POD)

    def call(*arguments: str, code: int = 0) -> tuple[str, str]:
        assert run(("plan", "-f", "pod.yaml", *arguments)) == code
        shown = capsys.readouterr()
        return shown.out, shown.err

    return call


def configure(folder: Path, *policies: str) -> None:
    lines = ["plan:", "  policies:", *(f"  - {one}" for one in policies)]
    (folder / ".kplan.yaml").write_text("\n".join(lines) + "\n")


@pytest.mark.parametrize(
    "expression",
    [
        "plan.summary.create == 1",
        "plan.changes.all(c, c.change.action == 'create' && c.change.object.namespace == 'default')",
        "plan.changes[0].change.after.spec.containers[0].image == 'b'",
        "plan.risks.size() == 0 && plan.complete && !plan.errored",
        "plan.duration_seconds < 60.0",
        "plan.kubernetes_version.startsWith('1.')",
    ],
)
def test_a_policy_that_holds_says_nothing(expression: str, kplan: Kplan) -> None:
    out, err = kplan("--policy", expression)
    assert "POL001" not in out + err


def test_a_policy_that_does_not_hold_fails_the_run_with_its_message(kplan: Kplan, tmp_path: Path) -> None:
    configure(
        tmp_path,
        '{name: nothing-new, expr: "plan.summary.create == 0", message: ask the owner first}',
        '{name: holds, expr: "true"}',
        '{name: few, expr: "plan.changes.size() == 0"}',
    )
    _, err = kplan(code=1)
    assert ".kplan.yaml:3:6: error POL001: policy 'nothing-new': ask the owner first" in err
    assert (
        ".kplan.yaml:5:6: error POL001: policy 'few': the plan has to fulfil: plan.changes.size() == 0" in err
    )
    assert "holds" not in err


@pytest.mark.parametrize("name", showing([Part.PLAN, Part.FINDINGS]))
def test_every_format_says_what_does_not_hold(name: str, kplan: Kplan, tmp_path: Path) -> None:
    configure(tmp_path, '{name: nothing-new, expr: "plan.summary.create == 0", message: ask the owner first}')
    out, err = kplan("-o", name, code=1)
    assert "ask the owner first" in (out + err if name in ("text", "tree", "unified") else out)


def test_json_holds_the_policy_with_its_documentation(kplan: Kplan) -> None:
    out, _ = kplan("--policy", "plan.summary.create == 0", "-o", "json", code=1)
    report = json.loads(out)
    assert report["exit_code"] == 1
    assert [one["rule"] for one in report["findings"]] == ["POL001"]
    assert report["rules"]["POL001"]["name"] == "policy"


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("plan.sumary.create == 0", "undefined field 'sumary' (column 5)"),
        ("plan.summary.create", "must evaluate to bool but got int"),
        ("plan.summary.create ==", "mismatched input"),
        ("object.x", "undeclared reference to 'object'"),
        ("plan.summary.create == 'one'", "found no matching overload"),
    ],
)
def test_an_expression_that_is_wrong_is_said_before_anything_is_planned(
    expression: str, message: str, kplan: Kplan, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r".") as caught:
        compiled(expression)
    assert message in caught.value.message
    assert "\n" not in caught.value.message
    assert message in kplan("--policy", expression, code=2)[1]
    (tmp_path / ".kplan.yaml").write_text(f'plan:\n  policies:\n  - name: a\n    expr: "{expression}"\n')
    _, err = kplan(code=2)
    assert err.startswith(".kplan.yaml:4:5: error CFG001: plan.policies[0].expr: ")
    assert message in err
    assert run(("config",)) == 2


def test_what_goes_wrong_while_a_policy_is_evaluated_fails_the_run(kplan: Kplan) -> None:
    _, err = kplan("--policy", "plan.changes[0].change.after.spec.nope == 1", code=1)
    assert "POL001: policy '--policy': cannot be evaluated: no such key: nope" in err


def test_a_refusal_outweighs_a_policy(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD.replace("name: a,", "name: A_,"))
    assert "POL001" in kplan("--policy", "plan.summary.create == 1", code=2)[1]


def test_policies_see_no_value_of_a_secret(kplan: Kplan, tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(SECRET)
    expression = "plan.changes.all(c, c.change.after.data.password == 'x')"
    out, err = kplan("--policy", expression, "-o", "json", code=1)
    assert "planted" not in out + err
    assert "cGxhbnRl" not in out + err
    kplan("--policy", "plan.changes.all(c, c.change.after.data.password.startsWith('***'))")


def test_rules_explains_policies(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(("rules", "policy")) == 0
    assert capsys.readouterr().out.startswith("POL001 policy\n\nThe plan breaks a policy")
