"""The report: the frozen document that a run results in, and all that a format ever sees.

JSON is this document; every other format is typography. A report has parts, and most runs fill one or two of them:
findings (lint, and what is refused or at risk elsewhere), a plan, a diff, a simulation (what happened on the virtual
clock), answers (explain, capacity, nodes, route) and replies (the API
server's, to every object).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from kplan.diagnostics import Diagnostic, Location, Severity, in_order
from kplan.namedtuples import NamedTuple

if TYPE_CHECKING:
    from kplan.inputs.reading import Skipped
    from kplan.plan.change import Identity
    from kplan.plan.model import Plan, RiskFinding
    from kplan.report_parts import Answer, FileDiff, Fleet, Reply, Simulation, Table
    from kplan.simulation.outcome import Outcome


REFUSED: Final = "API422"
"""The code of an object that the API server refuses, if nothing tells how."""
WARNED: Final = "API299"
"""The code of what the API server warns of."""
POLICY: Final = "POL001"
"""The code of a policy that a plan breaks."""
_TELL_REFUSALS: Final = frozenset({"PLN020", "PLN030", "PLN034"})
"""The risks that say why the API server refuses the object:
a field that cannot change, a version or a kind that it does not know.
"""


_LONGEST_LINE: Final = 400
"""Characters of a line of a refusal."""


class Part(StrEnum):
    """What a report may contain, and a format may show."""

    FINDINGS = "findings"
    PLAN = "plan"
    DIFF = "diff"
    SIMULATION = "simulation"
    ANSWERS = "answers"
    REPLIES = "replies"
    TABLE = "table"
    PRINTED = "printed"
    FLEET = "fleet"


class RuleText(NamedTuple):
    """The documentation of a finding's code: a rule, a risk or a kind of refusal."""

    code: str
    name: str
    summary: str
    why: str = ""
    fix: str = ""
    severity: Severity = Severity.ERROR
    references: Sequence[str] = ()


class InputSummary(NamedTuple):
    """What was read."""

    files: int = 0
    objects: int = 0
    skipped: "Sequence[Skipped]" = ()
    excluded: Sequence[str] = ()
    below: Mapping[str, int] = {}
    """How many files below each folder were not read."""
    manifests: Sequence[str] = ()
    """The files that objects were read from."""
    built: Sequence[str] = ()
    """The folders of kustomizations, and the charts, that were built."""
    deliveries: Sequence[str] = ()
    """What objects of Argo CD and Flux in the input deliver; kplan fleet follows it."""


