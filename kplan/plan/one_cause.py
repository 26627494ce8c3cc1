"""What brings a risk about, in words that risks share, so that one cause of one object is told once.

A pod that names a claim that is missing stays pending, and a rollout waits for it: three risks find that. The one nearest to
the cause tells it, and says first what comes of it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.model import RiskFinding, RiskStatus
from kplan.plan.risk import Found

UNSCHEDULED: Final = "no node"
"""A pod of it has no node."""
REFUSED: Final = "refused"
"""The API server refuses its pods."""
TAKEN_PORT: Final = "host port"
"""Others have the port of the node that it wants."""
ATTACHED_ELSEWHERE: Final = "volume on another node"
"""A volume that goes to one node at a time is on another one."""
CLAIM_IN_USE: Final = "claim of another pod"
"""Another pod has a claim that serves one pod at a time."""
_NOT_FOUND: Final = re.compile(
    r'(configmap|secret|persistentvolumeclaim|serviceaccount|RuntimeClass) "([^"]+)" not found'
    r"|no (PriorityClass) with name (\S+) was found|(?:key \S+|keys) in (ConfigMap|Secret) \S+/(\S+)"
)
"""How the scheduler, the API server and the kubelet name what is not there."""
_NO_KEY: Final = re.compile(r"references non-existent (?:config|secret) key: (\S+)")
"""How the kubelet names a key that a volume needs."""
_PORTS: Final = r"\d+ node\(s\) didn't have free ports for the requested pod ports"
_AFFINITY: Final = r"\d+ node\(s\) didn't satisfy plugin\(s\) \[NodeAffinity\]"
_SAID: Final = {
    # Ports alone; the pods of a DaemonSet are bound to one node each besides.
    TAKEN_PORT: re.compile(rf"^\d+/\d+ nodes are available: {_PORTS}(?:, {_AFFINITY})?\."),
    ATTACHED_ELSEWHERE: re.compile("Multi-Attach error for volume"),
    CLAIM_IN_USE: re.compile("ReadWriteOncePod access mode"),
}
"""How the scheduler and the controller that attaches volumes say what is in the way."""


def missing(target: ObjectKey) -> str:
    """That an object is not there, or a part of it."""
    return f"{target.kind.lower()}/{target.name}"


def missing_key(key: str) -> str:
    """That an object lacks a key, where nothing says of which object."""
    return f"key {key}"


def taken_name(kind: str, name: str) -> str:
    """That an object has the name of one that is to be made."""
    return f"name of {kind.lower()}/{name}"


def causes_in(message: str) -> tuple[str, ...]:
    """What a message of the cluster says is missing, or in the way."""
    groups = [list(filter(None, found.groups())) for found in _NOT_FOUND.finditer(message)]
    named = [f"{kind.lower()}/{name}" for kind, name in groups]
    keys = map(missing_key, _NO_KEY.findall(message))
    return (*dict.fromkeys(named), *keys, *(cause for cause, said in _SAID.items() if said.search(message)))


class Told(NamedTuple):
    """A finding, and how near to its cause the risk is that found it."""

    found: Found
    finding: RiskFinding
    distance: int
    was_there: bool
    """Whether the object was there before."""


def told_once(told: Iterable[Told]) -> Iterator[RiskFinding]:
    """Findings of one object with a cause in common as one, and those that objects have of each other at one of them."""
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
    """What is told first: new before worse before existing, errors before warnings before notes."""
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
    """Which finding tells the cause of this one, and is nearest to it."""
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
    """One finding with what comes of it, as new and as severe as the worst of them."""
    if not others:
        return one.finding
    findings = [one.finding, *(other.finding for other in others)]
    results = [other.found.result for other in others if other.found.result]
    join = ", " if one.found.result else ": "
    return replace(
        one.finding,
        status=min((each.status for each in findings), key=list(RiskStatus).index),
        severity=min((each.severity for each in findings), key=lambda severity: severity.rank),
        message=join.join([", ".join(results), one.finding.message]) if results else one.finding.message,
    )
