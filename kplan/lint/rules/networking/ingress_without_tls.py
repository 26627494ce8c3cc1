"""An Ingress serves a host without TLS.

Passwords and cookies cross the network unencrypted.

Fix: add the host to ``spec.tls`` with the Secret of its certificate.
"""

from collections.abc import Iterator

from kplan.api.walk import items, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.ingresses import serves_tls
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report hosts that no entry of spec.tls covers, and no annotation by which a controller takes a certificate."""
    entries = [entry.get("hosts") for _, entry in items(subject.spec, "tls")]
    covered = {
        host for hosts in entries if isinstance(hosts, list) for host in hosts if isinstance(host, str)
    }
    if any(not hosts for hosts in entries) or serves_tls(subject):
        return
    for index, rule in items(subject.spec, "rules"):
        host = text(rule, "host")
        if host and host not in covered and "*" + host[host.find(".") :] not in covered:
            yield Finding(
                FieldPath.of("spec", "rules", index, "host"), f"the host {host!r} is served without TLS"
            )


RULE = Rule(
    code="NET003",
    name="ingress-without-tls",
    severity=Severity.INFO,
    kinds=frozenset({"Ingress.networking.k8s.io"}),
    check=check,
    aliases=("polaris:tlsSettingsMissing",),
    good=(
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web}
spec:
  tls: [{hosts: ['*.example.com'], secretName: tls}]
  rules: [{host: a.example.com}]
""",
        """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {networking.gke.io/managed-certificates: web}}
spec:
  ingressClassName: gce
  rules: [{host: a.example.com}]
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
    ),
    references=("https://kubernetes.io/docs/concepts/services-networking/ingress/#tls",),
)
