"""An object is deleted but stays.

It waits for a finalizer to be removed, and nothing in the cluster removes it. A namespace that holds such an
object does not go either.

Fix: let the controller that serves the finalizer run until the object is gone. If that is gone for good, clean up what
it would have cleaned up, then remove the finalizer from ``metadata.finalizers``.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kplan.api.metadata import finalizers_of
from kplan.api.object import Json
from kplan.plan.deletions import is_marked
from kplan.plan.reading import items, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.sentences import counted, listed
from kplan.state.store import Store
from kplan.state.texts import MARKED

_PROTECTIONS: Final = {
    "kubernetes.io/pvc-protection": "no pod uses it any more",
    "kubernetes.io/pv-protection": "no claim is bound to it any more",
}
"""What holds a claim and a volume that are in use."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look for objects that still wait when everything else is at rest."""
    del changes
    waiting = [value for value in outcome.final.mentioning(MARKED) if is_marked(value)]
    going = {value["metadata"]["name"]: value for value in waiting if value["kind"] == "Namespace"}
    held: dict[str, list[Json]] = {name: [] for name in going}
    alone = list[Json]()
    for value in waiting:
        if value["kind"] != "Namespace" and finalizers_of(value):
            held.get(text(value, "metadata", "namespace"), alone).append(value)
    for name, namespace in going.items():
        if held[name] or items(namespace, "spec", "finalizers"):
            yield Found(Identity.of(namespace), _of_namespace(namespace, held[name]), extent=len(held[name]))
    yield from _of_objects(alone, outcome.final)


def _of_objects(waiting: Iterable[Json], store: Store) -> Iterator[Found]:
    """Objects whose deletion waits for themselves; a workload stands for its pods."""
    pods = Counter[tuple[Identity, str]]()
    for value in waiting:
        if value["kind"] == "Pod":
            pods[workload_of(value, store), listed(finalizers_of(value))] += 1
        else:
            yield Found(Identity.of(value), f"stays, marked for deletion, until {_until(value)}")
    for (workload, names), number in pods.items():
        what = "stays" if workload.kind == "Pod" else f"leaves {counted(number, 'deleted pod')}"
        yield Found(workload, f"{what} waiting until somebody removes finalizer {names}", extent=number)


def _until(value: Json) -> str:
    """What it waits for: the cluster's own controllers take their finalizers away by themselves."""
    finalizers = finalizers_of(value)
    others = [one for one in finalizers if one not in _PROTECTIONS]
    ways = [_PROTECTIONS[one] for one in finalizers if one in _PROTECTIONS]
    if others:
        ways.append(f"somebody removes finalizer {listed(others)}")
    return " and ".join(ways)


def _of_namespace(namespace: Json, held: Sequence[Json]) -> str:
    if not held:
        return f"stays, marked for deletion, waiting for {listed(namespace['spec']['finalizers'])}"
    names = listed(f"{value['kind'].lower()}/{value['metadata']['name']}" for value in held)
    named = [name for value in held for name in finalizers_of(value)]
    finalizers = listed([name for name in named if name not in _PROTECTIONS] or named)
    return f"stays, marked for deletion, with {names}, until somebody removes finalizer {finalizers}"


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}%s}
    spec: {containers: [{name: web, image: "registry.example.com/web:%s"}]}
"""
_FINALIZERS = ", finalizers: [example.com/backup]"

RISK = Risk(
    code="PLN023",
    name="hanging-deletion",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(prior=_DEPLOYMENT % (_FINALIZERS, 1), applied=_DEPLOYMENT % (_FINALIZERS, 2)),
    safe=Example(prior=_DEPLOYMENT % ("", 1), applied=_DEPLOYMENT % ("", 2)),
    references=("https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/",),
)
