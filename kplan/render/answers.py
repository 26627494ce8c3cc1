"""Answers about nodes and pods as text: tables with one line a node, and the remedies below them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from kplan.api.object import Json
from kplan.api.podresources import CPU, MEMORY, PODS, in_words
from kplan.network.route import Route
from kplan.render.style import Style, Tone
from kplan.report_parts import Fits, NodesReport
from kplan.scheduler.capacity import Capacity, Loss, NodeUse
from kplan.scheduler.explain import Explanation

if TYPE_CHECKING:
    from kplan.report_parts import Answer


def _table(rows: Iterable[Sequence[str]], style: Style) -> list[str]:
    """Lines of columns as wide as they need; the first row is the heading."""
    cells = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return [style.paint(lines[0], Tone.HEADING), *lines[1:]]


def text(answer: "Answer", style: Style) -> str:
    """One answer."""
    if isinstance(answer, Fits):
        return _capacity(answer.title, answer.capacity, style)
    if isinstance(answer, NodesReport):
        losses = [] if answer.losses is None else [_losses(answer.losses, style)]
        return "\n".join([_nodes(answer.uses, style), *losses])
    if isinstance(answer, Route):
        return "\n  ".join([answer.answer.value, *answer.steps]) + "\n"
    return _explanation(answer, style)


def plain(answer: "Answer") -> Json:
    """One answer for programs; amounts are millicores and bytes."""
    if isinstance(answer, Fits):
        return {"object": answer.title, **asdict(answer.capacity)}
    if isinstance(answer, NodesReport):
        losses = {} if answer.losses is None else {"losses": [asdict(loss) for loss in answer.losses]}
        return {"nodes": [asdict(use) for use in answer.uses], **losses}
    if isinstance(answer, Route):
        return {
            "from": answer.source, "to": answer.target, "answer": answer.answer.value, "steps": answer.steps,
            "reached": answer.reached, "blocked": answer.blocked,
        }  # fmt: skip
    return _plain_explanation(answer)


def _plain_explanation(found: Explanation) -> Json:
    decision, nomination = found.decision, found.decision.nomination
    scores = {
        node: {"total": decision.final.get(node), "plugins": dict(row)}
        for node, row in decision.scores.items()
    }
    evicting = None
    if nomination is not None and nomination.node:
        evicting = {"node": nomination.node, "victims": [victim.name for victim in nomination.victims]}
    return {
        "pod": {"namespace": decision.pod.namespace, "name": decision.pod.name},
        "node": decision.node or None, "bound_to": found.bound or None, "message": decision.message, "ties": list(decision.ties), "scores": scores,
        "refusals": [asdict(item) for item in found.refusals], "preemption": evicting,
        "remedies": [asdict(item) for item in found.remedies],
    }  # fmt: skip


def _explanation(found: Explanation, style: Style) -> str:
    """Where a pod goes and by what score, or who refused it, with numbers, and what would help."""
    decision = found.decision
    lines = [_verdict(found, style)]
    if decision.totals:
        lines += ["", *_scores(found, style)]
    if found.refusals:
        heading = ("NODE", "REJECTED BY", "WHY")
        rows = [
            (item.node, item.plugin or "-", ": ".join(filter(None, (", ".join(item.reasons), item.detail))))
            for item in found.refusals
        ]
        lines += ["", *_table([heading, *rows], style)]
    if decision.nomination is not None and decision.nomination.node:
        names = ", ".join(f"{victim.namespace}/{victim.name}" for victim in decision.nomination.victims)
        lines += ["", f"It would be placed on {decision.nomination.node} after evicting {names}."]
    if found.remedies:
        lines += ["", style.paint("Each of these changes alone would make it fit:", Tone.HEADING)]
        lines += [
            f"  {item.text}" + (f" -> {item.node}" if item.node not in item.text else "")
            for item in found.remedies
        ]
    elif found.refusals and not decision.node and not (decision.nomination and decision.nomination.node):
        lines += [
            "",
            "No single change would make it fit: a smaller request, a toleration, a label or one more node.",
        ]
    return "\n".join(lines) + "\n"


def _verdict(found: Explanation, style: Style) -> str:
    decision = found.decision
    title = f"pod/{decision.pod.name} -n {decision.pod.namespace or 'default'}"
    bound = ""
    if found.bound and found.bound not in (decision.node, *decision.ties):
        bound = f"\nIts node is {found.bound}, which it keeps; this is what the scheduler would decide now."
    if not decision.node:
        fits = "no node fits" if decision.cycle else "no node is looked for"
        return f"{style.paint(title, Tone.ERROR)}: {fits}\n{decision.message}{bound}"
    others = [name for name in decision.ties if name != decision.node]
    text = f"{title}: {style.paint(decision.node, Tone.ADDED)}"
    if not decision.totals:
        return f"{text}, the only node that fits{bound}"
    if others:
        text += f", with the same score as {', '.join(others)} (the real scheduler may choose any of them)"
    return text + bound


def _scores(found: Explanation, style: Style) -> list[str]:
    decision = found.decision
    plugins = [(name, weight) for name, weight, _ in decision.table]
    heading = ("NODE", "TOTAL", *(f"{name} x{weight}" for name, weight in plugins))
    order = sorted(range(len(decision.feasible)), key=lambda place: -decision.totals[place])
    rows = [
        (
            decision.feasible[place],
            str(decision.totals[place]),
            *(str(weight * scores[place]) for _, weight, scores in decision.table),
        )
        for place in order
    ]
    return _table([heading, *rows], style)


def _capacity(title: str, found: Capacity, style: Style) -> str:
    """How many fit, on which nodes, and why no more."""
    more = f"{found.pods} more pod{'s' * (found.pods != 1)} of {title} fit" + "s" * (found.pods == 1)
    lines = [style.paint(more, Tone.HEADING)]
    if found.per_node:
        lines += [
            "",
            *_table(
                [("NODE", "PODS"), *((name, str(number)) for name, number in found.per_node.items())], style
            ),
        ]
    lines += [
        "",
        f"The next pod: {found.limit}" if found.limit else "Counting stopped at --max; raise it to count on.",
    ]
    return "\n".join(lines) + "\n"


def _nodes(uses: Sequence[NodeUse], style: Style) -> str:
    """What every node offers, what is taken, what is left and the largest pod that still fits."""
    rows = [("NODE", "PODS", "CPU", "CPU FREE", "MEMORY", "MEMORY FREE", "LARGEST POD")]
    for use in uses:
        cpu, memory = use.largest_pod
        fits = f"{in_words(CPU, cpu)} cpu, {_size(memory)}" if cpu or memory else "none"
        rows.append(
            (
                use.name + ("" if use.ready_for_pods else " (cordoned)"),
                f"{use.pods}/{use.allocatable.get(PODS, 0)}",
                f"{in_words(CPU, use.requested.get(CPU, 0))}/{in_words(CPU, use.allocatable.get(CPU, 0))}",
                in_words(CPU, use.free(CPU)),
                f"{_size(use.requested.get(MEMORY, 0))}/{_size(use.allocatable.get(MEMORY, 0))}",
                _size(use.free(MEMORY)),
                fits,
            )
        )
    return "\n".join(_table(rows, style)) + "\n"


def _losses(found: Sequence[Loss], style: Style) -> str:
    """What the loss of each node would mean."""
    rows = [("WITHOUT", "MOVED", "PENDING")]
    for loss in found:
        stranded = ", ".join(f"{name} ({number})" for name, number in loss.stranded.items())
        rows.append((loss.node, str(loss.moved), stranded or "none"))
    lines = _table(rows, style)
    reasons = [f"  {loss.node}: {loss.message}" for loss in found if loss.message]
    return "\n".join([*lines, *(["", style.paint("Why:", Tone.HEADING), *reasons] if reasons else [])]) + "\n"


def _size(amount: int) -> str:
    return in_words(MEMORY, amount) if amount else "0"
