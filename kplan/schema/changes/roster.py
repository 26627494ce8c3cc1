"""All tables of changes as one list: what each minor between two brought."""

from collections.abc import Iterator

from kplan.namedtuples import NamedTuple
from kplan.schema.changes.behaviours import ROWS
from kplan.schema.changes.gates import gates
from kplan.schema.changes.texts import RULES, TEXTS
from kplan.schema.changes.upgrades import all_changes
from kplan.schema.changes.warnings import WARNINGS


class Told(NamedTuple):
    """One change as a list shows it."""

    minor: int
    what: str
    """``gate``, ``behaviour``, ``error``, ``warning``, ``rule``, or the effect of a row of ``upgrades``."""
    where: str
    text: str


def told(start: int, target: int) -> list[Told]:
    """What changes on the way from one minor to a later one, by minor."""
    return sorted(one for one in _all() if start < one.minor <= target)


def _all() -> Iterator[Told]:
    for gate in gates():
        yield Told(gate.since, "gate", " ".join(sorted(gate.kinds)), gate.text)
    for row in ROWS:
        yield Told(row.since, "behaviour", row.who, row.text)
    for text in TEXTS:
        yield Told(text.since, "error", text.place, text.text)
    for warning in WARNINGS:
        yield Told(warning.since, "warning", " ".join(sorted(warning.kinds)) or "*", warning.text)
    for rule in RULES:
        yield Told(rule.since, "rule", " ".join(sorted(rule.kinds)), rule.text)
    for change in all_changes():
        yield Told(
            change.minor,
            change.effect.value,
            f"{' '.join(sorted(change.kinds))} {change.path}",
            change.message,
        )
