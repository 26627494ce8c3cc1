"""What a user did to a cluster, object by object: changes of a plan that no manifest asks for.

Upstream: none; kubectl says what it sent, not what comes of it.
"""

from collections.abc import Iterable, Iterator, Mapping

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.plan.action import Reason
from kplan.plan.applied import Applied
from kplan.plan.causes import node_of_pod
from kplan.plan.change import Identity
from kplan.plan.deletions import is_marked
from kplan.plan.diff import edits
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import WRITES, EntryType, TimelineEvent


def asked(
    outcome: Outcome, entries: Iterable[TimelineEvent], user: str, power: Mapping[ObjectKey, Reason]
) -> Iterator[Applied]:
    """The objects that a user wrote in a part of the timeline, and the nodes whose ``power`` went or came back.

    A pod that goes with its node, as in a drain, follows from what happens to the node.
    """
    written = {
        entry.object: None if entry.entry_type is EntryType.DELETED else entry.value
        for entry in entries
        if _is_of(entry, user)
    }
    subjects = dict.fromkeys((*power, *written))
    for key in subjects:
        if node_of_pod(key, outcome.prior, subjects) is None:
            value = written.get(key, outcome.final.get(key))
            yield from _change(key, value, outcome, power.get(key, Reason.REQUESTED))


def _is_of(entry: TimelineEvent, user: str) -> bool:
    return entry.actor == user and entry.cause is None and entry.entry_type in WRITES


def _deletes(before: Json | None, written: Json | None) -> bool:
    """Whether a write was a request to delete, though the object goes later or another one has its name in the end."""
    return written is not None and is_marked(written) and not (before is not None and is_marked(before))


def _change(key: ObjectKey, written: Json | None, outcome: Outcome, reason: Reason) -> Iterator[Applied]:
    before = outcome.prior.get(key)
    after = written if outcome.final.get(key) is not None and not _deletes(before, written) else None
    known = after or before
    if known is not None:
        fields = edits(before, after) if before is not None and after is not None else ()
        yield Applied(key, Identity.of(known), before, after, fields, reason=reason)
