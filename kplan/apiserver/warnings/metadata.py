"""What warnings about objects share: their annotations, and whether their specification changed.

Upstream: pkg/registry/*/*/strategy.go (WarningsOnCreate, WarningsOnUpdate)
"""

from kplan.api.object import Json
from kplan.fieldpath import FieldPath, Key


def annotation(name: str) -> FieldPath:
    """The place of an annotation."""
    return FieldPath.of("metadata", "annotations", Key(name))


def annotations_of(obj: Json) -> dict[str, str]:
    """The annotations of an object, none included."""
    found: dict[str, str] = obj["metadata"].get("annotations") or {}
    return found


def changed(new: Json, old: Json | None) -> bool:
    """Whether the object is new, or its specification is."""
    return old is None or new["metadata"].get("generation") != old["metadata"].get("generation")
