"""Which connections NetworkPolicies newly allow or block.

- ``no-longer-reached``: the policies of a workload no longer let in clients that could connect to it.
- ``newly-reached``: the policies of a workload let in clients that could not connect to it.
- ``no-longer-connects``: the policies of a workload no longer let it connect to servers that it could connect to.
- ``newly-connects``: the policies of a workload let it connect to servers that it could not connect to.

Workloads that policies cannot tell apart are judged together, and those that lose or gain the
same are told of together.

Upstream: staging/src/k8s.io/api/networking/v1/types.go (NetworkPolicySpec), as network plug-ins implement it
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from kplan.plan.effect import Isolation
from kplan.plan.finder import Change, Consequence, Example, Finder, Identity, Severity, World
from kplan.sentences import listed

if TYPE_CHECKING:
    from kplan.plan.access import Access
    from kplan.plan.access_text import Loss

_FEW: Final = 5
"""The number of workloads with the same loss up to which each is listed."""
_Sort = tuple[str, str, Isolation | None]
"""Name, message and isolation of a loss: workloads that share all three are reported together."""


def find(change: Change, world: World) -> Iterator[Consequence]:
    """What the change, the first of all that may have done it, does to the access of workloads."""
    yield from world.once(_by_cause).get(change.object, ())


def _by_cause(world: World) -> Mapping[Identity, Sequence[Consequence]]:
    if not any(store.has("networking.k8s.io", "NetworkPolicy") for store in (world.prior, world.final)):
        return {}
    from kplan.plan.access import Access  # noqa: PLC0415 - few plans have policies, and reading them needs typed views

    access = Access(world.prior, world.final)
    found: defaultdict[Identity, defaultdict[_Sort, list[Identity]]]
    found = defaultdict(lambda: defaultdict(list))
    for loss in access.losses():
        cause = _cause(loss, world.effective, access, world)
        if cause is not None:
            found[cause.object][loss.name, loss.message, loss.isolation].append(loss.workload)
    return {
        cause: [one for sort, workloads in groups.items() for one in _told(cause, sort, workloads)]
        for cause, groups in found.items()
    }


def _cause(loss: "Loss", causes: Sequence[Change], access: "Access", world: World) -> Change | None:
    """The first changed policy that selects the workload;
    else the workload, its namespace, or what else has changed.
    """
    about = [change for change in causes if change.object.kind == "NetworkPolicy"]
    for change in about:
        versions = (world.before(change), world.after(change))
        if any(value and access.is_about(value, loss) for value in versions):
            return change
    for change in causes:
        if change.object == loss.workload:
            return change
    for change in causes:
        if change.object.kind == "Namespace":
            return change
    return next(iter(causes), None)


def _told(cause: Identity, sort: _Sort, workloads: Sequence[Identity]) -> Iterator[Consequence]:
    name, message, isolation = sort
    severity = Severity.WARNING if name.startswith("no-longer") else Severity.INFO
    if len(workloads) <= _FEW:
        yield from (Consequence(name, one, message, severity, isolation) for one in workloads)
        return
    names = listed(one.title for one in workloads)
    together = f"means for {len(workloads)} workloads ({names}) that each {message}"
    yield Consequence(name, cause, together, severity, isolation, tuple(workloads))


_PODS: Final = "".join(
    f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, labels: {{app: {name}}}}},"
    " spec: {containers: [{name: c, image: c, ports: [{containerPort: 80}]}]}}\n---\n"
    for name in ("web", "cli")
)
_POLICY: Final = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web}
spec: {podSelector: {matchLabels: {app: %s}}, policyTypes: [%s]%s}
"""
_DENY_WEB: Final = _POLICY % ("web", "Ingress", "")
_ALLOW_WEB: Final = _POLICY % ("web", "Ingress", ", ingress: [{}]")

FINDER = Finder(
    kinds=frozenset(
        {
            "NetworkPolicy.networking.k8s.io", "Namespace", "Pod", "Deployment.apps", "StatefulSet.apps",
            "DaemonSet.apps", "ReplicaSet.apps", "ReplicationController", "Job.batch", "CronJob.batch",
        }
    ),
    find=find,
    examples=(
        Example(_PODS, _DENY_WEB, finds=("no-longer-reached",)),
        Example(_PODS + _DENY_WEB, _ALLOW_WEB, finds=("newly-reached",)),
        Example(_PODS + _DENY_WEB, deleted=_DENY_WEB, finds=("newly-reached",)),
        Example(_PODS, _POLICY % ("cli", "Egress", ""), finds=("no-longer-connects",)),
        Example(
            _PODS + _POLICY % ("cli", "Egress", ""),
            _POLICY % ("cli", "Egress", ", egress: [{}]"),
            finds=("newly-connects",),
        ),
        Example(_PODS, _ALLOW_WEB),
        Example(_PODS, _POLICY % ("other", "Ingress", "")),
    ),
)  # fmt: skip
