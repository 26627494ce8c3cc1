"""A Deployment behind a Service runs one pod.

Every restart, eviction and node drain is an outage.

Fix: set ``replicas`` to 2 or more, or let a HorizontalPodAutoscaler with ``minReplicas: 2`` do it.
"""

from collections.abc import Iterator
from itertools import islice

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.metricsservices import is_for_metrics
from kplan.lint.nearness import are_near
from kplan.lint.podselection import map_selector
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report served Deployments with one replica that no autoscaler scales;
    whom only metrics are asked for, nobody waits for.
    """
    scaled = (subject.kind, subject.namespace, subject.name) in subject.world.autoscalers
    if subject.spec.get("replicas", 1) != 1 or scaled or subject.is_lent:
        return
    alone = (
        one
        for one in subject.world.selection.serving(subject)
        if not is_for_metrics(one) and _serves_only(one, subject)
    )
    for service in islice(alone, 1):
        path = FieldPath.of("spec", "replicas")
        message = f"Service {service.name!r} has one pod to send requests to"
        yield Finding(path, message, at_key=True, fix=_doubled(subject, path))


def _doubled(subject: Subject, path: FieldPath) -> Fix | None:
    """Run two pods; those with a claim may not share it."""
    claims = any(volume.get("persistentVolumeClaim") for _, volume in subject.volumes())
    return None if claims else unsafe("run two pods", put(path, 2))


def _serves_only(service: Subject, subject: Subject) -> bool:
    """Whether no other workload beside it answers the Service's requests too."""
    selector = map_selector(service.spec.get("selector"))
    chosen = subject.world.selection.selected(subject.namespace, selector) if selector else []
    others = (one for one in chosen if one is not subject and one.name != subject.name)
    return all(one.is_lent or not are_near(one, service) for one in others)


RULE = Rule(
    code="AVL001",
    name="single-replica",
    severity=Severity.INFO,
    kinds=frozenset({"Deployment.apps"}),
    check=check,
    looks_around=True,
    needs=frozenset({"Service"}),
    aliases=(
        "kube-score:deployment-replicas",
        "polaris:deploymentMissingReplicas",
        "kube-linter:minimum-three-replicas",
        "datree:DEPLOYMENT_INCORRECT_REPLICAS_VALUE",
    ),
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
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
""",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: operator}
spec:
  selector: {matchLabels: {app: operator}}
  template:
    metadata: {labels: {app: operator}}
    spec: {containers: [{name: a, image: b}]}
---
apiVersion: v1
kind: Service
metadata: {name: operator}
spec: {selector: {app: operator}, ports: [{name: http-metrics, port: 8080}]}
""",
    ),
    bad=(
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
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{name: http, port: 80}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/",),
    fixes=(Safety.UNSAFE,),
)
