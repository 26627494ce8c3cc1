"""How many more fit, what limits them, and whether everybody still has a place when a node is lost.

cluster-capacity's questions, put to the same scheduler without a cluster.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kplan.api.object import Json
from kplan.api.podresources import CPU, MEMORY, PODS
from kplan.scheduler.explain import unplaced
from kplan.scheduler.ownclaims import give_claims
from kplan.scheduler.picture import Picture
from kplan.scheduler.podinfo import PodInfo, controller
from kplan.scheduler.profile import DEFAULT, Profile
from kplan.scheduler.scheduler import Scheduler

ENOUGH = 10_000
"""The default limit of counting."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many pods of one kind fit."""

    pods: int
    per_node: dict[str, int]
    limit: str
    """Why one more does not fit; empty if counting stopped first."""
    reasons: dict[str, int]
    """How many nodes gave each reason in the end."""


def capacity(picture: Picture, value: Json, *, most: int = ENOUGH, profile: Profile = DEFAULT) -> Capacity:
    """Place copies of a pod until one does not fit; nobody is evicted for them."""
    objects, scheduler = picture.objects(), Scheduler(profile, preemption=False)
    cache = picture.cache(objects)
    per_node: Counter[str] = Counter()
    fresh = unplaced(value)
    for number in range(most):
        name = f"{fresh['metadata'].get('name') or 'pod'}-{number}"
        copy = {**fresh, "metadata": {**fresh["metadata"], "name": name, "uid": name}}
        give_claims(objects, copy)
        decision = scheduler.commit(cache, scheduler.schedule_one(cache, cache.parser.parse(copy)))
        if not decision.node:
            return Capacity(number, dict(per_node), decision.message, dict(decision.diagnosis.reasons()))
        per_node[decision.node] += 1
    return Capacity(most, dict(per_node), "", {})


def daemons(picture: Picture, pods: Iterable[Json], *, profile: Profile = DEFAULT) -> Capacity:
    """Place pods that are each meant for one node; one without room does not keep the next from theirs."""
    objects, scheduler = picture.objects(), Scheduler(profile, preemption=False)
    cache, per_node = picture.cache(objects), dict[str, int]()
    limit, reasons = "", dict[str, int]()
    for pod in pods:
        give_claims(objects, pod)
        decision = scheduler.commit(cache, scheduler.schedule_one(cache, cache.parser.parse(unplaced(pod))))
        if decision.node:
            per_node[decision.node] = 1
        elif not limit:
            limit, reasons = decision.message, dict(decision.diagnosis.reasons())
    return Capacity(len(per_node), per_node, limit, reasons)


@dataclass(frozen=True, slots=True)
class NodeUse:
    """What a node offers, what is taken, and the largest pod it still takes."""

    name: str
    ready_for_pods: bool
    """False while the node is cordoned."""
    pods: int
    allocatable: dict[str, int]
    requested: dict[str, int]

    def free(self, resource: str) -> int:
        """What is left of a resource."""
        taken = self.pods if resource == PODS else self.requested.get(resource, 0)
        return max(0, self.allocatable.get(resource, 0) - taken)

    @property
    def largest_pod(self) -> tuple[int, int]:
        """Millicores and bytes of the largest pod that fits; nothing if no pod is taken at all."""
        if not self.ready_for_pods or self.free(PODS) < 1:
            return 0, 0
        return self.free(CPU), self.free(MEMORY)


def node_use(picture: Picture) -> list[NodeUse]:
    """The nodes in the order they were given."""
    cache = picture.cache()
    infos = [cache.existing(name) for name in picture.names()]
    return [
        NodeUse(info.name, not info.unschedulable, info.pod_count, info.allocatable, info.requested)
        for info in infos
    ]


@dataclass(frozen=True, slots=True)
class Loss:
    """What losing a node means."""

    node: str
    moved: int
    """Pods that find another place."""
    stranded: dict[str, int]
    """Workloads whose pods do not, and how many of each."""
    message: str
    """Why the first of them does not."""


def node_losses(picture: Picture, profile: Profile = DEFAULT) -> Iterator[Loss]:
    """For each node: whether its pods fit on the others. Pods of a DaemonSet go down with their node."""
    for name in picture.names():
        left = picture.without_node(name)
        cache, scheduler = left.cache(), Scheduler(profile, preemption=False)
        displaced = [
            unplaced(value) for value, where in picture.running if where == name and not ends_with_node(value)
        ]
        pods = sorted((cache.parser.parse(value) for value in displaced), key=lambda pod: -pod.priority)
        stranded: Counter[str] = Counter()
        message = ""
        for pod in pods:
            decision = scheduler.commit(cache, scheduler.schedule_one(cache, pod))
            if not decision.node:
                stranded[workload(pod)] += 1
                message = message or decision.message
        yield Loss(name, len(pods) - sum(stranded.values()), dict(stranded), message)


def ends_with_node(value: Json) -> bool:
    """Whether a pod belongs to its node: one of a DaemonSet, or one the kubelet made."""
    owner = controller(value["metadata"])
    return owner is not None and owner[1] in ("DaemonSet", "Node")


def workload(pod: PodInfo) -> str:
    """Whom a pod belongs to, as ``replicaset/web -n shop``; a bare pod belongs to itself."""
    owner = pod.template.owner
    kind, name = (owner[1].lower(), owner[2]) if owner else ("pod", pod.name)
    return f"{kind}/{name} -n {pod.namespace or 'default'}"


def surviving(losses: Sequence[Loss]) -> bool:
    """Whether no single loss strands anybody."""
    return not any(loss.stranded for loss in losses)
