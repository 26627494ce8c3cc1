"""What Ingress controllers add to the API: classes, and backends other than Services."""

from typing import Final

from kplan.api.walk import mapping, text
from kplan.lint.world import Subject

BY_ANNOTATION: Final = "use-annotation"
"""The port of a backend that the AWS load balancer controller reads from an annotation, named as the backend."""
_CLASS: Final = "kubernetes.io/ingress.class"
_GROUP: Final = "alb.ingress.kubernetes.io/group.name"
_CANARY: Final = "nginx.ingress.kubernetes.io/canary"
_OWN_BALANCER: Final = ("alb", "gce", "gce-internal", "azure-application-gateway")
"""Classes whose every Ingress has a load balancer, and so addresses, of its own."""


def class_of(ingress: Subject) -> str:
    """The class, from the field or from the annotation that came before it."""
    return text(ingress.spec, "ingressClassName") or _annotation(ingress, _CLASS)


def balancer_of(ingress: Subject) -> str:
    """What Ingresses share whose routes meet: the class, and the load balancer if each has its own."""
    name = class_of(ingress)
    if name not in _OWN_BALANCER and not any(key.startswith("alb.") for key in _annotations(ingress)):
        return name
    return f"{name}/{_annotation(ingress, _GROUP) or f'{ingress.namespace}/{ingress.name}'}"


def is_canary(ingress: Subject) -> bool:
    """Whether it is meant to share the routes of another one, of which it takes some requests."""
    return _annotation(ingress, _CANARY) == "true"


def _annotation(ingress: Subject, name: str) -> str:
    return text(_annotations(ingress), name)


def _annotations(ingress: Subject) -> "dict[str, object]":
    return dict(mapping(ingress.value, "metadata", "annotations"))
