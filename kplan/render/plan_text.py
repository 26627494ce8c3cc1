"""A plan as text: the summary, what is at risk, the changes with what follows from each, and what is left behind.

What matters fits on a screen: repeated steps and long lists are folded, unless the style is verbose.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Final

from kplan.plan.action import Action
from kplan.plan.change import Change, FieldEdit
from kplan.plan.effect import Effects
from kplan.plan.model import LeftBehind, Plan, PlannedChange, RiskFinding, RiskStatus, Summary
from kplan.render.absent_namespaces import gathered, some
from kplan.render.edit_text import edit_line, edit_lines
from kplan.render.effects_text import effect_lines, tone_of
from kplan.render.plan_groups import change_groups, risk_groups
from kplan.render.style import Style, Tone
from kplan.report import abridged
from kplan.sentences import counted, listed

_MOST_FIELDS: Final = 12
_MOST_LINES_OF_A_REFUSAL: Final = 6
_MOST_OBJECTS: Final = 10
_MOST_REFUSED: Final = 5
_STATUSES: Final = {RiskStatus.WORSE: "worse than before", RiskStatus.EXISTING: "already there"}


def render(plan: Plan, style: Style) -> str:
    """Print a plan."""
    lines = [style.paint(summary_line(plan.summary), Tone.HEADING), *unsettled_lines(plan, style)]
    lines += [*refused_line(plan, style), *_risk_lines(plan.risks, style)]
    told = () if style.verbose else [risk for shown, _ in risk_groups(plan.risks, style) for risk in shown]
    absent, others = without_namespace(filter(is_told, plan.changes), style)
    for lines_of in absent:
        lines += ["", *lines_of]
    for group in change_groups(others, style):
        for planned in group.shown:
            lines += ["", *change_lines(planned, style, told)]
        lines += (
            ["", style.paint(f"{group.rest}; -v shows them", tone_of(group.more[0].change.action))]
            if group.more
            else []
        )
    aside = effect_lines(plan.not_caused_by_changes, style, told)
    if aside:
        lines += ["", style.paint("Not caused by this change:", Tone.HEADING), *_indent(aside)]
    lines += left_lines(plan.left_behind, style)
    return "\n".join(lines) + "\n"


def without_namespace(
    changes: Iterable[PlannedChange], style: Style
) -> tuple[list[list[str]], list[PlannedChange]]:
    """Of each missing namespace that several objects are refused for the lines that say so, and the other changes."""
    together, others = list[list[str]](), list[PlannedChange]()
    for one in changes if style.verbose else gathered(changes, lambda one: one.change.refusal):
        if isinstance(one, list):
            together.append(_absent_lines([planned.change for planned in one], style))
        else:
            others.append(one)
    return together, others


def _absent_lines(refused: Sequence[Change], style: Style) -> list[str]:
    first = refused[0]
    said = f"the namespace {first.object.namespace} does not exist"
    head = style.paint(f"{first.action.symbol} {counted(len(refused), 'object')}", tone_of(first.action))
    about = (
        f"{one.object.title.partition(' -n ')[0]}{f' ({one.location})' if one.location else ''}"
        for one in refused
    )
    names = some(list(about), " (-v lists them)")
    return [f"{head}  refused: {said}", *_indent([names, f"help: {first.help}"])]


def is_told(planned: PlannedChange) -> bool:
    """Whether there is anything to say about a change; about unchanged objects there often is not."""
    silent = planned.change.action is Action.NOOP and not planned.change.warnings
    return not silent or planned.effects != Effects()


def unsettled_lines(plan: Plan, style: Style) -> Iterator[str]:
    """One line where the simulation did not come to rest, and one for each thing that it did not play."""
    yield from (style.paint(f"Not played: {text}.", Tone.WARNING) for text in plan.unplayed)
    if not plan.complete and not plan.unplayed:
        yield style.paint(f"{unsettled(plan)}.", Tone.WARNING)


def unsettled(plan: Plan) -> str:
    """``Not settled after 3600 s of simulated time; still going on: deployment.apps/web -n default``."""
    going_on = f"; still going on: {listed(plan.going_on)}" if plan.going_on else ""
    return f"Not settled after {plan.duration_seconds:.0f} s of simulated time{going_on}"


def refused_line(plan: Plan, style: Style) -> Iterator[str]:
    """The objects that are refused, where they would be found among others below."""
    told = [one for one in plan.changes if is_told(one)]
    refused = [one.change.object.title for one in told if one.change.action is Action.REFUSED]
    if refused and len(refused) < len(told):
        shown = refused if style.lists_all else refused[:_MOST_REFUSED]
        more = f" and {len(refused) - len(shown)} more (-v lists them)" if len(shown) < len(refused) else ""
        yield style.paint(f"Refused: {', '.join(shown)}{more}.", Tone.ERROR)


def _risk_lines(risks: Sequence[RiskFinding], style: Style) -> Iterator[str]:
    if risks:
        yield from ("", style.paint("Risks:", Tone.HEADING))
    for shown, more in risk_groups(risks, style):
        for risk in shown:
            code = style.paint(f"{risk.code} {risk.name}", Tone.WARNING)
            yield f"  {code}  {risk.object.title} {risk.message}{_status(risk)}"
        if more:
            risk = more[0]
            code = style.paint(f"{risk.code} {risk.name}", Tone.WARNING)
            yield f"  {code}  and {counted(len(more), 'more object')} (-v lists them){_status(risk)}"


def _status(risk: RiskFinding) -> str:
    return f" ({_STATUSES[risk.status]})" if risk.status in _STATUSES else ""


def summary_line(summary: Summary) -> str:
    """``Plan: 2 to create, 1 to change, 0 to replace, 0 to delete; pods: 3 created, ...``."""
    objects = f"Plan: {summary.create} to create, {summary.update} to change, {summary.replace} to replace, {summary.delete} to delete"
    refused = f", {summary.refused} refused" if summary.refused else ""
    counts = (
        (summary.pods_created, "created"), (summary.pods_deleted, "deleted"), (summary.pods_evicted, evicted(summary)),
        (summary.pods_pending, "pending"), (summary.pods_restarted, "restarted"), (summary.pods_scheduled, "scheduled"),
    )  # fmt: skip
    pods = ", ".join(f"{count} {word}" for count, word in counts if count) or "unchanged"
    left = f", {summary.left_behind} left behind" if summary.left_behind else ""
    return f"{objects}{refused}{left}; pods: {pods}."


def evicted(summary: Summary) -> str:
    """``evicted and moved``, ``evicted (1 of them moved)``:
    what is moved is evicted, and created anew on another node.
    """
    if summary.pods_moved == summary.pods_evicted:
        return "evicted and moved"
    return f"evicted ({summary.pods_moved} of them moved)" if summary.pods_moved else "evicted"


def change_lines(planned: PlannedChange, style: Style, told: Sequence[RiskFinding] = ()) -> list[str]:
    """A change and, indented below it, what follows from it beyond what risks above tell already."""
    change = planned.change
    head = f"{change.action.symbol} {change.object.title}"
    why = f"  {change.action}: {change.reason}" if change.reason else f"  {change.action}"
    where = f"  {change.location}" if change.location else ""
    lines = [style.paint(head, tone_of(change.action)) + why + style.paint(where, Tone.PLACE)]
    inner = [*_refusal_lines(change, style), *_changed_lines(change, style), *_note_lines(change, style)]
    return lines + _indent([*inner, *effect_lines(planned.effects, style, told)])


def _refusal_lines(change: Change, style: Style) -> Iterator[str]:
    """The API server's text; if the fields follow, without its own list of them."""
    lines = change.refusal.splitlines()
    own = list(takewhile(lambda line: not line.startswith("@@"), lines)) if change.fields else lines
    shown = lines if style.verbose else own if style.folds else own[:_MOST_LINES_OF_A_REFUSAL]
    for line in shown:
        yield style.paint(line if style.verbose else abridged(line), Tone.ERROR)
    if len(shown) < len(own):
        yield style.paint(f"and {len(own) - len(shown)} more lines (-v shows them)", Tone.NOTE)


