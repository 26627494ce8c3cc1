"""A rollout stops before all pods are updated and ready.

Old and new pods serve side by side, with less capacity than wanted, until somebody steps in. ``kubectl rollout
status`` would not return.

Fix: find out what the new pods need: an image that can be pulled, a probe that succeeds, a node with room, a quota that
allows them; then apply again, or ``kubectl rollout undo``. A StatefulSet with ``podManagementPolicy: OrderedReady``
waits for its broken pod even then: delete that pod as well.
"""

from collections.abc import Iterator, Sequence

from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.plan.effects.rollouts import how_far
from kplan.plan.named_causes import REFUSED, UNSCHEDULED, causes_in, taken_name
from kplan.plan.obstacle import Obstacle, obstacle
from kplan.plan.owned import pods_of
from kplan.plan.progress import WORKLOADS, Progress, is_paused, progress_of
from kplan.plan.risk import (
    Example,
    Found,
    Identity,
    Near,
    Outcome,
    PlannedChange,
    Risk,
    Severity,
    looked_at,
)
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at every workload that no other controls; one that nothing stops when time is up is slow, and no more."""
    del changes
    for value in (value for group, kind in WORKLOADS for value in looked_at(outcome, group, kind)):
        progress = progress_of(value) if controller_of(value) is None else None
        if progress is None or progress.done:
            continue
        if is_paused(value) and not pods_of(value, outcome.final):
            yield _never_begun(value)
            continue
        stopped = obstacle(value, outcome.final)
        if stopped.why or outcome.converged:
            yield _found(value, progress, stopped, outcome.final)


def _found(value: Json, progress: Progress, stopped: Obstacle, store: Store) -> Found:
    result = f"has {how_far(value, progress, store)}"
    message = f"{result}, stopped: {stopped.why}" if stopped.why else result
    stage = (REFUSED,) if stopped.refused else (UNSCHEDULED,) if stopped.unscheduled else ()
    named = (taken_name("Pod", stopped.taken),) if stopped.taken else ()
    causes = (*stage, *named, *causes_in(stopped.why))
    one, reasons = Identity.of(value), stopped.reasons
    return Found(one, message, extent=progress.missing, causes=causes, result=result, reasons=reasons)


def _never_begun(value: Json) -> Found:
    """A Deployment that is paused and has no pods: somebody wants it so, however many pods it is to have."""
    message = "is paused and has no pods: none is created until spec.paused is false (kubectl rollout resume)"
    return Found(Identity.of(value), message, severity=Severity.INFO, about="paused")


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:%s"}]}
"""

RISK = Risk(
    code="PLN002",
    name="unfinished-rollout",
    severity=Severity.ERROR,
    check=check,
    distance=2,
    near=Near(WORKLOADS, lambda touched: touched.upwards),
    at_risk=Example(
        prior=_DEPLOYMENT % "1",
        applied=_DEPLOYMENT % "2",
        scenario="images: [{image: '*/web:2', fate: pull-fails}]",
    ),
    safe=Example(prior=_DEPLOYMENT % "1", applied=_DEPLOYMENT % "2"),
    references=("https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#failed-deployment",),
)
