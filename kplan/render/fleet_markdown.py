"""Many targets in a comment: a table of targets, and a fold for every change."""

from collections.abc import Iterator

from kplan.plan.action import Action
from kplan.render.fleet_text import targets_of
from kplan.render.markup import block, code, fold, words
from kplan.render.sections import Section
from kplan.report_parts import Fleet, FoldedChange

_MOST_LINES = 60


def sections(fleet: Fleet) -> Iterator[Section]:
    """The targets of which there is something to say, and what changes."""
    told = [one for one in fleet.targets if one.outcome != "clean"]
    yield Section("target", [f"| {code(one.name)} | {one.outcome} | {words(one.summary)} |" for one in told])
    yield Section("changed object", [_change(one, len(fleet.targets)) for one in fleet.changes])


def _change(one: FoldedChange, number: int) -> str:
    symbol = Action(one.action).symbol if one.action in list(Action) else "~"
    title = f"{code(f'{symbol} {one.object}')} {one.action} in {words(targets_of(one, number))}"
    more = len(one.lines) - _MOST_LINES
    lines = [*one.lines[:_MOST_LINES], *([f"and {more} more lines"] if more > 0 else [])]
    return fold(title, block("\n".join(lines), "diff") if lines else "all of it")
