"""What of an object that replaces a stored one is as it is stored: metadata but for annotations, and items of lists.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable, Sequence
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.meta import METADATA, validate_annotations

_ANNOTATIONS = METADATA / "annotations"


def has_stored_metadata(new: Json, old: Json) -> bool:
    """Whether metadata is as it is stored but for annotations that the chain would accept; nothing marks it for deletion."""
    if new is old:
        return True
    if "deletionTimestamp" in old or len(new) - ("annotations" in new) != len(old) - ("annotations" in old):
        return False
    for name, item in new.items():
        if name != "annotations" and not (name in old and (item is old[name] or is_same(item, old[name]))):
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
    """A list whose items are either those stored, by identity, or read one by one; None where one cannot be read."""
    if new.__class__ is not list:
        return None
    made, size = list(new), len(old)
    known: set[int] | None = None
    for place, item in enumerate(new):
        if place < size and item is old[place]:
            continue
        if known is None:
            known = set(map(id, old))
        if id(item) not in known:
            found = read(item)
            if found is None:
                return None
            made[place] = found
    return made
