"""The class of an Ingress as an annotation, for which there is a field today."""

from typing import Final

from kplan.api.object import Json
from kplan.api.walk import mapping
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, remove, unsafe

_ANNOTATION: Final = "kubernetes.io/ingress.class"


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Move it to the field; unlike the annotation it asks for an IngressClass of that name."""
    named = mapping(value, "metadata", "annotations").get(_ANNOTATION)
    if "spec.ingressClassName" not in message or path.step != _ANNOTATION or not isinstance(named, str):
        return None
    field = FieldPath.of("spec", "ingressClassName")
    return (
        unsafe("name the class in spec.ingressClassName", put(field, named), remove(path)) if named else None
    )
