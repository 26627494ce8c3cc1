"""A simulation: Events as ``kubectl get events`` lays them out, with times since the start, or as JSON lines."""

from collections.abc import Iterable, Sequence
from typing import Any

from kplan.kubectl.printers.table import aligned
from kplan.render.style import Style, Tone
from kplan.report_parts import PendingPod, Simulation
from kplan.simulation.clock import SECOND, Instant, rfc3339_micro
from kplan.simulation.stage import USER
from kplan.simulation.timeline import EntryType, Timeline, TimelineEvent

_HEADINGS = ("TIME", "TYPE", "REASON", "OBJECT", "MESSAGE")


def text(timeline: Timeline, started: Instant, style: Style, *, everything: bool = False) -> str:
    """The Events in order, and what users could not do; ``everything`` adds what controllers were refused."""
    shown = _folded(entry for entry in timeline if _is_shown(entry, everything))
    if not shown:
        return ""
    lines = aligned([_HEADINGS, *(_row(entries, started) for entries in shown)]).splitlines()
    painted = [
        style.paint(line, Tone.WARNING)
        if entries[0].type == "Warning" or entries[0].entry_type is EntryType.REFUSED
        else line
        for line, entries in zip(lines[1:], shown, strict=True)
    ]
    return "\n".join([lines[0], *painted]) + "\n"


def played(told: Simulation, printed: str, style: Style) -> str:
    """What kubectl prints, and the Events that followed."""
    parts = [printed, text(told.timeline, told.started, style), _pending(told.pending, style)]
    return "\n".join(part for part in parts if part)


def _pending(pods: Sequence[PendingPod], style: Style) -> str:
    """The pods that have no place in the end: those that had none before last."""
    lines = []
    for pod in sorted(pods, key=lambda pod: (pod.before, pod.namespace, pod.name)):
        since = " (already before)" if pod.before else ""
        why = f": {pod.reason}" if pod.reason else ""
        lines.append(style.paint(f"pending{since}: pod/{pod.name} -n {pod.namespace}", Tone.WARNING) + why)
    return "".join(f"{line}\n" for line in lines)


def as_json(entry: TimelineEvent, started: Instant) -> dict[str, Any]:
    """One entry as plain values."""
    group, kind, namespace, name = entry.object
    about = {"group": group, "kind": kind, "namespace": namespace, "name": name}
    found: dict[str, Any] = {
        "id": entry.id,
        "time": rfc3339_micro(entry.when),
        "seconds": (entry.when - started) / SECOND,
        "actor": entry.actor,
        "entry_type": entry.entry_type.value,
        "object": {key: item for key, item in about.items() if item},
        "cause": entry.cause,
    }
    told = {"event_type": entry.type, "reason": entry.reason, "message": entry.message}
    found.update({key: text for key, text in told.items() if text})
    return found


def elapsed(span: Instant) -> str:
    """A time since the start: 0s, 12.3s, 4m05s, 2h10m."""
    if span < 60 * SECOND:
        return f"{span / SECOND:.1f}s".replace(".0s", "s")
    minutes, rest = divmod(span // SECOND, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m" if hours else f"{minutes}m{rest:02d}s"


def _is_shown(entry: TimelineEvent, everything: bool) -> bool:
    return entry.entry_type is EntryType.EVENT or (
        entry.entry_type is EntryType.REFUSED and (everything or entry.actor == USER)
    )


def _folded(entries: Iterable[TimelineEvent]) -> list[list[TimelineEvent]]:
    """Entries that say the same of the same object together, if the first of them stands."""
    groups: dict[tuple[object, ...], list[TimelineEvent]] = {}
    for entry in entries:
        groups.setdefault((entry.object, entry.type, entry.reason, entry.message), []).append(entry)
    return list(groups.values())


def _row(entries: Sequence[TimelineEvent], started: Instant) -> tuple[str, ...]:
    entry, last = entries[0], entries[-1]
    again = f" (x{len(entries)}, last at {elapsed(last.when - started)})" if len(entries) > 1 else ""
    kind = entry.object.kind.lower()
    subject = f"{kind}/{entry.object.name}"
    return (
        elapsed(entry.when - started),
        entry.type or "Refused",
        entry.reason,
        subject,
        _line(entry.message) + again,
    )


def _line(message: str) -> str:
    return " ".join(message.split("\n"))
