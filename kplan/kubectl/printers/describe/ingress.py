"""Ingresses and IngressClasses.

Upstream: staging/src/k8s.io/kubectl/pkg/describe/describe.go (IngressDescriber, IngressClassDescriber)
"""

from kplan.api.object import Json
from kplan.kubectl.printers.describe.endpoints import behind, slices_of
from kplan.kubectl.printers.describe.events import events
from kplan.kubectl.printers.describe.metadata import annotations, labelled, labels
from kplan.kubectl.printers.describe.page import Page
from kplan.kubectl.printers.describe.scene import Scene
from kplan.kubectl.printers.describe.words import NONE, joined


def ingress(value: Json, page: Page, scene: Scene) -> None:
    """An Ingress: its rules, and who is behind them."""
    metadata, spec = value["metadata"], value["spec"]
    namespace = metadata.get("namespace") or ""
    page.field(0, "Name", metadata["name"])
    labels(page, "Labels", metadata.get("labels"))
    page.field(0, "Namespace", namespace)
    balancer = ((value.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    places = {str(one.get("ip") or one.get("hostname") or "") for one in balancer}
    page.field(0, "Address", joined(sorted(places - {""})))
    page.field(0, "Ingress Class", spec.get("ingressClassName", NONE))
    fallback = spec.get("defaultBackend")
    default = "<default>" if fallback is None else _backend(fallback, namespace, scene)
    page.field(0, "Default backend", default)
    if spec.get("tls"):
        page.row(0, "TLS:")
    for tls in spec.get("tls") or ():
        hosts = joined(tls.get("hosts"))
        secret = tls.get("secretName")
        page.row(1, f"{secret} terminates {hosts}" if secret else f"SNI routes {hosts}")
    _rules(page, spec, namespace, default, scene)
    annotations(page, "Annotations", metadata.get("annotations"))
    events(page, value, scene)


def _rules(page: Page, spec: Json, namespace: str, default: str, scene: Scene) -> None:
    page.write(0, "Rules:\n  Host\tPath\tBackends\n")
    page.row(1, "----", "----", "--------")
    found = [rule for rule in spec.get("rules") or () if rule.get("http") is not None]
    for rule in found:
        page.row(1, rule.get("host") or "*", "")
        for path in rule["http"].get("paths") or ():
            backend = _backend(path.get("backend") or {}, namespace, scene)
            page.row(2, "", f"{path.get('path') or ''} ", backend)
    if not found:
        page.row(1, "*", "*", default)


def _backend(backend: Json, namespace: str, scene: Scene) -> str:
    service, resource = backend.get("service"), backend.get("resource")
    if service is not None:
        return _service(service, namespace, scene)
    if resource is not None:
        group = resource.get("apiGroup", NONE)
        return f"APIGroup: {group}, Kind: {resource.get('kind') or ''}, Name: {resource.get('name') or ''}"
    return ""


def _service(backend: Json, namespace: str, scene: Scene) -> str:
    name, wanted = str(backend.get("name") or ""), backend.get("port") or {}
    number, title = wanted.get("number") or 0, wanted.get("name") or ""
    text = f"{name}:{number or title}"
    found = scene.get("", "Service", namespace, name)
    if found is None:
        return f'{text} (<error: services "{name}" not found>)'
    port = ""
    for candidate in found["spec"].get("ports") or ():
        called = str(candidate.get("name") or "")
        if (number and number == candidate.get("port")) or (title and title == called):
            port = called
    return f"{text} ({behind(slices_of(scene, namespace, name), port)})"


def ingress_class(value: Json, page: Page, scene: Scene) -> None:
    """An IngressClass: its controller and that one's parameters."""
    spec = value.get("spec") or {}
    page.field(0, "Name", value["metadata"]["name"])
    labelled(page, value)
    page.field(0, "Controller", spec.get("controller") or "")
    parameters = spec.get("parameters")
    if parameters is not None:
        page.row(0, "Parameters:")
        if parameters.get("apiGroup") is not None:
            page.field(1, "APIGroup", parameters["apiGroup"])
        page.field(1, "Kind", parameters.get("kind") or "")
        page.field(1, "Name", parameters.get("name") or "")
    events(page, value, scene)
