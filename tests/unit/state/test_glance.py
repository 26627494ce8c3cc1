"""What a text says of an object without being read."""

import json

import pytest

from kplan.state.glance import Unread
from kplan.state.texts import owners_in

OWNER = {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web", "uid": "1", "controller": True}


def text(metadata: object, **more: object) -> str:
    return json.dumps(
        {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, **more}, separators=(",", ":")
    )


@pytest.mark.parametrize(
    ("given", "owners"),
    [
        (text({"name": "a", "ownerReferences": [OWNER]}, spec={}), [OWNER]),
        (text({"name": "a", "ownerReferences": [OWNER]}), [OWNER]),
        (text({"name": "a", "ownerReferences": []}, spec={}), []),
        (text({"name": "a"}, spec={"template": {"metadata": {"ownerReferences": [OWNER]}}}), []),
        (text({"name": "a", "annotations": {"x": json.dumps({"ownerReferences": [OWNER]})}}, spec={}), []),
    ],
    ids=["owned", "no spec", "none", "in the spec", "in an annotation"],
)
def test_owners(given: str, owners: list[object]) -> None:
    assert list(owners_in(given)) == owners
    assert list(Unread(given).owners()) == owners


def test_what_follows_some_words() -> None:
    unread = Unread('{"a":"v1\\"x","b":{"a":"v2"}}')
    assert list(unread.following('"a":"')) == ["v1", "v2"]
    unread.read()
    assert list(unread.following('"a":"')) == ["v1", "v2"]
    assert [unread.mentions(word) for word in ('"v2"', '"v3"')] == [True, False]
