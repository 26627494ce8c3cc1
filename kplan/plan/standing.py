"""The known risks of a state at rest, so that a plan evaluates only what a change may affect.

Upstream: none.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kplan.diagnostics import Severity
from kplan.namedtuples import NamedTuple
from kplan.plan.change import Identity
from kplan.plan.risk import Found
from kplan.state.store import Store


class Standing(NamedTuple):
    """What the checks that look at each object for itself find of a state."""

    store: Store
    found: Mapping[str, Sequence[Found]]
    """Findings by the code of their risk."""
    sums: Mapping[str, Counter[str]]
    """What checks count, by the risk's code."""

    def to_json(self) -> Any:
        """As JSON, without the state."""
        return {
            "found": {code: [_to_json(one) for one in found] for code, found in self.found.items()},
            "sums": {code: dict(sums) for code, sums in self.sums.items()},
        }

    @classmethod
    def from_json(cls, value: Any, store: Store) -> "Standing | None":
        """Read what ``to_json`` wrote of this state; None for anything else."""
        try:
            found = {code: tuple(map(_from_json, some)) for code, some in value["found"].items()}
            return cls(store, found, {code: Counter(sums) for code, sums in value["sums"].items()})
        except (AttributeError, KeyError, TypeError, ValueError):
            return None


def _to_json(one: Found) -> Any:
    about = one.object
    severity = one.severity.value if one.severity else None
    return [
        about.api_version,
        about.kind,
        about.namespace,
        about.name,
        one.message,
        one.extent,
        severity,
        one.about,
        one.causes,
        one.mutual,
        one.result,
        sorted(one.reasons),
    ]


def _from_json(value: Any) -> Found:
    api_version, kind, namespace, name, message, extent, severity, about, causes, mutual, result, reasons = (
        value
    )
    identity = Identity(api_version, kind, namespace, name)
    weight = Severity(severity) if severity else None
    return Found(identity, message, extent, weight, about, tuple(causes), mutual, result, frozenset(reasons))
