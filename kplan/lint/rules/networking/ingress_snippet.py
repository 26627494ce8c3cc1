"""An Ingress writes into the configuration of nginx.

A snippet can read the controller's token, and with it every Secret of the cluster (CVE-2021-25742);
controllers refuse it by default.

Fix: use the annotation that the controller has for the purpose.
"""

from collections.abc import Iterator
from typing import Final

from kplan.api.walk import mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject

_PREFIXES: Final = ("nginx.ingress.kubernetes.io/", "nginx.org/")


def check(subject: Subject) -> Iterator[Finding]:
    """Report annotations of both nginx controllers that are put into its configuration as they are."""
    for key in mapping(subject.value, "metadata", "annotations"):
        if isinstance(key, str) and key.startswith(_PREFIXES) and key.endswith(("-snippet", "-snippets")):
            path = FieldPath.of("metadata", "annotations").key(key)
            yield Finding(path, f"{key} writes into the configuration of nginx", at_key=True)


RULE = Rule(
    code="NET007",
    name="ingress-snippet",
    severity=Severity.WARNING,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    aliases=(
        "checkov:CKV_K8S_152",
        "checkov:CKV_K8S_153",
        "checkov:CKV_K8S_154",
        "datree:INGRESS_CVE2021_25742_INCORRECT_SERVER_SNIPPET_KEY",
    ),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/ssl-redirect: 'true'}}
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
metadata: {name: web, annotations: {nginx.ingress.kubernetes.io/server-snippet: 'return 200;'}}
spec:
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    references=("https://github.com/kubernetes/ingress-nginx/issues/7837",),
)
