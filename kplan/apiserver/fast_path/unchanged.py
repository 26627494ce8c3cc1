"""What a replaced object has in common with the stored one: metadata except annotations, and items of lists.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable, Sequence
from itertools import compress
from operator import is_not
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.meta import METADATA, validate_annotations

_ANNOTATIONS = METADATA / "annotations"


def differing(new: Json, old: Json) -> Sequence[str]:
    """The fields that are not the stored ones, by identity; a null is as good as none."""
    return [
        *compress(new, map(is_not, new.values(), map(old.get, new)))
    ]  # at C's speed: the most frequent question


def has_stored_metadata(new: Json, old: Json) -> bool:
    """Whether metadata is as it is stored but for annotations that the chain would accept;
    nothing marks it for deletion.
    """
    if new is old:
        return True
    if "deletionTimestamp" in old or len(new) - ("annotations" in new) != len(old) - ("annotations" in old):
        return False
    for name in differing(new, old):
        if name != "annotations" and not is_same(new[name], old.get(name)):
            return False
    return "annotations" not in new or _is_accepted(new["annotations"], old.get("annotations"))


def _is_accepted(new: Any, old: Json | None) -> bool:
    if new is old:
        return True
    if new.__class__ is not dict or not new:
        return False
    for text in new.values():
        if text.__class__ is not str:
            return False
    return not validate_annotations(new, _ANNOTATIONS)


def is_same(new: Any, old: Any) -> bool:
    """Whether a value is the stored one; what is equal but of another type (1 and true) is not."""
    return new is old or (new.__class__ is old.__class__ and bool(new == old))


def kept_or_read(new: Any, old: Sequence[Json], read: Callable[[Json], Json | None]) -> list[Json] | None:
    """A list whose items are either those stored, by identity, or read one by one; None if one cannot be read."""
    if new.__class__ is not list:
        return None
    moved = [*compress(range(len(new)), map(is_not, new, old)), *range(len(old), len(new))]
    known = set(map(id, old)) if moved else ()
    made = list(new)
    for place in moved:
        if id(new[place]) not in known:
            found = read(new[place])
            if found is None:
                return None
            made[place] = found
    return made