def _changed_lines(change: Change, style: Style) -> Iterator[str]:
    """The fields, and of a refusal because of their managers, how they would change."""
    if change.action is Action.REFUSED and change.fields and not change.immutable_fields:
        yield style.paint("--force-conflicts would change:", Tone.NOTE)
        yield from _indent(list(field_lines(change, style)))
    else:
        yield from field_lines(change, style)


def _note_lines(change: Change, style: Style) -> Iterator[str]:
    """What is to be known of the change beside its fields."""
    if change.help:
        yield f"help: {change.help}"
    if change.origin:
        yield style.paint(change.origin, Tone.NOTE)
    for warning in change.warnings:
        first, *others = warning.splitlines() or [""]
        yield style.paint(f"warning: {first}", Tone.WARNING)
        yield from _indent(others)


def field_lines(change: Change, style: Style) -> Iterator[str]:
    """The fields that change, one a line."""
    if change.action not in (Action.UPDATE, Action.REPLACE, Action.REFUSED):
        return
    most = len(change.fields) if style.lists_all else _MOST_FIELDS
    first = sorted(change.fields, key=lambda edit: not _below(edit.path, change.immutable_fields))
    for edit in first[:most]:
        forced = "  (immutable)" if _below(edit.path, change.immutable_fields) else ""
        line = style.paint(edit_line(edit, whole=style.verbose), _tone(edit))
        yield line + style.paint(forced, Tone.REMOVED)
        yield from _indent(_painted(edit_lines(edit, whole=style.verbose, all_lines=style.folds), style))
    if len(change.fields) > most:
        yield style.paint(f"and {len(change.fields) - most} more fields (-v lists them)", Tone.NOTE)
    for path in change.immutable_fields:
        if not any(_below(edit.path, (path,)) for edit in change.fields):
            yield style.paint(f"{path}  (immutable)", Tone.REMOVED)


