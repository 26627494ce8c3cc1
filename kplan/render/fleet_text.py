"""Many targets as text: how each came out, then what changes, each change once."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kplan.plan.action import Action
from kplan.render.style import Style, Tone
from kplan.report_parts import Fleet, FoldedChange, TargetOutcome
from kplan.sentences import counted

_TONES = {"changed": Tone.CHANGED, "findings": Tone.WARNING, "refused": Tone.ERROR, "failed": Tone.ERROR}
_IN_A_COUNT = {"findings": "with findings"}
"""What a number of targets is said to be, if that is not the outcome's own name."""
_MOST_NAMES = 5
_MOST_LINES = 20
_MOST_CHANGES = 200


def render(fleet: Fleet, style: Style) -> str:
    """Print targets by outcome and the changes folded over them."""
    lines = [summary_line(fleet), *_targets(fleet.targets, style)]
    shown = fleet.changes if style.verbose else fleet.changes[:_MOST_CHANGES]
    for one in shown:
        lines += ["", *change_lines(one, len(fleet.targets), style)]
    if len(shown) < len(fleet.changes):
        lines += ["", f"and {len(fleet.changes) - len(shown)} more changes (-v lists them)"]
    return "\n".join(lines) + "\n"


def summary_line(fleet: Fleet) -> str:
    """How many targets came out how."""
    counts = Counter(one.outcome for one in fleet.targets)
    named = (*_TONES, "clean", "skipped")
    told = ", ".join(f"{counts[name]} {_IN_A_COUNT.get(name, name)}" for name in named if counts[name])
    return f"{counted(len(fleet.targets), 'target')}: {told or 'nothing to do'}."


def _targets(targets: Sequence[TargetOutcome], style: Style) -> Iterator[str]:
    """The targets of which there is something to say; with -v all of them."""
    told = [one for one in targets if style.verbose or one.outcome != "clean"]
    if not told:
        return
    widest = max(len(one.name) for one in told)
    yield ""
    for one in told:
        outcome = style.paint(f"{one.outcome:<8}", _TONES.get(one.outcome, Tone.NOTE))
        yield f"{one.name:<{widest}}  {outcome}  {one.summary}".rstrip()


def change_lines(one: FoldedChange, number: int, style: Style) -> Iterator[str]:
    """A change and the targets that have it."""
    where = targets_of(one, number)
    known = one.action in list(Action)
    symbol = Action(one.action).symbol if known else "~"
    yield style.paint(f"{symbol} {one.object}", Tone.HEADING) + f"  {one.action} in {where}"
    most = len(one.lines) if style.verbose else _MOST_LINES
    yield from (f"    {line}" for line in one.lines[:most])
    if len(one.lines) > most:
        yield f"    and {len(one.lines) - most} more lines (-v lists them)"


def targets_of(one: FoldedChange, number: int) -> str:
    """The targets of a change: all of them, or the first few names."""
    if len(one.targets) == number and number > 1:
        return f"all {number} targets"
    more = len(one.targets) - _MOST_NAMES
    return ", ".join(one.targets[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
