"""The one document renderers see: what was found, and what would happen.

Text is typography over this document; JSON is this document.
"""

from dataclasses import dataclass

from kplan.diagnostics import Diagnostic, Severity, in_order
from kplan.plan.model import Plan
from kplan.simulation.timeline import Timeline


@dataclass(frozen=True, slots=True)
class Report:
    """Diagnostics, and a plan or a timeline where the command made one."""

    diagnostics: tuple[Diagnostic, ...] = ()
    plan: Plan | None = None
    timeline: Timeline | None = None
    checked: int = 0
    """How many objects were looked at."""

    @property
    def ordered(self) -> list[Diagnostic]:
        """The diagnostics as every command prints them."""
        return in_order(self.diagnostics)

    def count(self, severity: Severity) -> int:
        """How many diagnostics there are of a severity."""
        return sum(1 for diagnostic in self.diagnostics if diagnostic.severity is severity)
