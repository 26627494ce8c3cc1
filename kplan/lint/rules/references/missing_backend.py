"""An Ingress routes to a Service or port that is not defined in the input.

Users get 503 or the controller's default page on exactly that path.

Fix: correct the Service's name, or name one of the ports it has.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.ingresses import BY_ANNOTATION
from kplan.lint.referring import absent
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report backends without a Service, and ports the Service does not have."""
    for reference in subject.references:
        if reference.target.kind != "Service":
            continue
        if reference.port == BY_ANNOTATION:
            continue
        service = subject.world.find(reference.target)
        if service is None:
            yield from absent(subject, reference)
        elif reference.port is not None and not _has_port(service, reference.port):
            yield Finding(reference.path, f"Service {service.name!r} has no port {reference.port!r}")


def _has_port(service: Subject, wanted: str | int) -> bool:
    ports = [port for _, port in items(service.spec, "ports")]
    return not ports or any(wanted in (port.get("name"), port.get("port")) for port in ports)


RULE = Rule(
    code="REF006",
    name="missing-backend",
    severity=Severity.WARNING,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-linter:dangling-ingress",
        "kube-score:ingress-targets-service",
        "kubevious:ingress-service-ref",
    ),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {alb.ingress.kubernetes.io/actions.redirect: '{"type": "redirect"}'}}
spec:
  ingressClassName: alb
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: redirect, port: {name: use-annotation}}}}]}}]
""",
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
""",
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 8080}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/",),
)
