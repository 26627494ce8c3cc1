"""All risks, found by walking: one module a risk. A new file is a new risk."""

import importlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pkgutil import iter_modules
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.namedtuples import NamedTuple
from kplan.plan.awaited import with_makers
from kplan.plan.model import PlannedChange, RiskFinding, RiskStatus
from kplan.plan.one_cause import Told, told_once, urgency
from kplan.plan.reasons import Reasons
from kplan.plan.risk import Found, Risk
from kplan.plan.standing import Standing
from kplan.plan.touched import Touched
from kplan.simulation.outcome import Look, Outcome
from kplan.simulation.timeline import Timeline
from kplan.state.store import Store

LOCAL: Final = (
    "cannot_recreate_pods",
    "duplicate_service",
    "missing_reference",
    "multi_attach",
    "no_endpoints",
    "node_loss",
    "overlapping_controllers",
    "port_without_endpoints",
    "unfinished_rollout",
)
"""The modules of those that look at each object for itself (``Risk.near``): an apply needs no other."""


@cache
def all_risks() -> tuple[Risk, ...]:
    """Every risk with its documentation, by code."""
    return tuple(sorted(map(_load, (found.name for found in iter_modules(__path__))), key=_code))


def find_risks(
    changes: Sequence[PlannedChange], outcome: Outcome, standing: Standing | None = None
) -> tuple[RiskFinding, ...]:
    """What is at risk once the plan is carried out: new findings first, then worse ones, then those that were
    there; errors before warnings and notes. What is known of a state from which this one came is not looked at again.
    """
    earlier = _Earlier(outcome, standing)
    again = _Again.of(standing, outcome.prior, outcome.final)
    told = (one for risk in all_risks() for one in _findings(risk, changes, outcome, earlier, again))
    return tuple(sorted(dict.fromkeys(told_once(told)), key=urgency))


def standing_risks(outcome: Outcome, standing: Standing | None = None) -> Standing:
    """What is known of the final state of an outcome from now on, by what was known of one from which it came."""
    again, outcome = _Again.of(standing, outcome.final), _at_rest(outcome, outcome.final)
    local = sorted(map(_load, LOCAL), key=_code)
    found = {risk.code: tuple(_checked(risk, (), outcome, again)) for risk in local}
    sums = {risk.code: Counter(_sums(risk, outcome.final, again)) for risk in local}
    return Standing(outcome.final, found, {code: counted for code, counted in sums.items() if counted})


class _Again:
    """What is known of a state, and what may be otherwise since."""

    def __init__(self, standing: Standing, touched: Touched) -> None:
        self.standing = standing
        self.touched = touched
        self._near: dict[str, frozenset[ObjectKey] | None] = {}

    @classmethod
    def of(cls, standing: Standing | None, *stores: Store) -> "_Again | None":
        """None if nothing is known, or so much is otherwise that everything is looked at."""
        touched = Touched((standing.store, *stores)) if standing is not None else None
        return (
            cls(standing, touched) if standing is not None and touched is not None and touched.few else None
        )

    def near(self, risk: Risk) -> frozenset[ObjectKey] | None:
        """What a risk looks at again; None for everything."""
        if risk.near is None or risk.code not in self.standing.found:
            return None
        if risk.code not in self._near:
            self._near[risk.code] = risk.near.find(self.touched)
        return self._near[risk.code]


def _checked(
    risk: Risk, changes: Sequence[PlannedChange], outcome: Outcome, again: _Again | None
) -> Sequence[Found]:
    """What a check finds, or found earlier of what is as it was."""
    near = again.near(risk) if again is not None else None
    if risk.near is None or again is None or near is None:
        found = list(risk.check(changes, outcome))
    else:
        look = Look(near, _sums(risk, outcome.final, again))
        known = (one for one in again.standing.found[risk.code] if one.object.key not in near)
        found = [*known, *risk.check(changes, outcome._replace(look=look))]
    return found if risk.near is None else _in_order(found, risk.near.kinds, outcome.final)


