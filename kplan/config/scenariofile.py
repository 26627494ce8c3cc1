"""A scenario as a file holds it: what each key may say, checked, and turned into the values that
a simulation works with.

What they mean stands with those values, in ``simulation.scenario``.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from kplan.api import noderegistration
from kplan.api.quantity import Quantity
from kplan.config import problems
from kplan.diagnostics import DiagnosedError
from kplan.manifest.document import Document
from kplan.simulation import scenario
from kplan.simulation.scenario import Fate, IncidentAction

_Seconds = Annotated[float, Field(ge=0)]
_PERCENTAGE = re.compile(r"\d+(\.\d+)?%")


def _quantity(text: str) -> str:
    """Let pass what is a quantity, or nothing. Raises ValueError."""
    if text:
        Quantity.parse(text)
    return text


def _threshold(text: str) -> str:
    """Let pass a quantity or a percentage. Raises ValueError."""
    return text if _PERCENTAGE.fullmatch(text) else _quantity(text)


_Quantity = Annotated[str, AfterValidator(_quantity)]
_Threshold = Annotated[str, AfterValidator(_threshold)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    def value(self) -> Any:
        """The value of the same name that a simulation works with."""
        made = getattr(scenario, type(self).__name__)
        return made(**{name: _value(getattr(self, name)) for name in made._fields})


def _value(said: Any) -> Any:
    if isinstance(said, tuple):
        return tuple(map(_value, said))
    return said.value() if isinstance(said, _Model) else said


def parse(value: Mapping[str, Any]) -> scenario.Scenario:
    """What a scenario says. Raises pydantic's ValidationError."""
    read: scenario.Scenario = Scenario.model_validate(value).value()
    return read


def check(document: Document) -> None:
    """Check the scenario that a file holds. Raises DiagnosedError with all that is wrong in it."""
    try:
        Scenario.model_validate(document.value)
    except ValidationError as error:
        raise DiagnosedError(
            problems.diagnostics(error, document.value, Scenario, problems.placed(document))
        ) from error


class ImageAssumption(_Model):
    """What is assumed of the containers of images that match a pattern."""

    image: str
    fate: Fate = Field(default=Fate.RUNS, validation_alias=AliasChoices("outcome", "fate"))
    pull: _Seconds | None = None
    start: _Seconds | None = None
    ready: _Seconds | None = None
    run: _Seconds | None = None
    exit_code: int = Field(default=1, alias="exitCode")
    prints: str | None = None


class Paced(_Model):
    """Pods become ready one at a time, in order of creation, one every interval: the profile of recorded kubelets."""

    interval: Annotated[float, Field(gt=0)] = 0.35


class Durations(_Model):
    """How long things take if nothing else is said, in seconds."""

    pull: _Seconds = 2.0
    start: _Seconds = 1.0
    run: _Seconds = 1.0
    stop: _Seconds = 1.0
    node: _Seconds = 1.0


class NodeAssumption(_Model):
    """What the kubelets of new nodes report if their manifests do not say it; quantities by resource."""

    capacity: dict[str, _Quantity] = {}
    reserved: dict[str, _Quantity] = {}
    eviction_hard: dict[str, _Threshold] = Field(default=noderegistration.EVICTION_HARD, alias="evictionHard")


class LoadAssumption(_Model):
    """What an autoscaler measures: the use of a target's pods, spread evenly,
    or a metric of an object or the outside.
    """

    target: str = ""
    resource: str = "cpu"
    metric: str = ""
    total: _Quantity = ""
    per_pod: _Quantity = Field(default="", alias="perPod")

    @model_validator(mode="after")
    def _measures_something(self) -> Self:
        if not self.target and not self.metric:
            raise ValueError("a load needs a target, a metric or both")
        return self


class Incident(_Model):
    """Something that happens at a time after the start, in seconds."""

    at: _Seconds = 0
    action: IncidentAction
    target: str


class Scenario(_Model):
    """All assumptions of a simulation."""

    images: tuple[ImageAssumption, ...] = ()
    durations: Durations = Durations()
    paced: Paced | None = None
    nodes: NodeAssumption = NodeAssumption()
    load: tuple[LoadAssumption, ...] = ()
    incidents: tuple[Incident, ...] = ()
    lb_pool: str = Field(default="", alias="lbPool")
    provision: bool = True
    max_pods: Annotated[int, Field(ge=1)] = Field(default=2_000, alias="maxPods")
    max_steps: Annotated[int, Field(ge=1)] | None = Field(default=None, alias="maxSteps")
    event_limits: bool = Field(default=False, alias="eventLimits")
