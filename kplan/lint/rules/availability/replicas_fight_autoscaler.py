"""A manifest sets ``replicas`` on a workload that an autoscaler scales.

Every apply resets the number of pods, even under the load that raised it.

Fix: remove ``spec.replicas`` from the manifest.
"""

from collections.abc import Iterator

from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near
from kplan.lint.rule import Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report targets of autoscalers that set their own replicas."""
    for reference in subject.references:
        target = next(iter(subject.world.meant_by(subject, reference.target)), None)
        if target is not None and "replicas" in target.spec and not target.is_live:
            message = (
                f"{target.object.gvk.kind} {target.name!r} sets replicas itself, which every apply resets"
            )
            apart = (
                ""
                if _belong_together(subject, target)
                else "it stands apart, and may be another application's"
            )
            place = FieldPath.of("spec", "replicas")
            yield Finding(reference.path, message, related=((target, place),), unknown=apart)


def _belong_together(subject: Subject, target: Subject) -> bool:
    """Whether it is this workload that is scaled: it stands close by, or in a namespace that both name as theirs."""
    named = subject.names_namespace and target.names_namespace and subject.namespace != "default"
    return named or are_near(subject, target)


RULE = Rule(
    code="AVL004",
    name="replicas-fight-autoscaler",
    severity=Severity.WARNING,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    looks_around=True,
    aliases=(
        "kube-score:deployment-targeted-by-hpa-does-not-have-replicas-configured",
        "kubevious:replica-count-check",
    ),
    good=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
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
    ),
    references=(
        "https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/#migrating-deployments-and-statefulsets-to-horizontal-autoscaling",
    ),
)
