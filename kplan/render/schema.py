"""The JSON of a report as types, from which ``schemas/kplan/report.v1.json`` is generated; mypy holds the code to them.

Only tests import this module when kplan runs: a report is printed without it.
"""

from typing import Any, Literal, NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from kplan.plan.model import Plan
from kplan.scheduler.capacity import Loss, NodeUse
from kplan.scheduler.explain import Refusal, Remedy

_documented = with_config(ConfigDict(use_attribute_docstrings=True))
Severity = Literal["error", "warning", "info"]


@_documented
class Place(TypedDict):
    """A place in a file; lines and columns count from 1, columns in characters, and are null if they are not known."""

    file: str
    """The path as it was given; STDIN is standard input."""
    line: int | None
    column: int | None
    end_line: int | None
    end_column: int | None
    """The column after the last character."""
    built_by: NotRequired[str]
    """The folder of the kustomization, or the chart, that what stands there was built by;
    absent where nothing was built.
    """


@_documented
class Replacement(TypedDict):
    """A change of a file's text; lines and columns count from 1, columns in characters."""

    line: int
    column: int
    end_line: int
    end_column: int
    """The column after the last character that is replaced; where nothing is, the text is inserted."""
    text: str


@_documented
class Fix(TypedDict):
    """A correction of a finding in its file."""

    safety: Literal["safe", "unsafe"]
    """Safe ones are made by lint --fix, unsafe ones may change what the manifest means."""
    message: str
    """What it does."""
    replacements: list[Replacement]
    """In order, apart from each other, all in the text as it was read."""


@_documented
class Finding(TypedDict):
    """One thing that is wrong: a rule's finding, a broken document, a refusal of the API server or a risk of a plan."""

    rule: str
    """The code, as SEC003 or API422; its documentation is under rules."""
    severity: Severity
    message: str
    object: str
    """What it is about: deployment.apps/web -n shop; empty for a broken document."""
    path: str
    """The field, as the API server prints it: spec.containers[0].image."""
    pointer: str
    """The same field as a JSON pointer (RFC 6901)."""
    location: Place | None
    help: str
    """What to do about it."""
    related: list[Place]
    kubernetes: list[str]
    """The Kubernetes minors that it is about, of those that were checked."""
    fix: NotRequired[Fix]
    """How it can be corrected; absent where nobody but its author knows."""
    unfixed: NotRequired[str]
    """Why a correction that there is cannot be made in a file:
    a chart renders the object, or an anchor shares the place.
    """


@_documented
class RuleDocument(TypedDict):
    """What a code stands for."""

    name: str
    severity: Severity
    summary: str
    why: str
    fix: str
    references: list[str]


@_documented
class SkippedFile(TypedDict):
    """A file that is no manifest."""

    file: str
    what: str
    """What it is instead: a kustomization, a values file, ..."""


@_documented
class Inputs(TypedDict):
    """What was read."""

    files: int
    """How many files there were."""
    objects: int
    manifests: list[str]
    """The files that objects were read from."""
    skipped: list[SkippedFile]
    excluded: list[str]
    """Files and folders that patterns left out."""


@_documented
class Counts(TypedDict):
    """How many findings there are of each severity."""

    error: int
    warning: int
    info: int
    hidden: NotRequired[int]
    """How many more were there before and are not shown: they are in the baseline, or in the revision compared with."""


@_documented
class ObjectDiff(TypedDict):
    """One object's text before and after; an empty text where there is no object."""

    name: str
    """The name of its file in kubectl diff."""
    before: str
    after: str


@_documented
class EventObject(TypedDict):
    """The object of an event; the core group and no namespace are left out."""

    group: NotRequired[str]
    kind: str
    namespace: NotRequired[str]
    name: str


@_documented
class Event(TypedDict):
    """Something that happened to an object."""

    id: int
    time: str
    seconds: float
    """Since the start."""
    actor: str
    """Who did it."""
    entry_type: Literal["ADDED", "MODIFIED", "DELETED", "EVENT", "REFUSED"]
    """What was done; EVENT is a Kubernetes Event, REFUSED a request that the API server refused."""
    object: EventObject
    cause: int | None
    """The id of what made the actor act; null where the user did."""
    event_type: NotRequired[str]
    """Normal or Warning, of a Kubernetes Event."""
    reason: NotRequired[str]
    message: NotRequired[str]


