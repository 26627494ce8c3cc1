"""No node fits some pods, so they stay pending.

They do not run until a node has room for them, and a rollout that waits for them does not finish.

Fix: ask for less (``resources.requests``), relax what ties the pods to nodes (selector, affinity, tolerations, spread,
volumes), or add nodes. The message is the scheduler's and names what the nodes lack.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kplan.api.object import Json
from kplan.api.pods import node_of, phase
from kplan.plan.effects.pods import why_pending
from kplan.plan.named_causes import UNSCHEDULED, causes_in
from kplan.plan.owned import pods_of, uid_of
from kplan.plan.preemption import preemptors
from kplan.plan.reasons import reasons_of
from kplan.plan.risk import Example, Found, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.plan.workload import workload_of
from kplan.sentences import listed
from kplan.state.store import Store
from kplan.state.texts import PENDING


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Count the pending pods of each workload; the reason is that of its newest template's."""
    del changes
    store = outcome.final
    waiting: defaultdict[Identity, list[Json]] = defaultdict(list)
    for pod in store.mentioning(PENDING, ("", "Pod")):
        if not node_of(pod) and phase(pod) == "Pending":
            waiting[workload_of(pod, store)].append(pod)
    takers = _takers(outcome) if waiting else {}
    for workload, pods in waiting.items():
        newest = _of_newest_template(workload, pods, store)
        said = list(map(why_pending, newest))
        why = next(filter(None, said), "the scheduler has not tried yet")
        what = "stays pending" if workload.kind == "Pod" else _count(len(pods))
        if taken := listed(one.title for one in takers.get(workload, ())):
            what = f"{what}, after pods of a higher priority preempted its own, those of {taken}"
        shared = frozenset.intersection(*(frozenset(causes_in(one)) for one in said))
        causes, message = (UNSCHEDULED, *sorted(shared)), f"{what}: {why}"
        reasons = frozenset().union(*(reasons_of(pod, store) for pod in newest))
        yield Found(workload, message, extent=len(pods), causes=causes, result=what, reasons=reasons)


def _of_newest_template(workload: Identity, pods: Sequence[Json], store: Store) -> Sequence[Json]:
    """Those of some pods of a workload that are of its newest template; all if none is."""
    value = store.get(workload.key)
    newest = {uid_of(one.value) for one in pods_of(value, store) if one.updated} if value else ()
    return [pod for pod in pods if uid_of(pod) in newest] or pods


def _takers(outcome: Outcome) -> Mapping[Identity, Sequence[Identity]]:
    """The workloads for whose pods the scheduler took those of another from their nodes, by that one."""
    found: defaultdict[Identity, list[Identity]] = defaultdict(list)
    for key, taker in preemptors(outcome).items():
        pod = outcome.prior.get(key)
        if pod is not None:
            found[workload_of(pod, outcome.final)].append(taker)
    return found


def _count(pods: int) -> str:
    return f"leaves {pods} pod{'s' if pods > 1 else ''} pending"


_POD = """
apiVersion: v1
kind: Pod
metadata: {name: big}
spec:
  containers: [{name: app, image: registry.example.com/app:1, resources: {requests: {cpu: %s}}}]
"""

RISK = Risk(
    code="PLN001",
    name="pending-pods",
    severity=Severity.ERROR,
    check=check,
    distance=1,
    at_risk=Example(prior="", applied=_POD % "64"),
    safe=Example(prior="", applied=_POD % "1"),
    references=("https://kubernetes.io/docs/concepts/scheduling-eviction/",),
)
