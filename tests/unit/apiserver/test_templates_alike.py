"""A pod template is judged once for all that are written alike, and no other."""

from typing import Any

import pytest

from kplan.apiserver.validation.podspec import template as templates
from kplan.apiserver.validation.podspec.alike import Alike
from kplan.apiserver.validation.podspec.options import CREATE, PodValidationOptions
from kplan.apiserver.validation.podspec.ratchet import options_for_template
from kplan.fieldpath import FieldPath

CONTAINER = {
    "name": "a", "image": "a", "imagePullPolicy": "Always", "terminationMessagePath": "/dev/termination-log",
    "terminationMessagePolicy": "File",
}  # fmt: skip
POLICIES = {"restartPolicy": "Always", "dnsPolicy": "ClusterFirst", "terminationGracePeriodSeconds": 30}


def template(**more: Any) -> dict[str, Any]:
    return {"metadata": {"labels": {"a": "b"}}, "spec": {"containers": [CONTAINER], **POLICIES, **more}}


def judged(value: dict[str, Any], options: PodValidationOptions = CREATE, at: str = "spec") -> list[str]:
    return [str(error.path) for error in templates.validate_pod_template_spec(value, FieldPath(at), options)]


def test_one_that_is_alike_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    name = template(hostname="seen-once")
    assert judged(name) == []
    monkeypatch.setattr(templates, "validate_pod_spec", lambda *_: pytest.fail("looked at again"))
    assert judged({**name, "metadata": {"labels": {"other": "label"}}}) == []


def test_errors_name_the_place_that_was_asked_about() -> None:
    bad = template(restartPolicy="Sometimes")
    assert judged(bad) == ["spec.spec.restartPolicy"]
    assert judged(bad, at="template") == ["template.spec.restartPolicy"]


def test_what_differs_in_type_or_options_is_judged_for_itself() -> None:
    toleration = {"key": "a", "operator": "Gt", "value": "1"}
    lenient = PodValidationOptions(allow_taint_toleration_comparison_operators=True)
    value = template(tolerations=[toleration])
    assert judged(value, lenient) == []
    assert judged(value) == ["spec.spec.tolerations[0].operator"]
    assert judged(value, lenient) == []


def test_options_follow_the_template_before() -> None:
    before = template(tolerations=[{"key": "a", "operator": "Gt", "value": "1"}])
    for _ in range(2):
        assert options_for_template(None, before).allow_taint_toleration_comparison_operators
        assert not options_for_template(None, template()).allow_taint_toleration_comparison_operators
    cost = {**template(), "metadata": {"annotations": {"controller.kubernetes.io/pod-deletion-cost": "x"}}}
    assert options_for_template(None, cost).allow_invalid_pod_deletion_cost
    assert not options_for_template(None, template()).allow_invalid_pod_deletion_cost


def test_values_are_told_apart_by_their_types() -> None:
    kept = Alike[str]()
    assert [kept.of(value, None, lambda value=value: repr(value)) for value in (1, True, 1.0, "1")] == [
        "1", "True", "1.0", "'1'",
    ]  # fmt: skip
    assert kept.of(1, None, lambda: "another") == "1"
    assert kept.of(1, "besides", lambda: "another") == "another"


def test_what_cannot_be_written_is_worked_out_each_time() -> None:
    class Text(str):
        __slots__ = ()

    kept, asked = Alike[int](), iter(range(9))
    assert [kept.of(Text("a"), None, lambda: next(asked)) for _ in range(2)] == [0, 1]
