"""Two autoscalers scale the same pods.

The controller finds the pods of one under the selector of the other (AmbiguousSelector), and then neither of the two
scales by load; the least and the most replicas of both still hold.

Fix: keep one autoscaler and give it the metrics of both; it follows the one that asks for most pods. If they have two
targets, give each workload a label of its own in its selector.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.plan.inventory import Inventory, selector_of
from kplan.plan.reading import fields, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.scaling import autoscalers, target_of
from kplan.sentences import listed
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Group the autoscalers by what they scale, and look whose pods the selector of each target matches."""
    del changes
    found = defaultdict[ObjectKey, list[str]](list)
    for value in autoscalers(outcome.final):
        found[target_of(value)].append(text(value, "metadata", "name"))
    shared = _shared(found, outcome.final) if len(found) > 1 else {}
    for target in found:
        together = _together(target, shared)
        names = [name for one in together for name in found[one]]
        stored = outcome.final.get(target)
        if stored is not None and len(names) > 1:
            group = " ".join([target.namespace, *sorted(names)])
            message = _message(names, [one for one in together if one != target])
            yield Found(Identity.of(stored), message, extent=len(names), mutual=group)


def _message(names: Sequence[str], others: Sequence[ObjectKey]) -> str:
    """What is wrong with a target, and with those that share its pods."""
    if not others:
        return f"is not scaled by load: {len(names)} autoscalers find its pods: {listed(names)}"
    also = listed([f"{other.kind.lower()}/{other.name}" for other in others])
    return f"is not scaled by load, nor is {also}: {len(names)} autoscalers find pods of each other: {listed(names)}"


def _together(target: ObjectKey, shared: Mapping[ObjectKey, set[ObjectKey]]) -> Sequence[ObjectKey]:
    """A target and all that have pods in common with it, or with one of these."""
    found = {target: None}
    waiting = [target]
    while waiting:
        new = [one for one in sorted(shared.get(waiting.pop(), ())) if one not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def _shared(targets: Collection[ObjectKey], store: Store) -> Mapping[ObjectKey, set[ObjectKey]]:
    """The targets that have pods in common with others."""
    found = defaultdict[ObjectKey, set[ObjectKey]](set)
    for target in targets:
        selector = selector_of(fields(store.get(target) or {}, "spec").get("selector"))
        for other in Inventory.of(store).selected(target.namespace, selector):
            key = other.object.key
            if key != target and key in targets:
                found[target].add(key)
                found[key].add(target)
    return found


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: "registry.example.com/web:1", resources: {requests: {cpu: 100m}}}
---"""
_AUTOSCALER = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: %s}
spec:
  maxReplicas: 5
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 50}}}]
"""

RISK = Risk(
    code="PLN015",
    name="shared-scale-target",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT + _AUTOSCALER % "web", applied=_AUTOSCALER % "web-too"),
    safe=Example(prior=_DEPLOYMENT + _AUTOSCALER % "web", applied=_AUTOSCALER % "web"),
    references=("https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/",),
)
