"""The API server refuses pods that a controller has to create.

A quota, a limit or an enforced Pod Security level forbids them, so the workload has fewer pods than it should have;
the workload itself was applied without an error.

Fix: raise the quota, change what the message says is forbidden, or move the workload to another namespace.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.api.owners import owner_key
from kplan.plan.effect import alike
from kplan.plan.effects.refusals import without_generated_name
from kplan.plan.inventory import is_custom
from kplan.plan.named_causes import REFUSED, causes_in
from kplan.plan.owned import is_superseded
from kplan.plan.progress import progress_of
from kplan.plan.reading import fields, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.plan.workloads import MAKERS
from kplan.state.store import Store

_REFUSAL: Final = re.compile(r'\S+ "[^"]*" is forbidden.*', re.DOTALL)
"""What the API server said, if an Event puts words of its controller before it."""


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at what controllers were refused on the way, and at the Events of workloads that still lack pods.

    Of refusals that differ in amounts only the last counts, and of a Deployment those of its newest template: what an
    older ReplicaSet is refused matters to nobody any more.
    """
    found = {(one.object, alike(one.message)): one for one in _found(changes, outcome)}
    messages = defaultdict[Identity, list[str]](list)
    for one in found.values():
        messages[one.object].append(one.message)
    return (one for one in found.values() if not _is_part(one.message, messages[one.object]))


def _is_part(message: str, others: Iterable[str]) -> bool:
    """Whether another message about the object says the same after words of its controller."""
    return any(one != message and alike(one).endswith(alike(message)) for one in others)


def _found(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    for planned in changes:
        makes_pods = planned.change.object.key[:2] in MAKERS or is_custom(planned.change.object.key.group)
        for message in planned.effects.refusals if makes_pods else ():
            if _REFUSAL.search(message):
                yield _of_refusal(planned.change.object, message)
    for event in outcome.final.list("", "Event"):
        if event.get("reason") != "FailedCreate":
            continue
        if refusal := _REFUSAL.search(text(event, "message")):
            yield from _still_refused(event, refusal[0], outcome.final)


def _of_refusal(one: Identity, message: str) -> Found:
    reasons = frozenset({alike(message)})
    return Found(one, message, causes=(REFUSED, *causes_in(message)), reasons=reasons)


def _still_refused(event: Json, refusal: str, store: Store) -> Iterator[Found]:
    namespace = text(event, "involvedObject", "namespace")
    workload = store.get(owner_key(fields(event, "involvedObject"), namespace))
    progress = progress_of(workload) if workload else None
    if workload and progress and progress.missing and not is_superseded(workload, store):
        yield _of_refusal(workload_of(workload, store), without_generated_name(refusal))


_QUOTA = """
apiVersion: v1
kind: ResourceQuota
metadata: {name: pods}
spec: {hard: {pods: "2"}}
"""
_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: %s
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:1"}]}
"""

RISK = Risk(
    code="PLN005",
    name="refused-pods",
    severity=Severity.ERROR,
    check=check,
    distance=1,
    at_risk=Example(prior=_QUOTA, applied=_DEPLOYMENT % 3),
    safe=Example(prior=_QUOTA, applied=_DEPLOYMENT % 2),
    references=("https://kubernetes.io/docs/concepts/policy/resource-quotas/",),
)
