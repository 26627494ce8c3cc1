"""Events and refusals over time, with equal messages at one moment folded."""

from collections.abc import Iterator
from typing import Final

from kplan.namedtuples import NamedTuple
from kplan.render.html.moments import Moments
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import EntryType, TimelineEvent

_ROUTINE: Final = frozenset({"Scheduled", "Pulling", "Pulled", "Created", "Started", "Killing"})
"""What every pod goes through; its own course tells it."""


class Happening(NamedTuple):
    """A message, the first object it is about at a moment, and how many more it is about."""

    moment: int
    type: str
    """``Normal``, ``Warning`` or ``Refused``."""
    reason: str
    object: str
    message: str
    times: int


def happenings(outcome: Outcome, moments: Moments) -> Iterator[Happening]:
    """Events and refusals in order; of a refusal that a controller warns of, the warning."""
    folded: dict[tuple[object, ...], list[TimelineEvent]] = {}
    for entry in outcome.timeline:
        if _is_told(entry):
            folded.setdefault((moments.number(entry.when), *_alike(entry)), []).append(entry)
    warned = {
        (entry.object, entry.when): entry.message for entry in outcome.timeline if entry.type == "Warning"
    }
    for (moment, *_), entries in folded.items():
        first = entries[0]
        assert isinstance(moment, int)
        if first.type or first.message not in warned.get((first.object, first.when), ""):
            kind = first.type or "Refused"
            yield Happening(moment, kind, first.reason, str(first.object), first.message, len(entries))


def _is_told(entry: TimelineEvent) -> bool:
    if entry.entry_type is EntryType.REFUSED:
        return True
    return entry.entry_type is EntryType.EVENT and not (
        entry.object.kind == "Pod" and entry.type != "Warning" and entry.reason in _ROUTINE
    )


def _alike(entry: TimelineEvent) -> tuple[object, ...]:
    """Of pods what is said, of others who says it: a controller creates its pods one by one."""
    about = entry.message if entry.object.kind == "Pod" else entry.object
    return entry.entry_type, entry.type, entry.reason, about
