"""One type for everything kplan has to say about a user's input, from YAML syntax to a scheduler's refusal.

A diagnostic is a value: collected, sorted and rendered, never thrown.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from operator import itemgetter
from typing import Final

from kplan.errors import KplanError
from kplan.fieldpath import ROOT, FieldPath
from kplan.fixes import Fix
from kplan.namedtuples import NamedTuple


class Severity(StrEnum):
    """How much a diagnostic matters; ordered error, warning, info."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the most severe."""
        return 0 if self is Severity.ERROR else 1 if self is Severity.WARNING else 2

    @property
    def noun(self) -> str:
        """What a finding of this severity is called: an error, a warning or a note."""
        return "note" if self is Severity.INFO else self.value


class Location(NamedTuple):
    """A place in a file, as an editor shows it."""

    file: str
    line: int = 0
    """1-based; 0 if only the file is known."""
    column: int = 0
    """1-based, in characters; 0 if only the line is known."""
    end_line: int = 0
    end_column: int = 0
    built_by: str = ""
    """The folder of the kustomization, or the chart, that what stands there was built by."""

    @classmethod
    def parse(cls, text: str) -> "Location":
        """``file``, ``file:line`` or ``file:line:column``."""
        parts, numbers = text.split(":"), list[int]()
        while len(parts) > 1 and len(numbers) < 2 and parts[-1].isdecimal():
            numbers.insert(0, int(parts.pop()))
        line, column = [*numbers, 0, 0][:2]
        return cls(":".join(parts), line, column)

    def __str__(self) -> str:
        if self.file and self.line and self.column:
            return f"{self.file}:{self.line}:{self.column}"
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part)


_NOWHERE: Final = Location("")


class Diagnostic(NamedTuple):
    """One finding, refusal or broken document."""

    rule: str
    """Stable code such as ``SEC003``, ``YAML001`` or ``API422``."""
    message: str
    severity: Severity = Severity.ERROR
    object: str = ""
    """The object it is about, as ``deployment.apps/web`` or ``deployment.apps/web -n shop``;
    empty for a broken document.
    """
    path: FieldPath = ROOT
    location: Location | None = None
    excerpt: str = ""
    """The source lines around the place with a caret, ready to print; empty when there is no source."""
    help: str = ""
    related: tuple[Location, ...] = ()
    kubernetes: tuple[str, ...] = ()
    """The minor versions it is about, if several were checked and others are fine."""
    fix: Fix | None = None
    """How it can be corrected; None if nobody but its author knows."""
    unfixed: str = ""
    """Why an existing fix cannot be made in the files."""

    @property
    def about(self) -> str:
        """`` (OBJECT, built by FOLDER) [Kubernetes 1.34]`` behind a message, as far as there is any."""
        parts = [self.object] if self.object else []
        if self.location and self.location.built_by:
            parts.append(f"built by {self.location.built_by}")
        return (f" ({', '.join(parts)})" if parts else "") + self.minors

    @property
    def minors(self) -> str:
        """`` [Kubernetes 1.33, 1.34]`` behind a message that is not about all minors that were checked."""
        return f" [Kubernetes {', '.join(self.kubernetes)}]" if self.kubernetes else ""

    @property
    def place_key(self) -> tuple[str, int, int, int, str]:
        """File, line, column, then severity and rule."""
        where = self.location or _NOWHERE
        return where.file, where.line, where.column, self.severity.rank, self.rule

    @property
    def sort_key(self) -> tuple[str, int, int, int, str, str, str]:
        """File, line, column, then severity, rule, path and message."""
        return *self.place_key, str(self.path), self.message


def in_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Sort as every command prints them, without repeats."""
    # Most stand at a place of their own: the text of the path is made of the few that agree in all else, and
    # repeats are among them.
    found = list[Diagnostic]()
    for alike in _alike(diagnostics, lambda one: one.place_key):
        if len(alike) == 1:
            found += alike
            continue
        for same in _alike(alike, lambda one: (str(one.path), one.message)):
            found += dict.fromkeys(same)
    return found


def _alike(
    diagnostics: Iterable[Diagnostic], key: Callable[[Diagnostic], tuple[str | int, ...]]
) -> Iterator[list[Diagnostic]]:
    """Those with the same key together, in the order of their keys."""
    keyed = sorted(((key(one), one) for one in diagnostics), key=itemgetter(0))
    for _, alike in groupby(keyed, itemgetter(0)):
        yield [one for _, one in alike]


def has_error(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether one of them is an error."""
    return any(one.severity is Severity.ERROR for one in diagnostics)


class DiagnosedError(KplanError):
    """Input that nothing can go on without, with everything that is wrong in it."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(diagnostics[0].message)
        self.diagnostics = diagnostics
