"""Every small case under fixtures/selectors: what a selector says of itself, what it matches and what it refuses."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from kplan.selectors.fields import FieldSelector
from kplan.selectors.labels import Selector
from kplan.selectors.nodes import RequiredNodeAffinity
from kplan.selectors.syntax import SelectorError
from kplan.selectors.taints import tolerates

FOLDER = Path(__file__).parents[1] / "fixtures" / "selectors"


def cases(name: str) -> list[Any]:
    documents = yaml.safe_load((FOLDER / f"{name}.yaml").read_text())
    return [pytest.param(case, id=f"{name}-{index}") for index, case in enumerate(documents)]


def read(case: dict[str, Any]) -> Selector | FieldSelector:
    if "fields" in case:
        return FieldSelector.parse(case["fields"])
    selector = case["selector"]
    return Selector.parse(selector) if isinstance(selector, str) else Selector.from_label_selector(selector)


@pytest.mark.parametrize("case", cases("labels") + cases("fields"))
def test_selector_matches_as_upstream(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(SelectorError) as caught:
            read(case)
        assert str(caught.value) == case["error"]
        return
    selector = read(case)
    assert str(selector) == case["text"]
    assert [labels for labels in case["matches"] if not selector.matches(labels)] == []
    assert [labels for labels in case["misses"] if selector.matches(labels)] == []


@pytest.mark.parametrize("case", cases("nodes"))
def test_node_affinity_matches_as_upstream(case: dict[str, Any]) -> None:
    affinity = RequiredNodeAffinity.of(case["pod"])
    assert [node for node in case["matches"] if not affinity.matches(node["name"], node["labels"])] == []
    assert [node for node in case["misses"] if affinity.matches(node["name"], node["labels"])] == []


@pytest.mark.parametrize("case", cases("taints"))
def test_toleration_covers_as_upstream(case: dict[str, Any]) -> None:
    assert [taint for taint in case["tolerates"] if not tolerates(case["toleration"], taint)] == []
    assert [taint for taint in case["refuses"] if tolerates(case["toleration"], taint)] == []


def test_text_form_is_read_back_unchanged() -> None:
    text = "!d,a=1,b in (x,y),c notin (z),e,f>3"
    selector = Selector.parse(text)
    assert Selector.parse(str(selector)) == selector


def test_a_selector_of_a_stored_object_is_read_once_and_never_stands_for_another() -> None:
    stored = {"matchLabels": {"app": "web"}}
    assert Selector.stored_label_selector(stored) is Selector.stored_label_selector(stored)
    assert Selector.stored_label_selector(stored) == Selector.from_label_selector(stored)
    for number in range(20_000):  # more than are remembered, most of them gone again
        labels = {"app": str(number)}
        assert Selector.stored_set(labels).matches(labels)
    assert not Selector.stored_label_selector(None).selectable
