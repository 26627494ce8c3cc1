"""What Ingress controllers add to the API: classes, load balancers, conditions of routes,
and backends other than Services.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.walk import mapping, text, texts
from kplan.lint.world import Subject

BY_ANNOTATION: Final = "use-annotation"
"""The port of a backend that the AWS load balancer controller reads from an annotation, named as the backend."""
_CLASS: Final = "kubernetes.io/ingress.class"
_ACTION: Final = "actions."
_ALB: Final = frozenset({"ingress.k8s.aws/alb", "eks.amazonaws.com/alb"})
"""The controllers of AWS, as an IngressClass names them."""
_OWN_BALANCER: Final = frozenset({"alb", "gce", "gce-internal", "qcloud", "tailscale"})
"""Classes whose every Ingress has a load balancer, and so addresses, of its own."""
_OWN_BALANCERS: Final = _ALB | {"tailscale.com/ts-ingress"}
"""Controllers that make a load balancer for every Ingress, whatever their class is called."""
_OTHERS: Final = frozenset(
    {"azure-application-gateway", "cilium", "contour", "gce", "gce-internal", "haproxy", "istio", "kong", "nginx", "openshift-default", "tailscale", "traefik"}
)  # fmt: skip
"""Classes that are those of another controller than AWS's."""
_GROUPS: Final = ("group.name", "group-name", "proxy-group")
"""Annotations that name a load balancer which several Ingresses share."""
_APART: Final = frozenset(
    {"listen-ports", "methods", "override-frontend-port", "router.cookie", "router.entrypoints", "router.header", "use-private-ip"}
)  # fmt: skip
_APART_EACH: Final = ("conditions.", "headers.")
"""Annotations by which routes of one host and path are told apart: other ports, methods, headers, conditions."""
_TLS: Final = frozenset(
    {"appgw-ssl-certificate", "certificate-arn", "managed-certificates", "pre-shared-cert", "termination"}
)
"""Annotations that name a certificate, or where TLS ends, as ``spec.tls`` does."""
_TLS_IF: Final = {
    "listen-ports": "HTTPS",
    "router.entrypoints": "websecure",
    "router.tls": "true",
    "ssl-passthrough": "true",
}
"""Annotations that do so where they hold this text."""


def class_of(ingress: Subject) -> str:
    """The class, from the field or from the annotation that came before it."""
    return text(ingress.spec, "ingressClassName") or text(_annotations(ingress), _CLASS)


def meeting_place(ingress: Subject) -> str:
    """What Ingresses share whose routes meet: the class, the load balancer if each has its own,
    and ports and conditions.
    """
    name, definition = class_of(ingress), _definition(ingress)
    where = [name]
    by_name = name in _OWN_BALANCER or any(key.startswith("alb.") for key in _annotations(ingress))
    if by_name or text(definition and definition.spec, "controller") in _OWN_BALANCERS:
        where.append(_group(ingress, definition) or f"{ingress.namespace}/{ingress.name}")
    apart = (
        f"{key}={value}" for key, value in _named(ingress) if key in _APART or key.startswith(_APART_EACH)
    )
    return " ".join([*where, *sorted(apart)])


def is_canary(ingress: Subject) -> bool:
    """Whether it is meant to share the routes of another one, of which it takes some requests."""
    return ("canary", "true") in _named(ingress)


def serves_tls(ingress: Subject) -> bool:
    """Whether annotations give it a certificate, or say who ends TLS, whatever ``spec.tls`` says."""
    return any(key in _TLS or _TLS_IF.get(key, "\n") in value for key, value in _named(ingress))


def may_read_actions(ingress: Subject) -> bool:
    """Whether its controller may be AWS's, which reads actions from annotations."""
    definition = _definition(ingress)
    if definition is not None:
        return text(definition.spec, "controller") in _ALB
    return class_of(ingress) not in _OTHERS


def actions_of(ingress: Subject) -> frozenset[str]:
    """The names of the actions that annotations describe."""
    return frozenset(key.removeprefix(_ACTION) for key, _ in _named(ingress) if key.startswith(_ACTION))


def routed_by_a_rollout(ingress: Subject) -> bool:
    """Whether a Rollout writes the actions of the Ingress while it shifts traffic."""
    for rollout in ingress.world.by_kind.get("Rollout.argoproj.io", ()):
        routing = mapping(rollout.spec, "strategy", "canary", "trafficRouting", "alb")
        names = [text(routing, "ingress"), *(routing.get("ingresses") or ())]
        if rollout.namespace == ingress.namespace and ingress.name in names:
            return True
    return False


def _group(ingress: Subject, definition: Subject | None) -> str:
    """The load balancer that it shares by an annotation or by the parameters of its class; empty for its own."""
    if named := next((value for key, value in _named(ingress) if key in _GROUPS), ""):
        return named
    named = text(definition and definition.spec, "parameters", "name")
    parameters = named and ingress.world.find(ObjectKey("elbv2.k8s.aws", "IngressClassParams", "", named))
    return text(parameters.spec, "group", "name") if parameters else ""


def _definition(ingress: Subject) -> Subject | None:
    """The IngressClass, if the run holds it."""
    name = class_of(ingress)
    return ingress.world.find(ObjectKey("networking.k8s.io", "IngressClass", "", name)) if name else None


def _named(ingress: Subject) -> Iterator[tuple[str, str]]:
    """Its annotations without the prefix, which controllers let users choose."""
    return ((key.rpartition("/")[2], value) for key, value in _annotations(ingress).items())


def _annotations(ingress: Subject) -> Mapping[str, str]:
    return texts(ingress.value, "metadata", "annotations")
