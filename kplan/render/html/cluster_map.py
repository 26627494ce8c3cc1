"""Nodes and pods over the simulated time: where each pod is and how it fares, from before the change to rest."""

from collections.abc import Iterator
from typing import Final

from kplan.api import pods
from kplan.api.gvk import ObjectKey
from kplan.api.nodes import allocatable_of
from kplan.api.object import Json
from kplan.api.owners import controller_of
from kplan.api.podresources import CPU, MEMORY, PODS, parse_resources, pod_requests
from kplan.namedtuples import NamedTuple
from kplan.plan.workload import workload_of
from kplan.render.html.moments import Moments
from kplan.render.html.states import State, node_state, pod_state, reason
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import EntryType
from kplan.state.store import Store

_POD: Final = ("", "Pod")
_NODE: Final = ("", "Node")


class Step(NamedTuple):
    """The state of something from a moment on; for a pod also its node, if it has one."""

    moment: int
    state: State
    node: str = ""


class Pod(NamedTuple):
    """One pod, from its first step to its last."""

    namespace: str
    name: str
    owner: str
    cpu: int
    """Millicores that it asks for."""
    memory: int
    """Bytes that it asks for."""
    steps: tuple[Step, ...]
    reason: str
    """Why it is pending or not ready in the end."""


class Node(NamedTuple):
    """One node, and its capacity for pods."""

    name: str
    cpu: int
    memory: int
    pods: int
    steps: tuple[Step, ...]


class ClusterMap(NamedTuple):
    """Everything that a picture of the cluster at any moment needs."""

    nodes: tuple[Node, ...]
    pods: tuple[Pod, ...]


def cluster_map(outcome: Outcome, moments: Moments) -> ClusterMap:
    """Follow every node and pod through an outcome."""
    courses = _Courses()
    for value in outcome.prior:
        courses.note(outcome.prior.key_of(value), value, 0, gone=False)
    for entry in outcome.timeline:
        if entry.value is not None:
            gone = entry.entry_type is EntryType.DELETED
            courses.note(entry.object, entry.value, moments.number(entry.when), gone=gone)
    return ClusterMap(tuple(courses.nodes()), tuple(courses.pods((outcome.final, outcome.prior))))


class _Course:
    """What is known of one thing so far."""

    __slots__ = ("steps", "value")

    def __init__(self) -> None:
        self.value: Json = {}
        self.steps: list[Step] = []

    def add(self, value: Json, step: Step) -> None:
        """The last step of a moment counts, and only what differs from the one before."""
        self.value = value
        if self.steps and self.steps[-1].moment == step.moment:
            self.steps.pop()
        if not self.steps or self.steps[-1][1:] != step[1:]:
            self.steps.append(step)


class _Courses:
    """The nodes by name, and the pods by key and uid: one that takes another's name is another pod."""

    def __init__(self) -> None:
        self._nodes: dict[str, _Course] = {}
        self._pods: dict[tuple[ObjectKey, str], _Course] = {}

    def note(self, key: ObjectKey, value: Json, moment: int, *, gone: bool) -> None:
        """An object is written, or goes."""
        kind = (key.group, key.kind)
        if kind == _POD:
            state = State.GONE if gone else pod_state(value)
            course = self._pods.setdefault((key, value["metadata"].get("uid") or ""), _Course())
            course.add(value, Step(moment, state, pods.node_of(value)))
        elif kind == _NODE:
            state = State.GONE if gone else node_state(value)
            self._nodes.setdefault(key.name, _Course()).add(value, Step(moment, state))

    def nodes(self) -> Iterator[Node]:
        """The nodes, by name with numbers in their order."""
        for name in sorted(self._nodes, key=_natural):
            course = self._nodes[name]
            has = parse_resources(allocatable_of(course.value))
            yield Node(name, has.get(CPU, 0), has.get(MEMORY, 0), has.get(PODS, 0), tuple(course.steps))

    def pods(self, stores: tuple[Store, ...]) -> Iterator[Pod]:
        """The pods that are seen at a moment, in the order in which they came."""
        owners: dict[str, str] = {}
        for (key, _), course in self._pods.items():
            if all(step.state is State.GONE for step in course.steps):
                continue
            value = course.value
            asked = pod_requests(value)
            yield Pod(
                key.namespace, key.name, _owner(value, stores, owners), asked.get(CPU, 0), asked.get(MEMORY, 0),
                tuple(course.steps), reason(value),
            )  # fmt: skip


def _owner(pod: Json, stores: tuple[Store, ...], known: dict[str, str]) -> str:
    """The title of the workload that a pod belongs to; that of its controller if the workload is gone;
    empty for a bare pod.
    """
    reference = controller_of(pod)
    if reference is None:
        return ""
    uid = str(reference.get("uid"))
    if uid not in known:
        titles = (workload_of(pod, store).title for store in stores)
        known[uid] = next(
            (one for one in titles if not one.startswith("pod/")),
            f"{reference['kind']}/{reference['name']}".lower(),
        )
    return known[uid]


def _natural(name: str) -> tuple[tuple[int, str], ...]:
    """``node-2`` before ``node-10``."""
    parts: list[tuple[int, str]] = []
    digits = ""
    for sign in f"{name}\0":
        if sign.isdecimal() and sign.isascii():
            digits += sign
            continue
        if digits:
            parts.append((int(digits), ""))
            digits = ""
        parts.append((-1, sign))
    return tuple(parts)
