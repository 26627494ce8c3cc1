"""One mistake, one finding: what the API server says is left out if a rule says it already."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from kplan.diagnostics import Diagnostic, Severity
from kplan.fieldpath import FieldPath, Step

_DECODING: Final = "API400"
_REFUSED: Final = ("API400", "API422")
_WARNED: Final = "API299"
_COMBINED: Final = re.compile(r'Invalid value: "": "[^"]*" must validate ')
"""How the server begins what follows of alternatives that a value fits none of;
what is wrong with the value it says as well.
"""
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

_Which = tuple[str, str]
"""A file, and an object in it."""


def unsaid(server: Iterable[Diagnostic], found: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What the server says beyond the findings of rules; at the same place or field both mean one mistake."""
    said = list(server)
    of_server, of_rules = _by_object(said), _by_object(found)
    about = {which: _Said(of_rules.get(which, ()), several) for which, several in of_server.items()}
    return [one for one in said if not about[_subject(one)].has(one)]


def _by_object(found: Iterable[Diagnostic]) -> Mapping[_Which, Sequence[Diagnostic]]:
    by_object: dict[_Which, list[Diagnostic]] = {}
    for one in found:
        by_object.setdefault(_subject(one), []).append(one)
    return by_object


class _Said:
    """What rules and the server say about one object, by field and place."""

    def __init__(self, rules: Sequence[Diagnostic], server: Sequence[Diagnostic]) -> None:
        warned = [one for one in rules if one.rule in _SAME_AS_WARNING]
        refused = [one for one in rules if one.severity is Severity.ERROR]
        self._warned = frozenset(around for one in warned for around in _around(one.path))
        self._warned_at = frozenset(one.location for one in warned)
        self._refused = frozenset(around for one in refused for around in _around(one.path, deepest=1))
        self._refused |= {_without_indices(one.path) for one in refused}
        self._refused_at = frozenset(one.location for one in refused)
        self._is_unreadable = any(one.rule in _READ for one in refused)
        errors = [one for one in (*rules, *server) if one.severity is Severity.ERROR]
        self._errors = len(errors)
        self._within = frozenset(
            around for one in errors if not _COMBINED.match(one.message) for around in _around(one.path)
        )
        self._answers = {one.path.steps: one.message.partition(": ")[2] for one in server}
        self._at_selector = any(one.path == _SELECTOR for one in errors)

    def has(self, said: Diagnostic) -> bool:
        """Whether something that the server says is said by a rule, or is only said because of another mistake."""
        return self._is_covered(said) or self._follows(said)

    def _is_covered(self, said: Diagnostic) -> bool:
        steps = said.path.steps
        if said.rule == _WARNED:
            return steps in self._warned or said.location in self._warned_at
        if said.rule not in _REFUSED:
            return False
        unreadable = said.rule == _DECODING and not steps and self._is_unreadable
        return unreadable or said.location in self._refused_at or (bool(steps) and steps in self._refused)

    def _follows(self, said: Diagnostic) -> bool:
        """Whether something is only said because of another mistake of the object, which has a finding of its own.

        A target port that is not written is the port of the Service, and wrong with it.
        """
        if _COMBINED.match(said.message):
            return said.path.steps in self._within
        if _NO_VOLUME in said.message and (volumes := _volumes_beside(said.path)):
            return volumes in self._within
        if said.path.steps[-1:] == ("targetPort",):
            port = self._answers.get((*said.path.steps[:-1], "port"))
            return port is not None and port == said.message.partition(": ")[2]
        skipped, unselected = _FOLLOWS
        if skipped in said.message:
            return self._errors > (said.severity is Severity.ERROR)
        return unselected in said.message and self._at_selector


def _volumes_beside(path: FieldPath) -> tuple[Step, ...]:
    """The volumes of the pod that a mount is in; nothing if it is in none."""
    steps = path.steps
    if "volumeMounts" not in steps:
        return ()
    pod = next((number for number, step in enumerate(steps) if step in _CONTAINERS), 0)
    return (*steps[:pod], "volumes")


def _subject(one: Diagnostic) -> _Which:
    """The file and the object: type and name."""
    return (one.location.file if one.location else "", one.object.partition(" ")[0])


def _without_indices(path: FieldPath) -> tuple[Step, ...]:
    """The steps as the server names them if it does not say which item of a list it means."""
    return tuple(step for step in path.steps if not isinstance(step, int))


def _around(path: FieldPath, *, deepest: int = 99) -> Iterator[tuple[Step, ...]]:
    """A field and its ancestors up to some levels; the object as a whole does not count."""
    steps = path.steps
    for length in range(max(len(steps) - deepest, 1), len(steps) + 1):
        yield steps[:length]
