"""An Ingress routes to a Service or port that is not defined in the input.

Users get 503 or the controller's default page on exactly that path.

Fix: correct the Service's name, or name one of the ports it has.
"""

from collections.abc import Iterator

from kplan.api.references import Reference
from kplan.diagnostics import Severity
from kplan.lint.ingresses import BY_ANNOTATION, actions_of, may_read_actions, routed_by_a_rollout
from kplan.lint.referring import absent, without_port
from kplan.lint.rule import Finding, Rule, Subject
from kplan.naming import nearest


def check(subject: Subject) -> Iterator[Finding]:
    """Report backends without a Service, and ports the Service does not have."""
    for reference in subject.references:
        if reference.target.kind != "Service":
            continue
        if reference.port == BY_ANNOTATION and may_read_actions(subject):
            yield from _without_action(subject, reference)
            continue
        yield from absent(subject, reference)
        yield from without_port(subject, reference, reference.port)


def _without_action(subject: Subject, reference: Reference) -> Iterator[Finding]:
    """A finding if no annotation says what AWS's controller is to do;
    one with none at all may get it from a program.
    """
    name, actions = reference.target.name, actions_of(subject)
    if name not in actions and not routed_by_a_rollout(subject):
        meant = nearest(name, actions)
        yield Finding(
            reference.path,
            f"no annotation alb.ingress.kubernetes.io/actions.{name} says what the backend does",
            f"did you mean {meant!r}?" if meant else "",
            unknown="" if actions else "a program may write the annotation",
        )


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
metadata: {name: web, annotations: {alb.ingress.kubernetes.io/actions.redirect: '{"type": "redirect"}'}}
spec:
  ingressClassName: alb
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: redirct, port: {name: use-annotation}}}}]}}]
""",
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
