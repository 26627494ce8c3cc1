"""A topology spread constraint does not count the pods it is on.

It spreads what its ``labelSelector`` selects; if that is not the pod itself, or there is none, its replicas
may all land on one node.

Fix: make ``labelSelector`` select the labels of the pod template.
"""

from collections.abc import Iterator

from kplan.api.walk import items
from kplan.diagnostics import Severity
from kplan.lint.podselection import label_selector
from kplan.lint.rule import POD_OWNERS, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report constraints without a selector, and those whose selector does not select the pod."""
    constraints = (
        (where / "topologySpreadConstraints" / index, constraint)
        for where, pod in subject.pods()
        for index, constraint in items(pod, "topologySpreadConstraints")
    )
    for path, constraint in constraints:
        given = constraint.get("labelSelector")
        selector = label_selector(given)
        if given is None:
            yield Finding(path, "the constraint has no labelSelector, so it counts no pods")
        elif selector is not None and not subject.selected_by(selector):
            yield Finding(
                path / "labelSelector", "the constraint does not count the pods it is on", at_key=True
            )


RULE = Rule(
    code="AVL012",
    name="spread-without-effect",
    severity=Severity.WARNING,
    kinds=POD_OWNERS,
    check=check,
    aliases=("kube-score:pod-topology-spread-constraints",),
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
    spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: web}}}], containers: [{name: a, image: b}]}
""",
    ),
    bad=(
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway, labelSelector: {matchLabels: {app: www}}}], containers: [{name: a, image: b}]}
""",
        """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname, whenUnsatisfiable: ScheduleAnyway}], containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/",),
)