def _sums(risk: Risk, store: Store, again: _Again | None) -> Mapping[str, int]:
    """What a check counts over all objects of a state."""
    if risk.near is None or risk.near.add_up is None:
        return {}
    if again is None or again.near(risk) is None:
        return risk.near.add_up(store, None)
    counted = Counter(again.standing.sums.get(risk.code, {}))
    counted.update(risk.near.add_up(store, again.touched.keys))
    counted.subtract(risk.near.add_up(again.standing.store, again.touched.keys))
    return counted


def _in_order(found: Sequence[Found], kinds: Sequence[tuple[str, str]], store: Store) -> Sequence[Found]:
    """Findings by kind, and within one in the order of the objects."""
    keys = [one.object.key for one in found]
    ranks = {kind: rank for rank, kind in enumerate(kinds)}
    places: dict[ObjectKey, int] = {}
    for kind in dict.fromkeys(key[:2] for key in keys):
        places |= {key: place for place, (key, _) in enumerate(store.members(*kind))}
    order = sorted(
        range(len(found)),
        key=lambda one: (_rank(keys[one], ranks), places.get(keys[one], 0)),
    )
    return [found[one] for one in order]


def _rank(key: ObjectKey, ranks: Mapping[tuple[str, str], int]) -> tuple[int, str, str]:
    """Kinds in their order, then others by name."""
    rank = ranks.get((key.group, key.kind))
    return (len(ranks), key.group, key.kind) if rank is None else (rank, "", "")


def _at_rest(outcome: Outcome, store: Store) -> Outcome:
    """An outcome that begins and ends with one state."""
    return outcome._replace(prior=store, final=store, timeline=Timeline(), ended=outcome.started)


class _Case(NamedTuple):
    """What was at risk of one object before."""

    extent: float
    reasons: Reasons

    def joined(self, found: Found) -> "_Case":
        """The case with another finding about it added."""
        return _Case(max(self.extent, found.extent), self.reasons | found.reasons)

    def status(self, found: Found) -> RiskStatus:
        """What has become of it: what nothing brought about before is new, though something else did."""
        added = found.reasons - self.reasons if self.reasons else frozenset()
        if added and added == found.reasons:
            return RiskStatus.NEW
        return RiskStatus.WORSE if added or found.extent > self.extent else RiskStatus.EXISTING


class _Earlier:
    """What was at risk before the change; the state then may be known although much is otherwise since."""

    def __init__(self, outcome: Outcome, standing: Standing | None) -> None:
        self._outcome = _at_rest(outcome, outcome.prior)
        self._standing = standing

    @cached_property
    def _again(self) -> _Again | None:
        return _Again.of(self._standing, self._outcome.prior)

    def cases(self, risk: Risk) -> Mapping[object, _Case]:
        """How bad each case was, and why."""
        known: dict[object, _Case] = {}
        for one in _checked(risk, (), self._outcome, self._again):
            case = (one.object, one.about)
            known[case] = known.get(case, _Case(one.extent, frozenset())).joined(one)
        return known


def _findings(
    risk: Risk, changes: Sequence[PlannedChange], outcome: Outcome, earlier: _Earlier, again: _Again | None
) -> Iterator[Told]:
    found = [with_makers(one, outcome.final) for one in _checked(risk, changes, outcome, again)]
    before = earlier.cases(risk) if found and not risk.of_change else {}
    for one in found:
        case = before.get((one.object, one.about))
        severity = one.severity or risk.severity
        status = RiskStatus.NEW if case is None else case.status(one)
        finding = RiskFinding(risk.code, risk.name, severity, status, one.message, one.object)
        yield Told(one, finding, risk.distance, one.object.key in outcome.prior)


def _code(risk: Risk) -> str:
    return risk.code


@cache
def _load(name: str) -> Risk:
    module = importlib.import_module(f"{__name__}.{name}")
    risk = module.RISK
    assert isinstance(risk, Risk)
    return risk._replace(doc=module.__doc__ or "")
