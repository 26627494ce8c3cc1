"""Check results for single objects, kept for later runs: one entry of the folder for all objects of a run.

An object is known by its own content and that of its file; what is said of it depends on nothing else, or
whoever checks it says that it does. Nothing is kept of an object about which something is masked, since only
its masked form could be.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from kplan.cache.folder import Folder
from kplan.cache.jsonbytes import writer
from kplan.cache.reports import finding_of, may_repeat_a_secret, row_of
from kplan.diagnostics import Diagnostic
from kplan.lint.earlier import Earlier

_RULES: Final = "rules"
_SERVER: Final = "server"
_MESSAGE, _EXCERPT, _HELP = (Diagnostic._fields.index(name) for name in ("message", "excerpt", "help"))


class Checks:
    """What is known of objects by their keys; what is looked up or learned goes on to the next run."""

    def __init__(self, folder: Folder, key: str) -> None:
        self._folder = folder
        self._key = key
        self._known = _unpacked(folder.get(key))
        self._used: dict[str, dict[str, Any]] = {_RULES: {}, _SERVER: {}}
        self._learned = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing was known when the run began."""
        return not any(self._known.values())

    def found(self, key: str, definitions: str) -> Earlier | None:
        """What rules found of an object that is defined so; None if that is not known."""
        written = self._look_up(_RULES, key)
        if written is None:
            return None
        rows, again, placed, defined, by = written
        earlier = Earlier(
            _findings(rows), frozenset(again), frozenset(defined),
            {said: finding_of(row) for said, row in placed.items()},
        )  # fmt: skip
        return earlier if by == definitions else earlier.undefined()

    def keep_found(self, key: str, earlier: Earlier, definitions: str) -> None:
        """Know what rules found of an object that is defined so; of those that look again, only where it stands."""
        lasting = (one for one in earlier.found if one.rule not in earlier.again)
        if (rows := _rows(lasting)) is not None:
            placed = {said: row[0] for said, one in earlier.placed.items() if (row := _rows([one]))}
            self._learn(
                _RULES, key, [rows, sorted(earlier.again), placed, sorted(earlier.defined), definitions]
            )

    def said(self, key: str) -> Sequence[Diagnostic] | None:
        """What the API server said about an object; None if that is not known."""
        written = self._look_up(_SERVER, key)
        return None if written is None else _findings(written)

    def keep_said(self, key: str, said: Sequence[Diagnostic]) -> None:
        """Know what the API server said."""
        if (rows := _rows(said)) is not None:
            self._learn(_SERVER, key, rows)

    def save(self) -> None:
        """Keep what this run knew of its objects, if it had to learn some of it."""
        if self._learned:
            self._folder.put(self._key, writer(len(self._used[_RULES]))(self._used))

    def _look_up(self, part: str, key: str) -> Any:
        if key not in self._known[part]:
            return None
        written = self._used[part][key] = self._known[part][key]
        return written

    def _learn(self, part: str, key: str, written: Any) -> None:
        self._used[part][key] = written
        self._learned = True


def _unpacked(written: bytes | None) -> Mapping[str, Mapping[str, Any]]:
    try:
        found = json.loads(written) if written else {}
    except ValueError:
        found = {}
    return {part: found.get(part) or {} for part in (_RULES, _SERVER)}


def _rows(found: Iterable[Diagnostic]) -> list[Any] | None:
    """Findings as JSON; None if something of one of them is masked."""
    rows = []
    for one in found:
        row = row_of(one)
        shown = row[_MESSAGE], row[_EXCERPT], row[_HELP]
        if shown != (one.message, one.excerpt, one.help) or may_repeat_a_secret(one):
            return None
        rows.append(row)
    return rows


def _findings(rows: Iterable[Any]) -> list[Diagnostic]:
    return [finding_of(row) for row in rows]
