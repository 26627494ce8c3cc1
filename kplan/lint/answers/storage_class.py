"""The class of a volume or claim as an annotation, for which there is a field today."""

from typing import Final

from kplan.api.object import Json
from kplan.api.storageclasses import CLASS_ANNOTATION
from kplan.api.walk import mapping
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, remove, safe

_KINDS: Final = ("PersistentVolume", "PersistentVolumeClaim")


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Move it to the field, over which it won."""
    named = mapping(value, "metadata", "annotations").get(CLASS_ANNOTATION)
    if "storageClassName" not in message or path.step != CLASS_ANNOTATION or value.get("kind") not in _KINDS:
        return None
    if not isinstance(named, str):
        return None
    field = FieldPath.of("spec", "storageClassName")
    return safe("name the class in spec.storageClassName", put(field, named), remove(path))
