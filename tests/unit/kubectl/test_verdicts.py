"""How the server's check is shared between processes: what an object weighs."""

from typing import Any

from kplan.api.object import Object
from kplan.kubectl.verdicts import weight
from kplan.manifest.document import Document
from kplan.manifest.source import Source


def _object(kind: str, characters: int) -> Object:
    value: Any = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a"}}
    text = "a" * characters
    return Object(value, Document(Source("a.yaml", text), 0, value, text))


def test_an_object_of_a_long_list_weighs_what_one_by_itself_does() -> None:
    assert weight(_object("Pod", 1_000_000), custom=False) == weight(_object("Pod", 300), custom=False)


def test_definitions_and_what_they_define_weigh_more_the_longer_they_are() -> None:
    pod = weight(_object("Pod", 300), custom=False)
    for kind in ("CustomResourceDefinition", "Widget"):
        short, long = (weight(_object(kind, size), custom=True) for size in (300, 300_000))
        assert pod < short < long
