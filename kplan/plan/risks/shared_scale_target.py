"""Two autoscalers scale the same pods.

The controller finds the pods of one under the selector of the other (AmbiguousSelector), and then neither of the two scales by load; the least and the most replicas of both still hold.

Fix: keep one autoscaler and give it the metrics of both; it follows the one that asks for most pods. Where they have two
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
    for target, names in found.items():
        stored = outcome.final.get(target)
        others = [name for other in sorted(shared.get(target, ())) for name in found[other]]
        if stored is not None and len(names) + len(others) > 1:
            together = listed([*names, *others])
            message = (
                f"is not scaled by load: {len(names) + len(others)} autoscalers find its pods: {together}"
            )
            yield Found(Identity.of(stored), message, extent=len(names) + len(others))


def _shared(targets: Collection[ObjectKey], store: Store) -> Mapping[ObjectKey, set[ObjectKey]]:
    """The targets that have pods in common with others."""
    found = defaultdict[ObjectKey, set[ObjectKey]](set)
    for target in targets:
        selector = selector_of(fields(store.get(target) or {}, "spec").get("selector"))
        for other in Inventory.of(store).selected(target.namespace, selector):
            key = _key(other.object)
            if key != target and key in targets:
                found[target].add(key)
                found[key].add(target)
    return found


def _key(one: Identity) -> ObjectKey:
    return ObjectKey(one.api_version.rpartition("/")[0], one.kind, one.namespace, one.name)


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
