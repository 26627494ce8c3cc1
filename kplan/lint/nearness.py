"""Which objects are applied together, as far as their places tell: a run may hold many folders that have nothing to do with each other."""

from collections.abc import Iterable

from kplan.lint.subject import Subject


def are_near(one: Subject, other: Subject) -> bool:
    """Whether two objects stand so close that they are applied together: in one file or folder, or in folders side by side."""
    first, second = one.object.origin, other.object.origin
    if first is None or second is None:
        return True
    folders = [document.source.name.split("/")[:-1] for document in (first, second)]
    common = 0
    for steps in zip(*folders, strict=False):
        if steps[0] != steps[1]:
            break
        common += 1
    return all(len(folder) - common <= 1 for folder in folders)


def nearest(subject: Subject, others: Iterable[Subject]) -> list[Subject]:
    """Those that are applied together with an object; of several documents of one object, the one nearest to it."""
    found: dict[tuple[str, str], Subject] = {}
    for other in others:
        key = (other.kind, other.name)
        if are_near(subject, other) and (key not in found or _shares_file(subject, other)):
            found[key] = other
    return list(found.values())


def _shares_file(one: Subject, other: Subject) -> bool:
    first, second = one.object.origin, other.object.origin
    return bool(first and second and first.source.name == second.source.name)
