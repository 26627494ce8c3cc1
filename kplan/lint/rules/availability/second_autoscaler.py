"""Two autoscalers scale the same workload.

The controller refuses to choose between them: both stop scaling, with the reason AmbiguousSelector.

Fix: put the metrics of both into one HorizontalPodAutoscaler, and remove the other.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kplan.api.walk import mapping, text
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.lint.nearness import are_near, distance
from kplan.lint.rule import Finding, Rule, Subject
from kplan.lint.world import World

_PATH = FieldPath.of("spec", "scaleTargetRef")


def check(subject: Subject) -> Iterator[Finding]:
    """Report another autoscaler of the same target; in two files they may be variants."""
    target = _target(subject)
    for other in subject.world.remember("autoscalers by target", _by_target).get(target, ()):
        if other.name != subject.name and are_near(subject, other):
            kind, name = target[1:]
            message = f"HorizontalPodAutoscaler {other.name!r} scales {kind} {name!r} as well: both stop"
            unknown = "the two may be variants of each other" if distance(subject, other) else ""
            yield Finding(_PATH, message, at_key=True, related=((other, _PATH),), unknown=unknown)


def _by_target(world: World) -> Mapping[tuple[str, str, str], Sequence[Subject]]:
    found: dict[tuple[str, str, str], list[Subject]] = defaultdict(list)
    for one in world.by_kind.get("HorizontalPodAutoscaler.autoscaling", ()):
        found[_target(one)].append(one)
    return found


def _target(subject: Subject) -> tuple[str, str, str]:
    """The namespace, the kind and the name of what is scaled."""
    target = mapping(subject.spec, "scaleTargetRef")
    return subject.namespace, text(target, "kind"), text(target, "name")


RULE = Rule(
    code="AVL020",
    name="second-autoscaler",
    severity=Severity.WARNING,
    kinds=frozenset({"HorizontalPodAutoscaler.autoscaling"}),
    check=check,
    looks_around=True,
    good=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: api}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: api}}
""",
    ),
    bad=(
        """\
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web-cpu}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web-memory}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
""",
    ),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