class Report(NamedTuple):
    """The result of a run."""

    command: str
    findings: Sequence[Diagnostic] = ()
    """Sorted by file, line and column."""
    rules: Mapping[str, RuleText] = {}
    """The documentation of every code among the findings."""
    inputs: InputSummary = InputSummary()
    kubernetes: Sequence[str] = ()
    """The minor versions that were checked or simulated."""
    plan: "Plan | None" = None
    diff: "Sequence[FileDiff] | None" = None
    simulation: "Simulation | None" = None
    outcome: "Outcome | None" = None
    """What a plan or a simulation was read from, for formats that draw it; JSON does not hold it."""
    answers: "Sequence[Answer]" = ()
    replies: "Sequence[Reply] | None" = None
    table: "Table | None" = None
    fleet: "Fleet | None" = None
    """The targets of a fleet, if there are several."""
    printed: str = ""
    """What kubectl prints for the same command."""
    stderr: str = ""
    """What kubectl prints on standard error."""
    fixed: Sequence[Diagnostic] = ()
    """The findings that were corrected, at their places before."""
    unsafe_fixes: bool = False
    """Whether unsafe fixes count as well."""
    early: int = 0
    """How many objects came before something they need, so that kubectl apply would have to be run again."""
    hidden: int = 0
    """How many findings are not shown because they are not new."""
    hidden_where: str = ""
    """Where the hidden findings are recorded: ``in the baseline``."""
    beyond: Sequence[Diagnostic] = ()
    """Findings beyond the number to be shown; they count all the same."""
    upgrades_from: str = ""
    """The minor that an upgrade starts from; empty if the run is not about an upgrade."""
    broken: bool = False
    """Whether some input cannot be read, or was refused where it had to be accepted."""
    failed: bool = False
    """Whether the answer is negative: differences, a gate that failed, a pod that fits nowhere."""

    @property
    def all_findings(self) -> Sequence[Diagnostic]:
        """The findings, and the refusals and risks of the plan at the places of its changes."""
        return (
            tuple(in_order([*self.findings, *_of_plan(self.plan)]))
            if self.plan is not None
            else self.findings
        )

    @property
    def is_check(self) -> bool:
        """Whether findings are the answer, rather than remarks beside one."""
        return self.command in ("lint", "upgrade", "fleet lint", "fleet upgrade")

    @property
    def exit_code(self) -> int:
        """2 if it is broken, 1 if it failed, else 0."""
        return 2 if self.broken else int(self.failed)

    def count(self, severity: Severity) -> int:
        """How many findings have a severity."""
        return sum(found.severity is severity for found in (*self.all_findings, *self.beyond))

    def capped(self, most: int) -> "Report":
        """The report with at most this many findings to be shown, the first ones; 0 means all."""
        if not most or len(self.findings) <= most:
            return self
        return self._replace(findings=self.findings[:most], beyond=self.findings[most:])


def _of_plan(plan: "Plan") -> Iterator[Diagnostic]:
    """Refusals, warnings and risks; a refusal that a risk explains is reported as the risk, with the same advice."""
    told = {risk.object.title for risk in plan.risks if _tells_refusal(risk)}
    refused = list(refusals_of(plan))
    yield from (one for one in refused if one.object not in told)
    places, ways_out = _places(plan), {one.object: one.help for one in refused}
    for change in (one.change for one in plan.changes):
        for warning in change.warnings:
            about = change.object
            yield Diagnostic(WARNED, warning, Severity.WARNING, about.title, location=places[about])
    for risk in plan.risks:
        known = risk.status == "existing"
        message = f"{risk.message} (as before the change)" if known else risk.message
        severity = Severity.INFO if known else risk.severity
        advice = ways_out.get(risk.object.title, "") if _tells_refusal(risk) else ""
        place = places.get(risk.object)
        yield Diagnostic(risk.code, message, severity, risk.object.title, location=place, help=advice)


def refusals_of(plan: "Plan") -> Iterator[Diagnostic]:
    """The objects of a plan that the API server or kubectl refuses, in their words."""
    places = _places(plan)
    for change in (one.change for one in plan.changes if one.change.refusal):
        code, about = change.refusal_code or REFUSED, change.object
        text = abridged(change.refusal)
        yield Diagnostic(code, text, object=about.title, location=places[about], help=change.help)


def _places(plan: "Plan") -> "Mapping[Identity, Location | None]":
    return {
        one.change.object: Location.parse(one.change.location) if one.change.location else None
        for one in plan.changes
    }


def _tells_refusal(risk: "RiskFinding") -> bool:
    return risk.code in _TELL_REFUSALS and risk.severity is Severity.ERROR and risk.status != "existing"


def abridged(text: str) -> str:
    """A refusal with long lines cut in the middle: the API server repeats whole specs in them."""
    return "\n".join(
        line if len(line) <= _LONGEST_LINE else f"{line[:160]} ... {line[-80:]}" for line in text.split("\n")
    )


def documented(
    found: Iterable[Diagnostic], known: Callable[[str], RuleText | None]
) -> tuple[tuple[Diagnostic, ...], dict[str, RuleText]]:
    """Findings in order, and the documentation of each code among them."""
    ordered = tuple(in_order(found))
    texts = ((code, known(code)) for code in sorted({one.rule for one in ordered}))
    return ordered, {code: text for code, text in texts if text is not None}