@_documented
class PendingPod(TypedDict):
    """A pod that has no node in the end."""

    namespace: str
    name: str
    reason: str
    """What the scheduler says of it."""
    before: bool
    """Whether it had none at the beginning either."""


@_documented
class Simulation(TypedDict):
    """What happened on the virtual clock."""

    at_rest: bool
    """Whether the cluster came to rest."""
    seconds: float
    """From start to end."""
    events: list[Event]
    pending: list[PendingPod]


@_documented
class FitsAnswer(TypedDict):
    """How many more pods of a manifest fit."""

    object: str
    pods: int
    per_node: dict[str, int]
    limit: str
    """Why one more does not fit; empty where counting stopped first."""
    reasons: dict[str, int]
    """How many nodes gave each reason in the end."""


@_documented
class NodesAnswer(TypedDict):
    """What nodes have left; amounts of cpu are millicores, all others bytes or numbers."""

    nodes: list[NodeUse]
    losses: NotRequired[list[Loss]]


RouteAnswer = TypedDict(
    "RouteAnswer",
    {
        "from": str,
        "to": str,
        "answer": Literal["yes", "partly", "no"],
        "steps": list[str],
        "reached": list[str],
        "blocked": list[str],
    },
)
"""Whether a connection gets through; the class form cannot say ``from``."""


class PodName(TypedDict):
    """A pod's name."""

    namespace: str
    name: str


class Score(TypedDict):
    """A node's score."""

    total: int | None
    plugins: dict[str, int]


@_documented
class Preemption(TypedDict):
    """A place that evicting others would make."""

    node: str
    victims: list[str]


@_documented
class PlacementAnswer(TypedDict):
    """Why a pod goes where it goes, or nowhere."""

    pod: PodName
    node: str | None
    """Where the scheduler would place it now."""
    bound_to: str | None
    """The node that it has already, and keeps."""
    message: str
    """The scheduler's, where no node fits."""
    ties: list[str]
    """The nodes with the best score."""
    scores: dict[str, Score]
    refusals: list[Refusal]
    preemption: Preemption | None
    remedies: list[Remedy]


@_documented
class TargetDocument(TypedDict):
    """One of many targets."""

    name: str
    labels: dict[str, str]
    outcome: Literal["clean", "changed", "findings", "refused", "failed", "skipped"]
    """The worst that is to be said of it: refused is what cannot be read or is refused by the API server,
    failed what could not be worked on.
    """
    exit_code: int
    summary: str
    """One line."""
    error: str
    """Why it could not be worked on; empty where it was."""
    counts: dict[str, int]
    """Objects by what happens to them: create, update, replace, delete, refused."""


@_documented
class FleetChange(TypedDict):
    """The same change of an object in all the targets that have it."""

    action: str
    object: str
    lines: list[str]
    """The fields, or lines, that change."""
    targets: list[str]


@_documented
class FleetDocument(TypedDict):
    """Many targets: how each came out, and what changes in them."""

    targets: list[TargetDocument]
    changes: list[FleetChange]
    """Equal changes once, those of the most targets first."""


@_documented
class ReportDocument(TypedDict):
    """What a run of kplan came to; parts that a run does not have are left out."""

    format_version: str
    """A minor version adds fields, which readers skip; a major version takes away or changes them."""
    kplan_version: str
    command: str
    kubernetes: list[str]
    """The minors that were checked or simulated."""
    upgrades_from: NotRequired[str]
    """The minor that an upgrade begins at; it leads to the one that was checked."""
    exit_code: int
    """0: no findings or differences; 1: findings, differences or a failed condition;
    2: something cannot be read or is refused.
    """
    inputs: Inputs
    summary: Counts
    findings: list[Finding]
    """All that is wrong, by file, line and column: also what a plan refuses and puts at risk."""
    fixed: NotRequired[list[Finding]]
    """What lint --fix corrected, at its places before."""
    rules: dict[str, RuleDocument]
    """The documentation of the codes among the findings."""
    plan: NotRequired[Plan]
    diff: NotRequired[list[ObjectDiff]]
    simulation: NotRequired[Simulation]
    fleet: NotRequired[FleetDocument]
    answers: NotRequired[list[FitsAnswer | NodesAnswer | RouteAnswer | PlacementAnswer]]
    printed: NotRequired[list[str]]
    """The lines that kubectl prints where it does the same."""
    rows: NotRequired[list[dict[str, Any]]]
    """The rows of a table, by their headings in lower case."""
