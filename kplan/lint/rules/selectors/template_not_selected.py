"""A workload's selector does not match the labels of its own pods.

The API server refuses the workload.

Fix: give the template every label that the selector requires.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kplan.api.walk import find, mapping
from kplan.diagnostics import Severity
from kplan.fieldpath import ROOT, FieldPath
from kplan.fixes import Fix, Safety, put, unsafe
from kplan.lint.podselection import label_selector, map_selector
from kplan.lint.rule import LONG_RUNNING, MINIMAL, Finding, Rule, Subject


def check(subject: Subject) -> Iterator[Finding]:
    """Report selectors that miss the template's labels."""
    place = subject.workload.selector if subject.workload else "spec.selector"
    path, given = next(find(subject.value, place, ROOT), (ROOT, None)) if place else (ROOT, None)
    plain = subject.kind == "ReplicationController" or not {"matchLabels", "matchExpressions"} & {
        *mapping(given)
    }
    selector = map_selector(given) if plain and given else label_selector(given)
    if subject.kind == "ReplicationController" and not given:
        return
    if given is None or selector is None or not subject.templates:
        return
    if selector.empty:
        yield Finding(path, "the selector is empty", at_key=True)
    elif not selector.matches(subject.pod_labels):
        message = f"the selector {selector} does not match the labels of the pod template"
        labels = subject.templates[0].path / "metadata" / "labels"
        wanted = mapping(given) if plain else mapping(given, "matchLabels")
        fix = _labelled(
            labels, {key: one for key, one in wanted.items() if subject.pod_labels.get(key) != one}
        )
        yield Finding(path, message, at_key=True, related=((subject, labels),), fix=fix)


def _labelled(labels: FieldPath, missing: Mapping[str, Any]) -> Fix | None:
    """Give the template the labels that the selector requires; expressions are left to people."""
    edits = [put(labels.key(key), value) for key, value in missing.items() if isinstance(value, str)]
    return unsafe("give the template the labels of the selector", *edits) if edits else None


RULE = Rule(
    code="LBL001",
    name="template-not-selected",
    severity=Severity.ERROR,
    kinds=LONG_RUNNING | {"PodTemplate"},
    check=check,
    looks_around=True,
    preset=MINIMAL,
    aliases=(
        "kube-linter:mismatching-selector",
        "kube-score:deployment-pod-selector-labels-match-template-metadata-labels",
        "kube-score:statefulset-pod-selector-labels-match-template-metadata-labels",
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
    metadata: {labels: {app: www}}
    spec: {containers: [{name: a, image: b}]}
""",
    ),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#selector",),
    fixes=(Safety.UNSAFE,),
)