def _below(path: str, roots: Sequence[str]) -> bool:
    return any(path == root or path.startswith((f"{root}.", f"{root}[")) for root in roots)


def _tone(edit: FieldEdit) -> Tone:
    if edit.before is None:
        return Tone.ADDED
    return Tone.REMOVED if edit.after is None else Tone.CHANGED


def _painted(lines: Iterable[str], style: Style) -> list[str]:
    """The lines of a text that go and come."""
    tones = {"+": Tone.ADDED, "-": Tone.REMOVED}
    return [style.paint(line, tones.get(line[0], Tone.NOTE)) for line in lines]


def left_lines(left: Sequence[LeftBehind], style: Style) -> Iterator[str]:
    """Objects one by one, or the number of each kind if there are many."""
    if not left:
        return
    objects = "1 object was" if len(left) == 1 else f"{len(left)} objects were"
    no_longer = "is" if len(left) == 1 else "are"
    heading = (
        f"Left behind: {objects} applied earlier and {no_longer} not in these manifests; "
        "apply does not delete what it no longer names."
    )
    yield from ("", style.paint(heading, Tone.WARNING))
    many = len(left) > _MOST_OBJECTS and not style.lists_all
    telling = [one for one in left if one.renamed_to or one.pods or one.endpoints] if many else left
    shown = telling[:_MOST_OBJECTS] if many else telling
    yield from (f"    {_left_line(one)}" for one in shown)
    if many:
        rest = Counter(one.object.kind for one in left if one not in shown)
        yield f"    and {', '.join(counted(count, kind) for kind, count in rest.items())} (-v lists them)"


def _left_line(one: LeftBehind) -> str:
    keeps = [f"keeps {counted(one.pods, 'pod')} running"] if one.pods else []
    keeps += [f"keeps serving {counted(one.endpoints, 'endpoint')}"] if one.endpoints else []
    keeps += [one.successor] if one.successor else []
    return f"{one.object.title}  {', '.join(keeps)}".rstrip()


def _indent(lines: Sequence[str]) -> list[str]:
    return [f"    {line}" for line in lines]
