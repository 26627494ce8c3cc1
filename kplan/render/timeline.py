"""A simulation's story: Events as ``kubectl get events`` lays them out, with times since the start, or as JSON lines."""

from collections.abc import Iterable
from typing import Any

from kplan.kubectl.printers.table import aligned
from kplan.render.style import Style, Tone
from kplan.report import Story
from kplan.simulation.clock import SECOND, Instant, rfc3339_micro
from kplan.simulation.stage import USER
from kplan.simulation.timeline import Happening, Timeline, TimelineEvent

_HEADINGS = ("TIME", "TYPE", "REASON", "OBJECT", "MESSAGE")


def text(timeline: Timeline, started: Instant, style: Style, *, everything: bool = False) -> str:
    """The Events in order, and what users could not do; ``everything`` adds what controllers were refused."""
    shown = [entry for entry in timeline if _is_shown(entry, everything)]
    if not shown:
        return ""
    lines = aligned([_HEADINGS, *(_row(entry, started) for entry in shown)]).splitlines()
    painted = [
        style.paint(line, Tone.WARNING)
        if entry.type == "Warning" or entry.happening is Happening.REFUSED
        else line
        for line, entry in zip(lines[1:], shown, strict=True)
    ]
    return "\n".join([lines[0], *painted]) + "\n"


def story(told: Story, printed: str, style: Style) -> str:
    """What kubectl prints, and the Events that followed."""
    events = text(told.timeline, told.started, style)
    return printed + (f"\n{events}" if printed and events else events)


def as_json(entry: TimelineEvent, started: Instant) -> dict[str, Any]:
    """One entry as plain values."""
    group, kind, namespace, name = entry.object
    about = {"group": group, "kind": kind, "namespace": namespace, "name": name}
    found: dict[str, Any] = {
        "id": entry.id,
        "time": rfc3339_micro(entry.when),
        "seconds": (entry.when - started) / SECOND,
        "actor": entry.actor,
        "happening": entry.happening.value,
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
    return entry.happening is Happening.EVENT or (
        entry.happening is Happening.REFUSED and (everything or entry.actor == USER)
    )


def _row(entry: TimelineEvent, started: Instant) -> tuple[str, ...]:
    kind = entry.object.kind.lower()
    subject = f"{kind}/{entry.object.name}"
    return (
        elapsed(entry.when - started),
        entry.type or "Refused",
        entry.reason,
        subject,
        _line(entry.message),
    )


def _line(message: str) -> str:
    return " ".join(message.split("\n"))


def rows(events: Iterable[TimelineEvent], started: Instant) -> list[tuple[str, ...]]:
    """Events as rows."""
    return [_row(entry, started) for entry in events]
