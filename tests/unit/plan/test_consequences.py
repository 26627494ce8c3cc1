"""What follows from a change beyond pods: every finder proves itself by its own examples."""

import re
from base64 import b64encode
from pathlib import Path

import pytest

from kplan.plan.consequences import all_finders, config_readers
from kplan.plan.finder import Example, Finder
from kplan.plan.planfile import from_json, to_json
from kplan.render.plan_text import render
from kplan.render.style import PLAIN
from tests.unit.plan.played import consequences, plan_of

FINDERS = all_finders()
EXAMPLES = [
    pytest.param(example, id=f"{finder.find.__module__.rpartition('.')[2]}-{number}")
    for finder in FINDERS
    for number, example in enumerate(finder.examples)
]


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_has_the_consequences_it_names(example: Example, tmp_path: Path) -> None:
    plan = plan_of(example, tmp_path)
    found = consequences(plan)
    assert {one.name for one in found} == set(example.finds), found
    assert from_json(to_json(plan)).plan == plan
    text = render(plan, PLAIN)
    for one in found:
        assert "\n" not in one.message
        assert f"{one.object.title} {one.message}" in text


@pytest.mark.parametrize("finder", FINDERS, ids=lambda finder: finder.find.__module__.rpartition(".")[2])
def test_a_finder_is_documented_and_has_examples_for_and_against(finder: Finder) -> None:
    assert finder.doc.partition("\n")[0].endswith(".")
    names = {name for example in finder.examples for name in example.finds}
    assert names
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", name) for name in names)
    assert [name for name in names if f"``{name}``" not in finder.doc] == []
    assert any(not example.finds for example in finder.examples)


def page() -> str:
    """The documentation of all finders, one section a subject."""
    lines = [
        "# What follows from a change",
        "",
        "Under each change a plan lists what it means for objects to which nothing happens now. In JSON they stand in",
        "`changes[].effects.consequences`, with a name that stays the same, the object concerned, a message and a severity.",
        "This page is written by `pytest tests/unit/plan/test_consequences.py --update` from the modules of",
        "`kplan/plan/consequences`.",
    ]
    for finder in FINDERS:
        title, _, text = finder.doc.partition("\n")
        text = text.partition("Upstream:")[0].strip().replace("``", "`")
        lines += ["", f"## {title.rstrip('.')}", "", *text.splitlines()]
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_consequence(root: Path, update: bool) -> None:
    file = root / "docs" / "consequences.md"
    if update:
        file.write_text(page())
    assert file.read_text() == page()


SECRET = """
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: %s, user: %s}
---
"""
READER = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: c, image: c, envFrom: [{secretRef: {name: db}}], volumeMounts: [{name: f, mountPath: /f}]}]
  volumes: [{name: f, secret: {secretName: db}}]
"""


def test_consequences_of_a_secret_never_show_its_values(tmp_path: Path) -> None:
    before, after = SECRET % ("first-planted-value", "same"), SECRET % ("other-planted-value", "same")
    plan = plan_of(Example(before + READER, after), tmp_path)
    found = consequences(plan)
    assert [one.message for one in found] == [
        "reads the change when it restarts; until then 1 pod keeps the old variable password",
        "sees the change within about a minute: password in /f (1 pod)",
    ]
    written = to_json(plan) + render(plan, PLAIN)
    for value in ("first-planted-value", "other-planted-value"):
        assert value not in written
        assert b64encode(value.encode()).decode() not in written


def test_pods_do_without_a_variable_that_is_new(tmp_path: Path) -> None:
    more = SECRET % ("other-planted-value", "same, extra: more")
    plan = plan_of(Example(SECRET % ("first-planted-value", "same") + READER, more), tmp_path)
    assert consequences(plan)[0].message == (
        "reads the change when it restarts; until then 1 pod keeps the old variable password and runs without the new variable extra"
    )


IMMUTABLE = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, immutable: true, data: {a: '%s'}}"
MOUNTING = """
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: c, image: c, volumeMounts: [{name: f, mountPath: /f}]}]
  volumes: [{name: f, projected: {sources: [{configMap: {name: c, items: [{key: %s, path: a}]}}]}}]
---
"""


def test_a_change_that_is_refused_has_no_readers(tmp_path: Path) -> None:
    plan = plan_of(Example(MOUNTING % "a" + IMMUTABLE % 1, IMMUTABLE % 2), tmp_path)
    names = {one.name for one in consequences(plan)}
    assert names == ({"read-at-restart"} if plan.changes[0].change.action == "replace" else set())


def test_what_nothing_reads_has_no_consequences(tmp_path: Path) -> None:
    before = MOUNTING % "a" + IMMUTABLE.replace("name: c}", "name: d}").replace("immutable: true, ", "")
    after = IMMUTABLE.replace("name: c}", "name: d}").replace("immutable: true, ", "")
    assert consequences(plan_of(Example(before % 1, after % 2), tmp_path)) == []


READERS = config_readers.FINDER.examples


@pytest.mark.parametrize("example", READERS, ids=map(str, range(len(READERS))))
def test_readers_are_found_among_many_changes_as_well(
    example: Example, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config_readers, "_FEW", -1)
    found = consequences(plan_of(example, tmp_path))
    assert {one.name for one in found} == set(example.finds)


def test_one_changed_object_does_not_make_all_workloads_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(config_readers, "workloads")
    found = consequences(plan_of(READERS[0], tmp_path))
    assert [one.name for one in found] == ["read-at-restart"]
