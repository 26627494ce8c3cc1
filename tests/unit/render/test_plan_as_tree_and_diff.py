"""Plans as trees and as unified diffs: what stands where, in which order, and what never stands there."""

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest

from kplan import pipeline
from kplan.plan.change import Identity
from kplan.plan.effect import Effects, PodEffect, PodOutcome
from kplan.plan.model import LeftBehind, RiskStatus
from kplan.render.formats import named
from kplan.render.plan_tree import Branch, branches
from kplan.render.style import PLAIN, Style
from kplan.report import Report

Planned = Callable[[str], Report]


def text(report: Report, name: str, style: Style = PLAIN) -> str:
    found = named(name)
    assert found is not None
    return found.render(report, style)


def test_pods_stand_below_what_owns_them_and_risks_come_last(plan_of: Planned) -> None:
    lines = text(plan_of("pods-that-do-not-fit-stay-pending"), "tree").splitlines()
    owner = next(place for place, line in enumerate(lines) if "+ replicaset.apps/" in line)
    assert lines[owner].startswith("│   ├── + replicaset.apps/web-")
    assert [line[:12] for line in lines[owner + 1 : owner + 4]] == ["│   │   ├── "] * 3
    assert "pending: 0/3 nodes" in lines[owner + 4]
    risks = lines.index("└── Risks")
    assert risks > owner
    assert all(re.match(r"    [├└]── (error|warning|info) PLN", line) for line in lines[risks + 1 :])
    assert any("error PLN001" in line for line in lines[risks + 1 :])


def test_risks_say_whether_they_are_new_in_the_words_of_the_text(plan_of: Planned) -> None:
    report = plan_of("pods-that-do-not-fit-stay-pending")
    assert report.plan is not None
    risks = tuple(replace(one, status=RiskStatus.EXISTING) for one in report.plan.risks)
    old = report._replace(plan=replace(report.plan, risks=risks))
    for name in ("tree", "text"):
        assert text(report, name).count("(already there)") == 0
        assert text(old, name).count("(already there)") == len(risks) > 0


def test_a_tree_is_drawn_without_gaps(plan_of: Planned) -> None:
    for line in text(plan_of("refused-object-leaves-the-rest"), "tree").splitlines()[1:]:
        assert re.match(r"^(?:│   |    )*(?:[├└]── )?\S", line), line


def test_colour_leaves_the_lines_of_the_tree_alone(plan_of: Planned) -> None:
    report = plan_of("new-image-rolls-out")
    coloured = text(report, "tree", Style(colour=True))
    assert "├── \x1b[33m~ deployment.apps/web" in coloured or "└── \x1b[33m~ deployment.apps/web" in coloured
    assert re.sub("\x1b\\[[0-9;]*m", "", coloured) == text(report, "tree")


def test_many_pods_are_counted_by_node(plan_of: Planned) -> None:
    plan = plan_of("new-image-rolls-out").plan
    assert plan is not None
    pods = tuple(PodEffect(f"p-{one}", "a", PodOutcome.CREATED, f"n{one % 2}") for one in range(1_000))
    first = replace(plan.changes[0], effects=Effects(pods=pods))
    change = next(branches(replace(plan, changes=(first,))))
    assert change.below[-1].text == "+ 1,000 pods created"
    assert [one.text for one in change.below[-1].below] == ["500 on n0", "500 on n1"]


def test_every_kind_of_effect_has_its_place_in_the_tree_and_in_the_page() -> None:
    """A new field of Effects is shown by plan_tree.py and by changes.js of the page, and then named here."""
    shown = {
        "objects",
        "pods",
        "rollouts",
        "endpoints",
        "refusals",
        "jobs",
        "survivors",
        "no_effect_because",
        "consequences",
    }
    assert {field.name for field in fields(Effects)} == shown


def test_what_is_left_behind_and_what_does_not_settle_is_in_the_tree(plan_of: Planned) -> None:
    plan = plan_of("nothing-changes").plan
    assert plan is not None
    left = replace(
        plan, left_behind=(LeftBehind(Identity("v1", "Secret", "a", "old"), pods=2),), complete=False
    )
    found = list(branches(left))
    assert Branch("secret/old -n a  keeps 2 pods running") in found[-2].below
    assert found[-1].text.startswith("Not settled after")


def test_a_plan_as_a_diff_is_what_kubectl_diff_shows(plan_of: Planned) -> None:
    found = text(plan_of("new-image-rolls-out"), "unified")
    assert found.startswith(
        "diff -u -N LIVE/apps.v1.Deployment.default.web MERGED/apps.v1.Deployment.default.web\n"
    )
    assert "-      - image: registry.example.com/web:1\n+      - image: registry.example.com/web:2\n" in found
    for left_out in ("managedFields", "resourceVersion", "last-applied-configuration"):
        assert left_out not in found


@pytest.mark.parametrize("name", ["nothing-changes", "new-image-rolls-out"])
def test_a_diff_of_nothing_is_empty(name: str, plan_of: Planned) -> None:
    assert (text(plan_of(name), "unified") == "") is (name == "nothing-changes")
    assert text(plan_of(name)._replace(plan=None), "unified") == ""
    assert text(plan_of(name)._replace(plan=None), "tree") == ""


def test_a_diff_prints_as_text_does(tmp_path: Path) -> None:
    folder = tmp_path / "diff"
    folder.mkdir()
    (folder / "a.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n")
    state = pipeline.open_state("nodes:1x1cpu,1Gi", folder)
    report = pipeline.diff(pipeline.load([str(folder)]), state)
    assert "+  a: b\n" in text(report, "unified")
    assert text(report, "unified") == text(report, "text")
