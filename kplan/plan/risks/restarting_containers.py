"""Containers of ready pods end, and are started anew.

The rollout counts as done, for the pods were ready long enough; later each of them is gone for a while, and what it
was doing is lost. A container that runs for more than ten minutes is started again at once, so that nothing shows
but its number of restarts.

Fix: see why the container ends: ``kubectl logs --previous`` shows the end of its last run. What is to run once or now
and then belongs in a Job or a CronJob.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.api import conditions
from kplan.api.object import Json
from kplan.plan.endings import how_it_ends
from kplan.plan.owned import uid_of
from kplan.plan.progress import progress_of
from kplan.plan.reading import fields, items, number, text
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.sentences import counted
from kplan.simulation.clock import SECOND, parse_instant
from kplan.state.store import Store


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look at the pods that are ready in the end; of those that are not, their rollout or the pod itself is told of."""
    del changes
    found = defaultdict[Identity, list[tuple[Json, Json]]](list)
    for key in dict.fromkeys(entry.object for entry in outcome.timeline.writes_of("", "Pod")):
        pod = outcome.final.get(key)
        status = _restarted(outcome.prior.get(key) or {}, pod) if pod is not None else None
        if pod is not None and status is not None and conditions.is_true(pod, "Ready"):
            found[workload_of(pod, outcome.final)].append((pod, status))
    for workload, restarted in found.items():
        progress = progress_of(outcome.final.get(workload.key) or {})
        if progress is None or progress.ready >= progress.desired:
            yield Found(workload, _message(workload, restarted, outcome.final), extent=len(restarted))


def _restarted(before: Json, pod: Json) -> Json | None:
    """The status of the first container that was started anew for the first time, and not for another image."""
    known = {one["name"]: one for one in _statuses(before)} if uid_of(before) == uid_of(pod) else {}
    for status in _statuses(pod):
        earlier = known.get(status["name"], {"image": status.get("image")})
        changed = earlier.get("image") != status.get("image")
        if not number(earlier, "restartCount") and number(status, "restartCount") > changed:
            return status
    return None


def _statuses(pod: Json) -> Sequence[Json]:
    """Those of all containers; of a ready pod, only sidecars among the init containers can have been restarted."""
    return (*items(pod, "status", "initContainerStatuses"), *items(pod, "status", "containerStatuses"))


def _message(workload: Identity, restarted: Sequence[tuple[Json, Json]], store: Store) -> str:
    pod, status = restarted[0]
    where = "" if workload.kind == "Pod" else f" in {counted(len(restarted), 'pod')}"
    last = fields(status, "lastState", "terminated")
    began, ended = text(last, "startedAt"), text(last, "finishedAt")
    took = (parse_instant(ended) - parse_instant(began)) // SECOND if began and ended else 0
    how = how_it_ends(pod, status, store)
    name = status["name"]
    if all(number(one, "restartCount") == 1 for _, one in restarted):
        return f"is ready, but container {name} ended{where} after {_span(took)} and was started anew: {how}"
    return (
        f"is ready, but starts container {name} again and again{where}, each time after {_span(took)}: {how}"
    )


def _span(seconds: int) -> str:
    """``11m40s``, ``15m``, ``50s``."""
    minutes, rest = divmod(seconds, 60)
    return (f"{minutes}m" if minutes else "") + (f"{rest}s" if rest or not minutes else "")


_DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: "registry.example.com/web:2"}]}
"""

RISK = Risk(
    code="PLN041",
    name="restarting-containers",
    severity=Severity.ERROR,
    check=check,
    at_risk=Example(
        prior="", applied=_DEPLOYMENT, scenario="images: [{image: '*/web:2', outcome: fails, run: 900}]"
    ),
    safe=Example(prior="", applied=_DEPLOYMENT),
    of_change=True,
    references=(
        "https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#container-restart-policy",
    ),
)
