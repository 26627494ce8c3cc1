"""Which objects are applied together, as far as their places tell:
a run may hold many folders that have nothing to do with each other.
"""

from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import TypeVar

from kplan.lint.subject import SingleObject

One = TypeVar("One", bound=SingleObject)


def are_near(one: SingleObject, other: SingleObject) -> bool:
    """Whether two objects stand so close that they are applied together:
    in one file, folder or build, or in folders side by side.
    """
    first, second = one.object.origin, other.object.origin
    if first is None or second is None:
        return True
    if first.built_by and second.built_by:
        return first.built_by == second.built_by
    if first.folder == second.folder:
        return True
    folders = [document.folder.split("/") if document.folder else [] for document in (first, second)]
    common = 0
    for steps in zip(*folders, strict=False):
        if steps[0] != steps[1]:
            break
        common += 1
    return all(len(folder) - common <= 1 for folder in folders)


def nearest(subject: SingleObject, others: Iterable[One]) -> list[One]:
    """Those that are applied together with an object; of several documents of one object, the one nearest to it."""
    found: dict[tuple[str, str], One] = {}
    for other in others:
        key = (other.kind, other.name)
        if are_near(subject, other) and (
            key not in found or distance(subject, other) < distance(subject, found[key])
        ):
            found[key] = other
    return list(found.values())


def closest(subject: SingleObject, others: Sequence[One]) -> Sequence[One]:
    """The objects of one name that an object most likely refers to:
    the closest by location, several if that is not decisive.
    """
    if len(others) < 2:
        return others
    places = [(distance(subject, one), -_common(subject, one)) for one in others]
    least = min(places)
    return [one for one, place in zip(others, places, strict=True) if place == least]


def _common(one: SingleObject, other: SingleObject) -> int:
    """How many folders two objects have in common."""
    first, second = one.object.origin, other.object.origin
    if first is None or second is None:
        return 0
    steps = zip(first.folder.split("/"), second.folder.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], steps))


def distance(one: SingleObject, other: SingleObject) -> int:
    """0 if both are in one file, 1 if in one folder, else 2."""
    first, second = one.object.origin, other.object.origin
    if first is None or second is None:
        return 2
    if first.source.name == second.source.name:
        return 0
    return 1 if first.folder == second.folder else 2
