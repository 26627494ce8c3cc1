"""The trees and places of plain texts are those that libyaml's events give."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from kplan.fieldpath import FieldPath, Step
from kplan.manifest import eventnodes, plain, plainnodes
from kplan.manifest.eventplaces import EventPlaces
from kplan.manifest.limits import DEFAULT
from kplan.manifest.loader import load_text
from kplan.manifest.nodes import Mapping, Node, Scalar
from kplan.manifest.plainplaces import PlainPlaces
from kplan.manifest.positions import place_map
from kplan.manifest.trees import plain_tree
from tests.unit.manifest.test_plain import LEFT, READ, changed


def seen(node: Node | None) -> Any:
    """All that an edit looks at; the end of a block is of no use."""
    if node is None or isinstance(node, Scalar):
        return node
    end = node.end if node.flow else None
    if isinstance(node, Mapping):
        return node.start, end, node.flow, [(one.name, one.key, seen(one.node)) for one in node.members]
    return node.start, end, node.flow, list(map(seen, node.items))


def paths(value: Any, above: tuple[Step, ...] = ()) -> Iterator[FieldPath]:
    """Every path in a value, and some that lead nowhere."""
    yield FieldPath.of(*above)
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from paths(one, (*above, step))
    yield FieldPath.of(*above, "nowhere")
    yield FieldPath.of(*above, 99)


def compare(text: str) -> None:
    root = plainnodes.grown(text)
    assert seen(root) == seen(eventnodes.grown(text)), text
    plainly, by_events = PlainPlaces(root, text, 7, 3), EventPlaces(text, 7, 3)
    for path in paths(plain.read(text, DEFAULT)):
        assert plainly.span(path) == by_events.span(path), (text, path)
        assert plainly.key(path) == by_events.key(path), (text, path)
        assert plainly.lines(path) == by_events.lines(path), (text, path)


@pytest.mark.parametrize("text", READ)
def test_plain_texts_have_the_tree_of_their_events(text: str) -> None:
    compare(text)


@pytest.mark.parametrize("text", LEFT)
def test_texts_that_are_not_plain_have_no_tree(text: str) -> None:
    assert plain_tree(text) is None


def test_what_was_read_as_plain_is_not_read_again_for_its_places(monkeypatch: pytest.MonkeyPatch) -> None:
    document = load_text("kind: ConfigMap\ndata:\n  some: text\n").documents[0]
    monkeypatch.setattr(plain, "read", pytest.fail)
    assert document.location(FieldPath.of("data", "some")).line == 3


@pytest.mark.parametrize("seed", range(8))
def test_changed_at_random_a_text_has_the_tree_of_its_events(seed: int) -> None:
    chance = random.Random(seed)
    compared = 0
    for _ in range(400):
        text = changed("".join(chance.sample(READ, 2)), chance)
        if plain.read(text, DEFAULT) is not plain.UNREAD:
            compared += 1
            compare(text)
    assert compared > 20


def test_what_is_not_plain_has_places_as_well() -> None:
    places = place_map("a: &x {b: 1}\nc: *x\n", 0, 0)
    assert isinstance(places, EventPlaces)
    assert places.span(FieldPath.of("c", "b")).start == (0, 10)
