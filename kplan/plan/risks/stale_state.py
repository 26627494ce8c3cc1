"""The state that the plan is based on is too old.

What happened in the cluster since then is not in the plan: objects may have come and gone, and nodes may be full. This
is looked at only where ``--max-state-age``, or ``plan.max-state-age`` of the configuration, says how old a state may
be. A state is as old as the last thing it tells of: the newest lease of a node, the newest object, the last change of a
condition. Sandboxes, folders of manifests and made-up nodes have no age.

Fix: take a new snapshot (``kplan snapshot pull``, or ``kplan snapshot import`` of a new dump), and plan again.
"""

from collections.abc import Iterator, Sequence

from kplan.plan.risk import Example, Found, Freshness, Identity, Outcome, PlannedChange, Risk, Severity
from kplan.simulation.clock import SECOND, START, rfc3339


def check(changes: Sequence[PlannedChange], outcome: Outcome) -> Iterator[Found]:
    """Compare the age of the state with what is allowed."""
    del changes
    known = outcome.freshness
    if known is not None and known.is_over:
        from kplan.kubectl.printers.columns.column import human  # noqa: PLC0415 - with all columns there are

        message = f"tells of nothing after {rfc3339(known.seen)}, {human(known.age)} ago, and may be {human(known.most)} old"
        yield Found(Identity("", "State", "", known.state), message, known.age)


_SETTINGS = """
apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {color: blue}
"""
_WEEK = 7 * 86400

RISK = Risk(
    code="PLN035",
    name="stale-state",
    severity=Severity.WARNING,
    check=check,
    at_risk=Example(
        "", _SETTINGS, freshness=Freshness("dump.yaml", START, START + 2 * _WEEK * SECOND, _WEEK)
    ),
    safe=Example("", _SETTINGS, freshness=Freshness("dump.yaml", START, START + _WEEK * SECOND, _WEEK)),
    of_change=True,
)
