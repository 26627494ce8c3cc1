"""Every check of an upgrade: stable identity, documentation, and examples that prove it; and the table it reads."""

import re
from pathlib import Path

import pytest

from kplan.api.decode import decode
from kplan.api.object import Object
from kplan.diagnostics import Diagnostic
from kplan.lint.rules import all_rules
from kplan.manifest.loader import load_text
from kplan.pipeline.documentation import rule_text
from kplan.plan.risks import all_risks
from kplan.schema.catalog import Catalog
from kplan.schema.changes.upgrades import Effect, changes_between
from kplan.upgrade.check import Example
from kplan.upgrade.checks import all_checks
from kplan.upgrade.run import check

CHECKS = all_checks()
EXAMPLES = [
    (one, example, affected)
    for one in CHECKS
    for examples, affected in ((one.affected, True), (one.unaffected, False))
    for example in examples
]


def release(minor: int) -> Catalog:
    return Catalog.for_version(f"1.{minor}")


def found(example: Example) -> list[Diagnostic]:
    objects = decode(load_text(example.manifest, "a.yaml").documents).objects
    return list(check(objects, release(example.start), release(example.target)))


def test_codes_and_names_are_unique() -> None:
    every = [*CHECKS, *all_rules(), *all_risks()]
    assert len({one.code for one in every}) == len({one.name for one in every}) == len(every)
    assert len(CHECKS) == 8


@pytest.mark.parametrize("one", CHECKS, ids=lambda one: one.name)
def test_a_check_is_documented(one) -> None:
    assert re.fullmatch(r"UPG\d{3}", one.code)
    assert one.check.__module__.endswith(f".{one.name.replace('-', '_')}")
    assert one.summary.endswith(".")
    assert one.why
    assert one.fix.endswith(".")
    assert one.affected
    assert one.unaffected
    assert rule_text(one.code).fix == one.fix


@pytest.mark.parametrize(
    ("one", "example", "affected"), EXAMPLES, ids=lambda value: getattr(value, "name", None)
)
def test_examples_prove_the_check(one, example: Example, affected: bool) -> None:
    codes = {finding.rule for finding in found(example)}
    assert codes == ({one.code} if affected else codes - {one.code})


@pytest.mark.parametrize("effect", Effect)
def test_changes_name_their_minor_where_they_tell_of_one(effect: Effect) -> None:
    rows = list(changes_between(24, 99, effect))
    assert rows
    for row in rows:
        assert f"1.{row.minor}" in row.message
        assert row.advice
        assert row.kinds


def test_a_change_counts_from_its_minor_on() -> None:
    assert not list(changes_between(36, 37, Effect.REMOVED))
    assert {one.minor for one in changes_between(31, 33, Effect.REMOVED)} == {33}


def written(version: str, metadata: dict) -> list[str]:
    budget = Object({"apiVersion": f"policy/{version}", "kind": "PodDisruptionBudget", "metadata": metadata})
    return [one.message for one in check([budget], Catalog.for_version("1.25"), Catalog.for_version("1.26"))]


def test_who_writes_a_removed_version_is_named() -> None:
    applied = '{"apiVersion":"policy/v1beta1","kind":"PodDisruptionBudget"}'
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": applied}
    gone = "policy/v1beta1 PodDisruptionBudget was removed in Kubernetes 1.25"
    assert written("v1beta1", {"name": "a"}) == [gone]
    assert written("v1", {"name": "a"}) == []
    assert written("v1", {"name": "a", "annotations": annotations}) == [
        f"{gone}, and kubectl apply writes it"
    ]
    managed = [
        {"manager": "helm", "apiVersion": "policy/v1beta1"},
        {"manager": "x", "apiVersion": "policy/v1"},
    ]
    assert written("v1", {"name": "a", "managedFields": managed}) == [f"{gone}, and helm writes it"]


def test_what_a_controller_makes_is_its_own_to_change() -> None:
    owner = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "a", "uid": "1", "controller": True}
    assert written("v1beta1", {"name": "a", "ownerReferences": [owner]}) == []


@pytest.mark.parametrize(
    "value",
    [
        {"apiVersion": "v1", "kind": "Pod"}, {"apiVersion": "v1", "kind": "Pod", "metadata": 1, "spec": []},
        {"apiVersion": "v1", "kind": "Service", "metadata": {"annotations": [], "managedFields": {}}, "spec": {"externalIPs": [1]}},
        {"apiVersion": "nobody.example/v1", "kind": "Thing", "metadata": {"name": "a"}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"ownerReferences": ["a", None]}},
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"ownerReferences": 1.5}},
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{"}}},
    ],
)  # fmt: skip
def test_what_is_not_as_it_should_be_is_passed_by(value: dict) -> None:
    list(check([Object(value)], Catalog.for_version("1.25"), Catalog.for_version("1.37")))


def test_the_documentation_lists_the_checks(root: Path, update: bool) -> None:
    page = root / "docs" / "upgrade.md"
    before, _, rest = page.read_text().partition("<!-- checks -->\n")
    _, _, after = rest.partition("<!-- /checks -->\n")
    head = "| code | name | severity | what it finds |\n|---|---|---|---|\n"
    rows = head + "".join(f"| {one.code} | {one.name} | {one.severity} | {one.summary} |\n" for one in CHECKS)
    text = f"{before}<!-- checks -->\n{rows}<!-- /checks -->\n{after}"
    if update:
        page.write_text(text)
    assert page.read_text() == text


AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web%s}
spec: {scaleTargetRef: {kind: Deployment, name: web, apiVersion: ""}, maxReplicas: %s}
"""


def refusals(manifest: str, start: int, target: int) -> list[str]:
    return [one.message for one in found(Example(manifest, start, target))]


def test_what_only_the_newer_server_refuses_is_told_in_its_words() -> None:
    told = 'spec.scaleTargetRef.apiVersion: Invalid value: "": apiVersion must specify API group'
    assert refusals(AUTOSCALER % ("", 3), 33, 34) == [f"Kubernetes 1.34 refuses it: {told}"]
    assert refusals(AUTOSCALER % ("", 3), 34, 36) == []


def test_what_was_refused_before_is_no_matter_of_the_upgrade() -> None:
    assert refusals(AUTOSCALER % ("", 0), 33, 34) == []


def test_an_object_of_a_state_is_judged_as_if_created_anew() -> None:
    stored = ', uid: 7d1, resourceVersion: "12", generation: 3, creationTimestamp: "2026-01-01T00:00:00Z"'
    assert len(refusals(AUTOSCALER % (stored, 3), 33, 34)) == 1


def test_a_value_is_told_of_once() -> None:
    external = "{name: a}\nspec: {ports: [{port: 80}], externalIPs: [010.0.0.1]}"
    assert len(refusals(f"apiVersion: v1\nkind: Service\nmetadata: {external}", 35, 36)) == 1
