"""What a simulation assumes: how long images take, which containers fail, what load there is, which nodes go offline.

Everything has a default; a scenario file or ``--assume image=never-ready`` says otherwise.
"""

from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, Literal

from kplan.api import noderegistration
from kplan.namedtuples import NamedTuple


class Fate(StrEnum):
    """How a container ends up."""

    RUNS = "runs"
    """Starts, becomes ready, runs for ever."""
    NEVER_READY = "never-ready"
    """Runs but never becomes ready."""
    UNHEALTHY = "unhealthy"
    """Runs, but its liveness probe fails: it is restarted again and again."""
    SUCCEEDS = "succeeds"
    """Runs a while and exits with 0."""
    FAILS = "fails"
    """Runs a while and exits with another code."""
    PULL_FAILS = "pull-fails"
    """Its image cannot be pulled."""


class ImageAssumption(NamedTuple):
    """What is assumed of the containers of images that match a pattern."""

    image: str
    """A pattern as in a shell: ``hello-world*``, ``registry.example/*``."""
    fate: Fate = Fate.RUNS
    """Written as ``outcome``; ``fate`` is its earlier name."""
    pull: float | None = None
    start: float | None = None
    ready: float | None = None
    """Seconds until the application answers, for images with a probe."""
    run: float | None = None
    """Seconds until the container exits, for those that do."""
    exit_code: int = 1
    prints: str | None = None
    """What its containers print when they start, as ``kplan logs`` shows it; None if nobody knows."""


class Paced(NamedTuple):
    """Pods become ready one at a time, in order of creation, one every interval: the profile of recorded kubelets."""

    interval: float = 0.35


class Durations(NamedTuple):
    """How long things take if nothing else is said, in seconds."""

    pull: float = 2.0
    start: float = 1.0
    run: float = 1.0
    stop: float = 1.0
    """From SIGTERM to the end of a container that obeys."""
    node: float = 1.0
    """From a new node's registration until it is ready."""


_NOTHING: Mapping[str, str] = {}


class NodeAssumption(NamedTuple):
    """What the kubelets of new nodes report if their manifests do not say it; quantities by resource."""

    capacity: Mapping[str, str] = _NOTHING
    """Default: 4 cpu, 8Gi of memory, 100Gi of ephemeral storage, 110 pods."""
    reserved: Mapping[str, str] = _NOTHING
    """What kube-reserved and system-reserved keep from pods."""
    eviction_hard: Mapping[str, str] = noderegistration.EVICTION_HARD
    """What a kubelet keeps free: a quantity or a percentage of the capacity."""

    @property
    def machine(self) -> dict[str, str]:
        """The capacity of a node whose manifest gives none."""
        return {**noderegistration.CAPACITY, **self.capacity}


class LoadAssumption(NamedTuple):
    """What an autoscaler measures: the use of a target's pods, spread evenly,
    or a metric of an object or the outside.
    """

    target: str = ""
    """``deployment/web`` or ``namespace/deployment/web``, ``ingress/main``; none for a metric from outside."""
    resource: str = "cpu"
    metric: str = ""
    """The name of a metric of type Pods, Object or External, instead of a resource."""
    total: str = ""
    """A quantity shared by all pods of the target."""
    per_pod: str = ""
    """A quantity each pod uses, however many there are."""

    @property
    def name(self) -> str:
        """What is measured."""
        return self.metric or self.resource


IncidentAction = Literal[
    "fail-node", "recover-node", "delete-node", "cordon", "uncordon", "drain", "delete-pod"
]


class Incident(NamedTuple):
    """Something that happens at a time after the start, in seconds."""

    action: IncidentAction
    target: str
    """A node, or ``namespace/pod``."""
    at: float = 0


class Scenario(NamedTuple):
    """All assumptions of a simulation."""

    images: tuple[ImageAssumption, ...] = ()
    durations: Durations = Durations()
    paced: Paced | None = None
    nodes: NodeAssumption = NodeAssumption()
    load: tuple[LoadAssumption, ...] = ()
    incidents: tuple[Incident, ...] = ()
    lb_pool: str = ""
    """Addresses for Services of type LoadBalancer: ``192.168.56.50-192.168.56.99`` or a CIDR."""
    provision: bool = True
    """Whether storage classes with a provisioner get their volumes made."""
    max_pods: int = 2_000
    """How many pods one owner may ask for, to be played; a run plays five times as many."""
    max_steps: int | None = None
    """After how many steps a run is stopped. Default: 6,000, and 100 for every object."""
    event_limits: bool = False
    """Whether recorders drop what is said too often about one object, as real ones do."""

    def is_said_of(self, image: str) -> bool:
        """Whether somebody assumes something of an image."""
        return any(fnmatchcase(image, assumption.image) for assumption in self.images)

    def image(self, image: str) -> ImageAssumption:
        """The assumption about an image: the first pattern that matches, a well-known one, or the default."""
        for assumption in (*self.images, *_WELL_KNOWN):
            if fnmatchcase(image, assumption.image):
                return assumption
        return _DEFAULT

    def to_json(self) -> dict[str, Any]:
        """What differs from the defaults, with the keys of a scenario file."""
        said: dict[str, Any] = _said(self)
        return said


def _said(value: Any) -> Any:
    if not isinstance(value, tuple):
        return value
    if not hasattr(value, "_asdict"):
        return [*map(_said, value)]
    defaults: dict[str, Any] = value._field_defaults  # type: ignore[attr-defined]
    given = value._asdict().items()
    return {_key(name): _said(one) for name, one in given if name not in defaults or one != defaults[name]}


def _key(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


_DEFAULT = ImageAssumption(image="*")
_GREETING = """
Hello from Docker!
This message shows that your installation appears to be working correctly.
"""
_WELL_KNOWN = (
    *(
        ImageAssumption(image=pattern, fate=Fate.SUCCEEDS, run=0.5, prints=_GREETING)
        for pattern in ("hello-world", "hello-world:*", "*/hello-world", "*/hello-world:*")
    ),
    ImageAssumption(image="docker/whalesay*", fate=Fate.SUCCEEDS, run=0.5),
)
"""Images that are known to print something and exit."""
