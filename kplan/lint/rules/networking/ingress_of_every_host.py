"""An Ingress answers for hosts that it does not name.

Without a host, or with a wildcard, it also gets requests that were meant for others.

Fix: name the hosts.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import STRICT, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report rules without a host or with a wildcard."""
    for index, rule in items(subject.spec, "rules"):
        host = text(rule, "host")
        if not host or host.startswith("*"):
            path = FieldPath.of("spec", "rules", index, "host")
            yield Finding(
                path, f"the rule is for {f'all hosts {host}' if host else 'every host'}", at_key=True
            )


RULE = Rule(
    code="NET008",
    name="ingress-of-every-host",
    severity=Severity.INFO,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    preset=STRICT,
    aliases=("datree:INGRESS_INCORRECT_HOST_VALUE_PERMISSIVE",),
    good=(
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
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{host: '*.example.com', http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/",),
)
