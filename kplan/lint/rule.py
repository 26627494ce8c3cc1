"""What a rule is: a value with a code, a check, examples and documentation, and nothing to register."""

from collections.abc import Callable, Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from kplan.api.workloads import POD_OWNERS
from kplan.diagnostics import Severity
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix, Safety
from kplan.lint.presets import Preset
from kplan.lint.world import Subject
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.docstrings import Documentation
    from kplan.lint.codes import Code
    from kplan.lint.option import Option, Settings, Takes

__all__ = ["ANY", "LONG_RUNNING", "MINIMAL", "ON_REQUEST", "POD_OWNERS", "RECOMMENDED", "REPLICATED", "STRICT", "Finding", "Option", "Rule", "Subject", "Takes"]  # fmt: skip

ANY: Final[frozenset[str]] = frozenset()
"""A rule for objects of every kind."""
REPLICATED: Final = frozenset(
    {"Deployment.apps", "StatefulSet.apps", "ReplicaSet.apps", "ReplicationController"}
)
"""Kinds that keep a number of pods."""
LONG_RUNNING: Final = REPLICATED | {"DaemonSet.apps"}
"""Kinds whose pods run until they are replaced."""


MINIMAL: Final = Preset.MINIMAL
"""For what the API server refuses or what cannot work."""
RECOMMENDED: Final = Preset.RECOMMENDED
"""For what a careful team wants to know."""
STRICT: Final = Preset.STRICT
"""For what is a matter of opinion, or found in most manifests."""
ON_REQUEST: Final = None
"""For conventions that a team has or has not: in no preset but those of the tools that have the check."""

QUOTE_IT = "quote it"
"""The advice for a value that YAML reads as a number or a boolean where a string belongs."""


def fixes_of(rule: "Rule | Code") -> str:
    """Whether findings of a rule or code can be fixed, in words: ``safe``, ``unsafe``, both or none."""
    return " or ".join(sorted(rule.fixes)) or "none"


class Finding(NamedTuple):
    """One mistake: the field it is at, and one line that says what is wrong."""

    path: FieldPath
    message: str
    help: str = ""
    """What to do, if it depends on the case; else the rule's own advice is shown."""
    at_key: bool = False
    """Point at the field's name instead of its value."""
    related: tuple[tuple[Subject, FieldPath], ...] = ()
    """Other places the finding is about."""
    severity: Severity | None = None
    """Where the case weighs otherwise than the rule."""
    unknown: str = ""
    """Why it cannot be known from the input whether this is a mistake; such a finding is shown on request only."""
    fix: Fix | None = None
    """How to correct it, in the object it is about; None if nobody but its author knows."""
    secret: bool = False
    """Whether the value there is a secret, which is not shown to those who read the finding."""


class Rule(NamedTuple):
    """One thing that lint looks for."""

    code: str
    """Theme and number, stable for ever: ``SEC003``."""
    name: str
    """The file's name in kebab-case: ``run-as-non-root``."""
    severity: Severity
    kinds: frozenset[str]
    """Group kinds it looks at, as ``Deployment.apps``; empty for all."""
    check: Callable[[Subject], Iterable[Finding]]
    good: tuple[str, ...]
    """Manifests, or fragments of a Pod, that it accepts."""
    bad: tuple[str, ...]
    """Manifests, or fragments of a Pod, that it reports."""
    references: tuple[str, ...] = ()
    looks_around: bool = False
    """Whether it looks at other objects than the one it is about."""
    preset: Preset | None = RECOMMENDED
    """The smallest preset that holds it: minimal, recommended, strict, or none; larger ones hold it too."""
    aliases: tuple[str, ...] = ()
    """The checks of other tools that it stands for, as ``polaris:hostPIDSet``; two rules may share one check."""
    options: "tuple[Option[Any], ...]" = ()
    """What it can be told; its check asks the subject for them."""
    assumes: "Settings" = MappingProxyType({})
    """What its examples assume to be set, by the keys of its options."""
    fixes: tuple[Safety, ...] = ()
    """What its fixes are, if it has some; others of its findings may have none."""
    needs: frozenset[str] = frozenset()
    """The kinds of which another object has to be in the run for it to find anything; empty if none has to."""
    theme: str = ""
    source: str = ""
    """Where it comes from, if it is not one of kplan's: a place in a configuration, or a package."""
    doc: str = ""
    """The module's docstring: a summary line, why it matters, and ``Fix:``."""

    @property
    def summary(self) -> str:
        """The first line of its documentation."""
        return _read(self.doc).summary

    @property
    def why(self) -> str:
        """Why it matters."""
        return _read(self.doc).why

    @property
    def fix(self) -> str:
        """What to do about it."""
        return _read(self.doc).fix


def _read(doc: str) -> "Documentation":
    from kplan.docstrings import documentation  # noqa: PLC0415 - a rule that finds nothing is not explained

    return documentation(doc)


def __getattr__(name: str) -> Any:
    """``Option`` and ``Takes``, for the few rules that can be told something."""
    if name not in ("Option", "Takes"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from kplan.lint import option  # noqa: PLC0415 - likewise

    return getattr(option, name)
