"""The class of an Ingress as an annotation, for which there is a field today."""

from typing import Final

from kplan.api.object import Json
from kplan.api.walk import mapping
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, put, remove, unsafe

_ANNOTATION: Final = "kubernetes.io/ingress.class"
_ONLY_SO: Final = ("gce", "gce-internal")
"""Classes that their controller knows from the annotation alone: GKE's has no IngressClass."""


def correction(message: str, path: FieldPath, value: Json) -> Fix | None:
    """Move it to the field; unlike the annotation it asks for an IngressClass of that name."""
    named = mapping(value, "metadata", "annotations").get(_ANNOTATION)
    if "spec.ingressClassName" not in message or path.step != _ANNOTATION or not isinstance(named, str):
        return None
    if named in _ONLY_SO:
        return None
    field = FieldPath.of("spec", "ingressClassName")
    return (
        unsafe("name the class in spec.ingressClassName", put(field, named), remove(path)) if named else None
    )
