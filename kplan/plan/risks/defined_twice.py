"""An object is defined twice in what is applied.

The definitions are applied one after the other and the last one stays, so every apply changes the object to one and
back to the other, and what the first asks for never lasts.

Fix: keep one of the definitions, or give one of the objects another name or namespace.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from kplan.plan.finder import key_of
from kplan.plan.risk import Example, Found, Outcome, PlannedChange, Risk, Severity
from kplan.sentences import listed


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Look for changes of one object that come from several places."""
    del outcome
    places = defaultdict[object, list[PlannedChange]](list)
    for planned in changes:
        if planned.change.location:
            places[key_of(planned.change)].append(planned)
    for found in places.values():
        if len(found) > 1:
            alike = len({repr(_content(one)) for one in found}) == 1
            where = listed(one.change.location for one in found)
            ends = "with the same content" if alike else "and the last definition wins at every apply"
            yield Found(
                found[0].change.object, f"is defined {len(found)} times, {ends}: {where}",
                severity=Severity.INFO if alike else Severity.WARNING,
            )  # fmt: skip


def _content(planned: PlannedChange) -> object:
    """What became of it, without what every write changes."""
    after = planned.change.after
    if after is None:
        return planned.change.refusal
    return {name: value for name, value in after.items() if name not in ("metadata", "status")} | {
        name: after["metadata"].get(name) for name in ("labels", "annotations")
    }


_MAP = "{apiVersion: v1, kind: ConfigMap, metadata: {name: %s}, data: {level: %s}}\n---\n"

RISK = Risk(
    code="PLN038",
    name="defined-twice",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(prior="", applied=_MAP % ("web", "info") + _MAP % ("web", "debug")),
    safe=Example(prior="", applied=_MAP % ("web", "info") + _MAP % ("site", "debug")),
    of_change=True,
)
