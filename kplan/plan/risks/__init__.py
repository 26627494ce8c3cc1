"""All risks, found by walking: one module a risk. A new file is a new risk."""

import importlib
from collections.abc import Iterator, Sequence
from functools import cache
from pkgutil import iter_modules

from kplan.plan.model import PlannedChange, RiskFinding, RiskStatus
from kplan.plan.risk import Risk
from kplan.simulation.outcome import Outcome
from kplan.simulation.timeline import Timeline


@cache
def all_risks() -> tuple[Risk, ...]:
    """Every risk with its documentation, by code."""
    return tuple(sorted(map(_load, (found.name for found in iter_modules(__path__))), key=_code))


def find_risks(changes: Sequence[PlannedChange], outcome: Outcome) -> tuple[RiskFinding, ...]:
    """What is at risk once the plan is carried out: new findings first, then worse ones, then those that were
    there; errors before warnings and notes.
    """
    before = outcome._replace(final=outcome.prior, timeline=Timeline(), ended=outcome.started)
    found = [one for risk in all_risks() for one in _findings(risk, changes, outcome, before)]
    return tuple(sorted(dict.fromkeys(found), key=_urgency))


def _findings(
    risk: Risk, changes: Sequence[PlannedChange], outcome: Outcome, before: Outcome
) -> Iterator[RiskFinding]:
    found = list(risk.check(changes, outcome))
    earlier: dict[object, float] = {}
    for one in risk.check((), before) if found and not risk.of_change else ():
        case = (one.object, one.about)
        earlier[case] = max(one.extent, earlier.get(case, one.extent))
    for one in found:
        extent = earlier.get((one.object, one.about))
        severity = one.severity or risk.severity
        yield RiskFinding(
            risk.code, risk.name, severity, _status(one.extent, extent), one.message, one.object
        )


def _status(extent: float, earlier: float | None) -> RiskStatus:
    if earlier is None:
        return RiskStatus.NEW
    return RiskStatus.WORSE if extent > earlier else RiskStatus.EXISTING


def _urgency(finding: RiskFinding) -> tuple[int, int]:
    return list(RiskStatus).index(finding.status), finding.severity.rank


def _code(risk: Risk) -> str:
    return risk.code


def _load(name: str) -> Risk:
    module = importlib.import_module(f"{__name__}.{name}")
    risk = module.RISK
    assert isinstance(risk, Risk)
    return risk._replace(doc=module.__doc__ or "")
