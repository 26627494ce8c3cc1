"""The parts of a report besides findings, in a module of their own so that lint does not load them.

Made of frozen values, as the report is.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.network.route import Route
    from kplan.scheduler.capacity import Capacity, Loss, NodeUse
    from kplan.scheduler.explain import Explanation
    from kplan.simulation.clock import Instant
    from kplan.simulation.timeline import Timeline


class FileDiff(NamedTuple):
    """One object's text before and after; an empty text if there is no object."""

    name: str
    before: str
    after: str


class Reply(NamedTuple):
    """The API server's answer to one object: the object as it would be stored, its Status, or why it was not asked."""

    location: str
    value: Mapping[str, Any] | None = None
    status: Mapping[str, Any] | None = None
    error: str = ""
    webhooks: Sequence[Mapping[str, Any]] = ()
    """Webhooks that would be called; none was."""


class PendingPod(NamedTuple):
    """A pod without a node."""

    namespace: str
    name: str
    reason: str
    """The scheduler's message."""
    before: bool = False
    """Whether it had none at the beginning either."""


class Simulation(NamedTuple):
    """What happened from a moment on, and whether the cluster came to rest."""

    timeline: "Timeline"
    started: "Instant"
    ended: "Instant"
    rested: bool
    pending: "Sequence[PendingPod]" = ()
    """The pods that have no place in the end."""


class Table(NamedTuple):
    """Rows under headings."""

    headings: Sequence[str]
    rows: Sequence[Sequence[Any]]
    """Texts, or plain JSON that text formats write as JSON."""


class Fits(NamedTuple):
    """How many more pods of a manifest fit."""

    title: str
    capacity: "Capacity"


class NodesReport(NamedTuple):
    """What nodes have left; with losses, who would have no place without each."""

    uses: "Sequence[NodeUse]"
    losses: "Sequence[Loss] | None" = None


class TargetOutcome(NamedTuple):
    """How one of many targets came out."""

    name: str
    labels: Mapping[str, str]
    outcome: str
    """clean, changed, findings, refused (not readable, or by the API server), failed (not worked on) or skipped."""
    exit_code: int
    summary: str = ""
    """One line."""
    error: str = ""
    counts: Mapping[str, int] = {}
    """Objects by what happens to them."""


class FoldedChange(NamedTuple):
    """The same change of an object in all the targets that have it."""

    action: str
    object: str
    lines: Sequence[str] = ()
    """The fields that change."""
    targets: Sequence[str] = ()


class Fleet(NamedTuple):
    """Many targets: how each came out, and what changes in them."""

    targets: Sequence[TargetOutcome] = ()
    changes: Sequence[FoldedChange] = ()


if TYPE_CHECKING:
    Answer = Fits | NodesReport | Explanation | Route
