"""What a plan was made from, so that it can be shown and applied later as it was made then.

Upstream: none; terraform keeps the same in its plan files.
"""

from dataclasses import dataclass, field
from typing import Any, Self

from kplan.diagnostics import Diagnostic, Location, Severity
from kplan.fieldpath import FieldPath
from kplan.plan.change import Identity


@dataclass(frozen=True, slots=True)
class StateBefore:
    """The state that the plan was made on."""

    title: str
    """One line that says where the state came from."""
    digest: str
    """A hash of every object in it; Secrets count with the hashes of their values."""
    revision: int = 0
    """The revision of a stored state; 0 for every other."""


@dataclass(frozen=True, slots=True)
class Request:
    """One object that is to be applied."""

    object: Identity
    """Its name, as it was written: the namespace may be empty."""
    file: str = ""
    """The file it was read from."""
    line: int = 0
    manifest: dict[str, Any] | None = None
    """The object as it was written; null if it is a Secret or holds credentials: it is read from its file again."""
    digest: str = ""
    """A salted hash of such an object, to check that its file still holds the same."""
    built_by: str = ""
    """The folder of the kustomization that it was built by."""


@dataclass(frozen=True, slots=True)
class Application:
    """What is to be applied, in this order, and how."""

    requests: tuple[Request, ...] = ()
    namespace: str = "default"
    """The namespace of objects that name none."""
    enforce_namespace: bool = False
    """Whether objects may name no other."""
    server_side: bool = False
    force_conflicts: bool = False
    field_manager: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a file; 0 for a line or column that is not known."""

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    built_by: str = ""
    """The folder of the kustomization, or the chart, that what stands there was built by."""

    @property
    def place(self) -> Location:
        """The same as every finding has it."""
        return Location(self.file, self.line, self.column, self.end_line, self.end_column, self.built_by)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that was wrong with the input or the state, and hindered no plan."""

    rule: str
    message: str
    severity: Severity = Severity.ERROR
    object: str = ""
    path: str = ""
    location: Position | None = None
    help: str = ""
    related: tuple[Position, ...] = ()
    kubernetes: tuple[str, ...] = ()
    """The minors it is about; empty for all that were checked."""

    @classmethod
    def of(cls, found: Diagnostic) -> Self:
        """A finding without its excerpt, which shows the user's file."""
        return cls(
            found.rule, found.message, found.severity, found.object, str(found.path),
            Position(*found.location) if found.location else None, found.help,
            tuple(Position(*place) for place in found.related), found.kubernetes,
        )  # fmt: skip

    @property
    def finding(self) -> Diagnostic:
        """The finding."""
        return Diagnostic(
            self.rule, self.message, self.severity, self.object, FieldPath.parse(self.path),
            self.location.place if self.location else None, "", self.help,
            tuple(one.place for one in self.related), self.kubernetes,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is no manifest."""

    file: str
    what: str


@dataclass(frozen=True, slots=True)
class Input:
    """What was read."""

    files: int = 0
    objects: int = 0
    manifests: tuple[str, ...] = ()
    """The files that objects were read from."""
    skipped: tuple[OtherFile, ...] = ()
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    """What a plan was made from."""

    state: StateBefore
    application: Application = field(default_factory=Application)
    input: Input = field(default_factory=Input)
    remarks: tuple[Remark, ...] = ()
    kubernetes: tuple[str, ...] = ()
    """The minors it was checked against; the first one was simulated."""
