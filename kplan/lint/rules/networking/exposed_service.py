"""A Service opens a port on every node.

A NodePort or LoadBalancer Service is reachable from wherever the nodes are, bypassing every Ingress.

Fix: use ClusterIP behind an Ingress or Gateway; if it must be public, set ``loadBalancerSourceRanges``.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.rule import STRICT, Finding, Option, Rule, Subject, Takes

TYPES: Final = Option(
    "NET004.types", Takes.TEXTS, ("NodePort", "LoadBalancer"), "Types of Services that are exposed."
)


def check(subject: Subject) -> Iterator[Finding]:
    """Report NodePort Services, and LoadBalancer Services open to every address."""
    kind = subject.spec.get("type")
    bounded = kind == "LoadBalancer" and subject.spec.get("loadBalancerSourceRanges")
    if kind in subject.option(TYPES) and not bounded:
        yield Finding(
            FieldPath.of("spec", "type"), f"a {kind} Service is open to every address that reaches the nodes"
        )


RULE = Rule(
    code="NET004",
    name="exposed-service",
    severity=Severity.INFO,
    kinds=frozenset({"Service"}),
    check=check,
    options=(TYPES,),
    preset=STRICT,
    aliases=(
        "kube-linter:exposed-services",
        "kube-score:service-type",
        "datree:SERVICE_INCORRECT_TYPE_VALUE_NODEPORT",
    ),
    good=(
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ClusterIP, ports: [{port: 80}]}
""",
    ),
    bad=(
        """\
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: NodePort, ports: [{port: 80}]}
""",
    ),
    references=(
        "https://kubernetes.io/docs/concepts/services-networking/service/#publishing-services-service-types",
    ),
)
