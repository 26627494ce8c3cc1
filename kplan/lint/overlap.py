"""One mistake is one finding: what the API server says is left out where a rule has said it already."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import FieldPath, Step

_DECODING: Final = "API400"
_REFUSED: Final = ("API400", "API422")
_WARNED: Final = "API299"
_COMBINED: Final = re.compile(r'Invalid value: "": "[^"]*" must validate ')
"""How the server begins what follows of alternatives that a value fits none of; what is wrong with the value it says as well."""
_FOLLOWS: Final = ("some validation rules were not checked", "`selector` does not match template `labels`")
"""What the server says only because something else is wrong."""
_NO_VOLUME: Final = "Not found: "
"""How the server says that a mounted volume is absent, also of one that it found a mistake in."""
_CONTAINERS: Final = ("containers", "initContainers", "ephemeralContainers")
_SELECTOR: Final = FieldPath.of("spec", "selector")
_READ: Final = ("API002", "API003", "NAM002", "NAM003")
"""Rules about what the server cannot read as it stands."""
_SAME_AS_WARNING: Final = ("API005", "API006", "CTR001", "CTR002", "AVL012")
"""Rules about what the server only warns of."""


def unsaid(server: Iterable[Diagnostic], found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What the server says beyond the findings of rules; what is said at the same place, or of the same field, is one mistake."""
    said = list(server)
    by_object: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in (*found, *said):
        by_object.setdefault(_subject(one), []).append(one)
    rules = set(map(id, found))

    def is_said(one: Diagnostic) -> bool:
        others = by_object[_subject(one)]
        return any(_covers(other, one) for other in others if id(other) in rules) or _follows(one, others)

    return [one for one in said if not is_said(one)]


def _follows(said: Diagnostic, others: Sequence[Diagnostic]) -> bool:
    """Whether something is only said because of another mistake of the object, which has a finding of its own."""
    errors = [one for one in others if one.severity is Severity.ERROR and one is not said]
    if _COMBINED.match(said.message):
        return any(_within(one.path, said.path) for one in errors if not _COMBINED.match(one.message))
    if _NO_VOLUME in said.message and (volumes := _volumes_beside(said.path)):
        return any(_within(one.path, volumes) for one in errors)
    skipped, unselected = _FOLLOWS
    if skipped in said.message:
        return bool(errors)
    return unselected in said.message and any(one.path == _SELECTOR for one in errors)


def _volumes_beside(path: FieldPath) -> FieldPath | None:
    """The volumes of the pod that a mount is in."""
    steps = path.steps
    if "volumeMounts" not in steps:
        return None
    pod = next((number for number, step in enumerate(steps) if step in _CONTAINERS), 0)
    return FieldPath.of(*steps[:pod], "volumes")


def _subject(one: Diagnostic) -> tuple[str, str]:
    """The file and the object: type and name."""
    return (one.location.file if one.location else "", one.object.partition(" ")[0])


def _covers(rule: Diagnostic, said: Diagnostic) -> bool:
    if said.rule == _WARNED:
        return rule.rule in _SAME_AS_WARNING and (
            _within(rule.path, said.path) or rule.location == said.location
        )
    if said.rule not in _REFUSED or rule.severity is not Severity.ERROR:
        return False
    unreadable = said.rule == _DECODING and not said.path.steps and rule.rule in _READ
    same = rule.location == said.location or _within(rule.path, said.path, deepest=1)
    return unreadable or same or (bool(said.path.steps) and said.path.steps == _without_indices(rule.path))


def _without_indices(path: FieldPath) -> tuple[Step, ...]:
    """The steps as the server names them where it does not say which item of a list it means."""
    return tuple(step for step in path.steps if not isinstance(step, int))


def _within(inner: FieldPath, outer: FieldPath, *, deepest: int = 99) -> bool:
    """Whether a field is another one or stands in it; the whole object counts as no field."""
    steps = len(outer.steps)
    return 0 < steps <= len(inner.steps) <= steps + deepest and inner.steps[:steps] == outer.steps
