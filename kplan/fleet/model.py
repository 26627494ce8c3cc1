"""A target, what is done for it, and what came of that."""

import copyreg
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kplan.pipeline.loaded import Loaded
from kplan.schema.releases import DEFAULT

if TYPE_CHECKING:
    from kplan.lint.selection import LintOptions
    from kplan.pipeline.branching import Earlier
    from kplan.report import Report
    from kplan.simulation.scenario import Scenario

copyreg.pickle(
    MappingProxyType, lambda one: (MappingProxyType, (dict(one),))
)  # options hold some, and travel
_NOTHING = Loaded()


class Verb(StrEnum):
    """What is done for a target."""

    LINT = "lint"
    DIFF = "diff"
    PLAN = "plan"
    UPGRADE = "upgrade"


@dataclass(frozen=True, slots=True)
class Work:
    """What is done for every target."""

    verb: Verb
    conditions: tuple[str, ...] = ()
    """What ``--fail-on`` says."""
    to: str = ""
    """The minor of an upgrade."""
    lint: "LintOptions | None" = None
    scenario: "Scenario | None" = None
    server_side: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One target with its inputs as content."""

    name: str
    work: Work
    loaded: Loaded
    earlier: "Earlier | None" = None
    """The inputs before the change; None if the target is compared with its state."""
    labels: Mapping[str, str] = field(default_factory=dict)
    kubernetes: tuple[str, ...] = (DEFAULT,)
    follows_state: bool = False
    """Nobody names a minor, so that a stored cluster is asked as its own."""
    namespace: str = ""
    """The namespace of objects that name none."""
    state: str | None = None
    folder: str = "."
    """The working directory, which the state is looked for from."""
    prunes: bool = False
    """Objects that are no longer named are deleted."""
    around: Loaded = _NOTHING
    """Objects of other targets, in which references are looked up."""
    scenario: "Scenario | None" = None
    """What the target assumes; None for what the work does."""


class Outcome(StrEnum):
    """How a target came out, the worst last."""

    CLEAN = "clean"
    """Nothing changes, nothing is found."""
    CHANGED = "changed"
    FINDINGS = "findings"
    REFUSED = "refused"
    """Something cannot be read, or is refused by the API server."""
    FAILED = "failed"
    """It could not be worked on."""
    SKIPPED = "skipped"
    """An earlier target failed, and nothing more was begun."""


@dataclass(frozen=True, slots=True)
class Result:
    """The result for one target."""

    name: str
    labels: Mapping[str, str]
    outcome: Outcome
    exit_code: int
    report: "Report | None" = None
    error: str = ""
    """Why it could not be worked on."""
    counts: Mapping[str, Any] = field(default_factory=dict)
    """Objects by what happens to them."""
