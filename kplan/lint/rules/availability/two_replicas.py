"""A Deployment runs two replicas.

While one is replaced, a single failure stops the service.

Fix: set ``replicas`` to 3 or more.
"""

from collections.abc import Iterator
from typing import Final

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Safety, put, unsafe
from kplan.lint.rule import ON_REQUEST, Finding, Option, Rule, Subject, Takes

LEAST: Final = Option("AVL008.least", Takes.NUMBER, 3, "How many pods a Deployment has to run.")


def check(subject: Subject) -> Iterator[Finding]:
    """Report Deployments with two replicas, or other numbers below the least, that no autoscaler scales."""
    scaled = (subject.kind, subject.namespace, subject.name) in subject.world.autoscalers
    replicas, least = subject.spec.get("replicas"), subject.option(LEAST)
    if isinstance(replicas, int) and 1 < replicas < least and not scaled and not subject.is_lent:
        kind = subject.object.gvk.kind
        message = (
            f"the {kind} runs two pods: one failure during an update stops it"
            if (replicas, least) == (2, 3)
            else f"the {kind} runs {replicas} pods, fewer than {least}"
        )
        path = FieldPath.of("spec", "replicas")
        yield Finding(path, message, fix=unsafe(f"run {least} pods", put(path, least)))


RULE = Rule(
    code="AVL008",
    name="two-replicas",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    options=(LEAST,),
    looks_around=True,
    preset=ON_REQUEST,
    aliases=("kube-linter:minimum-three-replicas",),
    good=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",),
    fixes=(Safety.UNSAFE,),
)
