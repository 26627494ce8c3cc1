"""Where many objects stand, so that those that are applied together with one of them are found without looking at all.

``nearness.are_near`` says of two objects what :class:`Places` finds among any number.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from kplan.lint.subject import SingleObject
from kplan.manifest.document import Document

One = TypeVar("One", bound=SingleObject)
_Steps = tuple[str, ...]


class Places(Generic[One]):
    """Objects by the builds and folders they are in."""

    def __init__(self, objects: Iterable[One]) -> None:
        self._objects = list(objects)
        self._nowhere = list[int]()
        self._of_build: dict[str, list[int]] = defaultdict(list)
        self._inside: dict[tuple[bool, _Steps], list[int]] = defaultdict(list)
        """By whether something built them, and folder."""
        self._below: dict[tuple[bool, _Steps], list[int]] = defaultdict(list)
        """The same by the folder around theirs."""
        for number, one in enumerate(self._objects):
            self._add(number, one.object.origin)

    def _add(self, number: int, origin: Document | None) -> None:
        if origin is None:
            self._nowhere.append(number)
            return
        steps, built = _steps(origin), bool(origin.built_by)
        self._inside[built, steps].append(number)
        if steps:
            self._below[built, steps[:-1]].append(number)
        if built:
            self._of_build[origin.built_by].append(number)

    def near(self, one: SingleObject) -> list[One]:
        """Those that stand so close to an object that they are applied together, in their order."""
        if one.object.origin is None:
            return self._objects
        found = {number for numbers in self._around(one.object.origin) for number in numbers}
        return [self._objects[number] for number in sorted(found)]

    def has_near(self, one: SingleObject) -> bool:
        """Whether one of them stands so close to an object."""
        origin = one.object.origin
        return bool(self._objects) if origin is None else any(self._around(origin))

    def _around(self, origin: Document) -> Iterator[list[int]]:
        """Those without a place, those of the same build, and by folder those in it, around it, in it further below,
        and beside it.
        """
        yield self._nowhere
        if origin.built_by:
            yield self._of_build.get(origin.built_by, [])
        steps = _steps(origin)
        for built in (False,) if origin.built_by else (False, True):
            for folder in dict.fromkeys((steps, steps[:-1])):
                yield self._inside.get((built, folder), [])
                yield self._below.get((built, folder), [])


def _steps(origin: Document) -> _Steps:
    return tuple(origin.folder.split("/")) if origin.folder else ()
