"""What a check of an upgrade is: a value with a code, examples and documentation, and nothing to register."""

from collections.abc import Callable, Iterable

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.api.workloads import PodTemplate, group_kind, pod_template
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.namedtuples import NamedTuple
from kplan.schema.catalog import Catalog

__all__ = ["Check", "Example", "Problem", "Severity", "Subject", "Use"]


class Use(NamedTuple):
    """An apiVersion that an object is written in, and by whom."""

    gvk: GroupVersionKind
    who: str = ""
    """Empty for the object itself."""


class Subject(NamedTuple):
    """One object on its way from a release to a later one."""

    value: Json
    uses: tuple[Use, ...]
    start: Catalog
    """What the release before the upgrade accepts."""
    target: Catalog

    @property
    def gvk(self) -> GroupVersionKind:
        """Its type."""
        return self.uses[0].gvk

    @property
    def kind(self) -> str:
        """``Deployment.apps``."""
        return group_kind(self.value)

    @property
    def template(self) -> PodTemplate | None:
        """The pod, or the template of its pods."""
        return pod_template(self.value, self.kind)

    @property
    def minors(self) -> tuple[int, int]:
        """The minors before and after the upgrade."""
        return minor_of(self.start), minor_of(self.target)


def minor_of(catalog: Catalog) -> int:
    """36 for 1.36."""
    return int(catalog.version.partition(".")[2])


class Problem(NamedTuple):
    """What happens to one place of an object, in one line, and what to do about it."""

    path: FieldPath
    message: str
    help: str = ""


class Example(NamedTuple):
    """An object, and an upgrade of it."""

    manifest: str
    start: int
    """The minor before it, such as 36."""
    target: int


class Check(NamedTuple):
    """One way in which an upgrade changes what an object means."""

    code: str
    """Stable for ever: ``UPG001``."""
    name: str
    """The file's name in kebab-case: ``removed-api-version``."""
    severity: Severity
    """An error breaks; everything else goes on working."""
    check: Callable[[Subject], Iterable[Problem]]
    affected: tuple[Example, ...]
    unaffected: tuple[Example, ...]
    references: tuple[str, ...] = ()
    doc: str = ""
    """The module's docstring: a summary line, why it matters, and ``Fix:``."""

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return self.doc.strip().partition("\n")[0]

    @property
    def why(self) -> str:
        """Why it matters."""
        return self.doc.partition("\n")[2].partition("Fix:")[0].strip()

    @property
    def fix(self) -> str:
        """What to do about it."""
        return " ".join(self.doc.partition("Fix:")[2].split())
