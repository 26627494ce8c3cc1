"""Ingresses and IngressClasses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (IngressDescriber, IngressClassDescriber)
"""

from kplan.api.core.service import Service
from kplan.api.networking import Ingress, IngressBackend, IngressClass, IngressServiceBackend, IngressSpec
from kplan.api.object import Json
from kplan.kubectl.printers.describe.endpoints import behind, slices_of
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import annotations, labelled, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, joined


def ingress(value: Json, page: Page, scene: Scene) -> None:
    """An Ingress: its rules, and who is behind them."""
    found = Ingress(value)
    metadata, spec, namespace = found.metadata, found.spec, found.metadata.namespace
    page.field(0, "Name", metadata.name)
    labels(page, "Labels", metadata.labels)
    page.field(0, "Namespace", namespace)
    places = {one.ip or one.hostname for one in found.status.load_balancer.ingress}
    page.field(0, "Address", joined(sorted(places - {""})))
    page.field(0, "Ingress Class", NONE if spec.ingress_class_name is None else spec.ingress_class_name)
    fallback = spec.default_backend
    default = "<default>" if fallback is None else _backend(fallback, namespace, scene)
    page.field(0, "Default backend", default)
    if spec.tls:
        page.row(0, "TLS:")
    for tls in spec.tls:
        hosts, secret = joined(tls.hosts), tls.secret_name
        page.row(1, f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}")
    _rules(page, spec, namespace, default, scene)
    annotations(page, "Annotations", metadata.annotations)
    events(page, value, scene)


def _rules(page: Page, spec: IngressSpec, namespace: str, default: str, scene: Scene) -> None:
    page.write(0, "Rules:\n  Host\tPath\tBackends\n")
    page.row(1, "----", "----", "--------")
    found = [(rule.host, rule.http) for rule in spec.rules if rule.http is not None]
    for host, http in found:
        page.row(1, host or "*", "")
        for path in http.paths:
            page.row(2, "", f"{path.path} ", _backend(path.backend, namespace, scene))
    if not found:
        page.row(1, "*", "*", default)


def _backend(backend: IngressBackend, namespace: str, scene: Scene) -> str:
    resource = backend.resource
    if backend.service is not None:
        return _service(backend.service, namespace, scene)
    if resource is not None:
        group = NONE if resource.api_group is None else resource.api_group
        return f"APIGroup: {group}, Kind: {resource.kind}, Name: {resource.name}"
    return ""


def _service(backend: IngressServiceBackend, namespace: str, scene: Scene) -> str:
    name, number, title = backend.name, backend.port.number, backend.port.name
    text = f"{name}:{number or title}"
    found = scene.get("", "Service", namespace, name)
    if found is None:
        return f'{text} (<error: services "{name}" not found>)'
    port = ""
    for candidate in Service(found).spec.ports:
        if (number and number == candidate.port) or (title and title == candidate.name):
            port = candidate.name
    return f"{text} ({behind(slices_of(scene, namespace, name), port)})"


def ingress_class(value: Json, page: Page, scene: Scene) -> None:
    """An IngressClass: its controller and that one's parameters."""
    found = IngressClass(value)
    page.field(0, "Name", found.metadata.name)
    labelled(page, value)
    page.field(0, "Controller", found.spec.controller)
    parameters = found.spec.parameters
    if parameters is not None:
        page.row(0, "Parameters:")
        if parameters.api_group is not None:
            page.field(1, "APIGroup", parameters.api_group)
        page.field(1, "Kind", parameters.kind)
        page.field(1, "Name", parameters.name)
    events(page, value, scene)
