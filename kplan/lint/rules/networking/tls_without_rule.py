"""An Ingress has a certificate for a host that it does not serve.

Usually one of the two is misspelt, and the host that is served has no certificate.

Fix: make the hosts of ``tls`` those of ``rules``.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report hosts of tls that no rule serves."""
    hosts = [text(rule, "host") for _, rule in items(subject.spec, "rules")]
    if not hosts or "" in hosts or subject.spec.get("defaultBackend"):
        return
    served = frozenset(hosts)
    patterns = frozenset(one.removeprefix("*") for one in hosts if one.startswith("*."))
    domains = frozenset(f".{one.partition('.')[2]}" for one in hosts)
    for index, entry in items(subject.spec, "tls"):
        named = entry.get("hosts")
        for number, host in enumerate(named if isinstance(named, list) else ()):
            if isinstance(host, str) and not (
                host in served or f".{host.partition('.')[2]}" in patterns or _wild(host) in domains
            ):
                path = FieldPath.of("spec", "tls", index, "hosts", number)
                yield Finding(path, f"no rule serves the host {host!r}")


def _wild(host: str) -> str | None:
    """What follows of the hosts that a wildcard stands for; None for other hosts."""
    return host.removeprefix("*") if host.startswith("*.") else None


RULE = Rule(
    code="NET009",
    name="tls-without-rule",
    severity=Severity.INFO,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    aliases=("kubevious:ingress-tls-rule-domain-match",),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{hosts: ['*.example.com'], secretName: tls}]
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
  tls: [{hosts: [b.example.com], secretName: tls}]
  rules: [{host: a.example.com, http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",),
)
