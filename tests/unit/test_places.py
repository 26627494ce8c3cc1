"""What stands near an object is found among many as it is told of two."""

from itertools import product

import pytest

from kplan.api.object import Object
from kplan.lint.nearness import are_near
from kplan.lint.places import Places
from kplan.lint.subject import SingleObject
from kplan.manifest.document import Document
from kplan.manifest.loader import load_text

_FOLDERS = ("", "a", "b", "a/b", "a/c", "b/b", "a/b/c", "a/b/d", "a/c/c")


class _Built(Document):
    """A document that something built in its folder."""

    __slots__ = ()

    @property
    def built_by(self) -> str:
        return self.folder


def _one(folder: str, kind: str) -> SingleObject:
    (read,) = load_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n", f"{folder}/x.yaml".lstrip("/")
    ).documents
    made = _Built if kind == "built" else Document
    origin = made(read.source, read.index, read.value, read.text, read.line, read.column)
    return SingleObject(Object(read.value, None if kind == "nowhere" else origin), {}, "default")


_ALL = [_one(folder, kind) for folder, kind in product(_FOLDERS, ("read", "built", "nowhere"))]


@pytest.mark.parametrize("one", _ALL)
def test_the_same_are_near(one: SingleObject) -> None:
    assert Places(_ALL).near(one) == [other for other in _ALL if are_near(one, other)]
    for other in _ALL:
        assert Places([other]).has_near(one) == are_near(one, other)
