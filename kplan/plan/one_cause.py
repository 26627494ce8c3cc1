"""Reports one cause of an object once, whichever risks find it.

A pod that names a claim that is missing stays pending, and a rollout waits for it: three risks find that. The one
nearest to the cause tells it, and says first what comes of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.model import RiskFinding, RiskStatus
from kplan.plan.risk import Found


class Told(NamedTuple):
    """A finding, and how near to its cause the risk is that found it."""

    found: Found
    finding: RiskFinding
    distance: int
    was_there: bool
    """Whether the object was there before."""


def told_once(told: Iterable[Told]) -> Iterator[RiskFinding]:
    """Findings of one object with a cause in common as one,
    and those that objects have of each other at one of them.
    """
    by_object = defaultdict[Identity, list[Told]](list)
    for one in _at_one_end(list(told)):
        by_object[one.finding.object].append(one)
    for some in by_object.values():
        yield from _joined(some) if len(some) > 1 else (some[0].finding,)


def _at_one_end(told: Sequence[Told]) -> Iterator[Told]:
    """Of findings that objects have of each other, the most urgent: that of an object that is new to the others."""
    ends: dict[tuple[str, str], Told] = {}
    for one in told:
        end = (one.finding.code, one.found.mutual)
        if one.found.mutual and _newness(one) < _newness(ends.setdefault(end, one)):
            ends[end] = one
    return (one for one in told if not one.found.mutual or ends[one.finding.code, one.found.mutual] is one)


def _newness(one: Told) -> tuple[int, int, bool]:
    return (*urgency(one.finding), one.was_there)


def urgency(finding: RiskFinding) -> tuple[int, int]:
    """The order of findings: new before worse before existing, errors before warnings before notes."""
    return list(RiskStatus).index(finding.status), finding.severity.rank


def _joined(some: Sequence[Told]) -> Iterator[RiskFinding]:
    """The findings of one object; each that another tells nearer to the cause goes into that one."""
    tellers = {place: _teller(one, some) for place, one in enumerate(some)}
    for place, one in enumerate(some):
        if tellers[place] is None:
            others = [
                other for at, other in enumerate(some) if _last_teller(at, tellers) == place and at != place
            ]
            yield _with(one, sorted(others, key=lambda other: -other.distance))


def _teller(one: Told, some: Sequence[Told]) -> int | None:
    """The finding that reports the cause of this one and is nearest to it."""
    nearer = [
        (other.distance, place)
        for place, other in enumerate(some)
        if other.distance < one.distance and not set(one.found.causes).isdisjoint(other.found.causes)
    ]
    return min(nearer)[1] if nearer else None


def _last_teller(place: int, tellers: dict[int, int | None]) -> int:
    while (teller := tellers[place]) is not None:
        place = teller
    return place


def _with(one: Told, others: Sequence[Told]) -> RiskFinding:
    """A finding joined with its result, as new and as severe as the worst of them."""
    if not others:
        return one.finding
    findings = [one.finding, *(other.finding for other in others)]
    results = [other.found.result for other in others if other.found.result]
    join = ", " if one.found.result else ": "
    return replace(
        one.finding,
        status=min((each.status for each in findings), key=list(RiskStatus).index),
        severity=one.finding.severity
        if one.found.awaited
        else min((each.severity for each in findings), key=lambda severity: severity.rank),
        message=join.join([", ".join(results), one.finding.message]) if results else one.finding.message,
    )
