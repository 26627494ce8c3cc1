"""What a simulation assumes: how long images take, which containers fail, what load there is, which nodes go offline.

Everything has a default; a scenario file or ``--assume image=never-ready`` says otherwise.
"""

import re
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, model_validator

from kplan.api import noderegistration
from kplan.api.quantity import Quantity

_Seconds = Annotated[float, Field(ge=0)]


def _quantity(text: str) -> str:
    """Let pass what is a quantity, or nothing. Raises ValueError."""
    if text:
        Quantity.parse(text)
    return text


def _threshold(text: str) -> str:
    """Let pass a quantity or a percentage. Raises ValueError."""
    return text if _PERCENTAGE.fullmatch(text) else _quantity(text)


_PERCENTAGE = re.compile(r"\d+(\.\d+)?%")
_Quantity = Annotated[str, AfterValidator(_quantity)]
_Threshold = Annotated[str, AfterValidator(_threshold)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


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


class ImageAssumption(_Model):
    """What is assumed of the containers of images that match a pattern."""

    image: str
    """A pattern as in a shell: ``hello-world*``, ``registry.example/*``."""
    fate: Fate = Field(default=Fate.RUNS, validation_alias=AliasChoices("outcome", "fate"))
    """Written as ``outcome``; ``fate`` is its earlier name."""
    pull: _Seconds | None = None
    start: _Seconds | None = None
    ready: _Seconds | None = None
    """Seconds until the application answers, for images with a probe."""
    run: _Seconds | None = None
    """Seconds until the container exits, for those that do."""
    exit_code: int = Field(default=1, alias="exitCode")
    prints: str | None = None
    """What its containers print when they start, as ``kplan logs`` shows it; None where nobody knows."""


class Paced(_Model):
    """Pods become ready one at a time, in order of creation, one every interval: the profile of recorded kubelets."""

    interval: Annotated[float, Field(gt=0)] = 0.35


class Durations(_Model):
    """How long things take where nothing else is said, in seconds."""

    pull: _Seconds = 2.0
    start: _Seconds = 1.0
    run: _Seconds = 1.0
    stop: _Seconds = 1.0
    """From SIGTERM to the end of a container that obeys."""
    node: _Seconds = 1.0
    """From a new node's registration until it is ready."""


class NodeAssumption(_Model):
    """What the kubelets of new nodes report where their manifests do not say it; quantities by resource."""

    capacity: dict[str, _Quantity] = {}
    """Default: 4 cpu, 8Gi of memory, 100Gi of ephemeral storage, 110 pods."""
    reserved: dict[str, _Quantity] = {}
    """What kube-reserved and system-reserved keep from pods."""
    eviction_hard: dict[str, _Threshold] = Field(default=noderegistration.EVICTION_HARD, alias="evictionHard")
    """What a kubelet keeps free: a quantity or a percentage of the capacity."""

    @property
    def machine(self) -> dict[str, str]:
        """The capacity of a node whose manifest gives none."""
        return {**noderegistration.CAPACITY, **self.capacity}


class LoadAssumption(_Model):
    """What an autoscaler measures: the use of a target's pods, spread evenly, or a metric of an object or the outside."""

    target: str = ""
    """``deployment/web`` or ``namespace/deployment/web``, ``ingress/main``; none for a metric from outside."""
    resource: str = "cpu"
    metric: str = ""
    """The name of a metric of type Pods, Object or External, instead of a resource."""
    total: _Quantity = ""
    """A quantity shared by all pods of the target."""
    per_pod: _Quantity = Field(default="", alias="perPod")
    """A quantity each pod uses, however many there are."""

    @property
    def name(self) -> str:
        """What is measured."""
        return self.metric or self.resource

    @model_validator(mode="after")
    def _measures_something(self) -> Self:
        if not self.target and not self.metric:
            raise ValueError("a load needs a target, a metric or both")
        return self


IncidentAction = Literal[
    "fail-node", "recover-node", "delete-node", "cordon", "uncordon", "drain", "delete-pod"
]


class Incident(_Model):
    """Something that happens at a time after the start, in seconds."""

    at: _Seconds = 0
    action: IncidentAction
    target: str
    """A node, or ``namespace/pod``."""


class Scenario(_Model):
    """All assumptions of a simulation."""

    images: tuple[ImageAssumption, ...] = ()
    durations: Durations = Durations()
    paced: Paced | None = None
    nodes: NodeAssumption = NodeAssumption()
    load: tuple[LoadAssumption, ...] = ()
    incidents: tuple[Incident, ...] = ()
    lb_pool: str = Field(default="", alias="lbPool")
    """Addresses for Services of type LoadBalancer: ``192.168.56.50-192.168.56.99`` or a CIDR."""
    provision: bool = True
    """Whether storage classes with a provisioner get their volumes made."""
    max_pods: Annotated[int, Field(ge=1)] = Field(default=2_000, alias="maxPods")
    """How many pods one owner may ask for, to be played; a run plays five times as many."""
    max_steps: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="maxSteps")
    """After how many steps a run is stopped. Default: 10,000, and 100 for every object."""
    event_limits: bool = Field(default=False, alias="eventLimits")
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
