"""An Ingress routes to a Service or port that is not defined in the input.

Users get 503 or the controller's default page on exactly that path.

Fix: correct the Service's name, or name one of the ports it has.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.lint.ingresses import BY_ANNOTATION
from kplan.lint.referring import absent, without_port
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report backends without a Service, and ports the Service does not have."""
    for reference in subject.references:
        if reference.target.kind != "Service":
            continue
        if reference.port == BY_ANNOTATION:
            continue
        yield from absent(subject, reference)
        yield from without_port(subject, reference, reference.port)


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
