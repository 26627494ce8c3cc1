"""A state at rest: since when, and what actors still have to see to although nothing is due.

A cluster that begins at rest asks no actor about objects that nothing happens to.

Upstream: none; a real controller looks at every object when it starts, and finds nothing to do.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from kplan.api.gvk import ObjectKey
from kplan.namedtuples import NamedTuple
from kplan.simulation.clock import Instant
from kplan.simulation.reconciler import Request


class Wake(NamedTuple):
    """A request that waits for its time, or that its actor keeps in mind."""

    actor: int
    """The actor's place on the roster."""
    request: Request


class Rest(NamedTuple):
    """When a state came to rest, and what is reconciled when it goes on."""

    at: Instant
    wake: Sequence[Wake] = ()
    sums: Mapping[str, Any] = MappingProxyType({})
    """What actors know about the state as a whole, by their names."""

    def to_json(self) -> Any:
        """As JSON."""
        wake = [[actor, request] for actor, request in self.wake]
        return {"at": self.at, "wake": wake, "sums": dict(self.sums)}

    @classmethod
    def from_json(cls, value: Any) -> "Rest":
        """Read what ``to_json`` wrote."""
        wake = tuple(Wake(actor, _request(request)) for actor, request in value["wake"])
        return cls(value["at"], wake, dict(value["sums"]))


def is_storable(requests: Iterable[Request]) -> bool:
    """Whether requests can be read again as they were written."""
    return all(isinstance(request, (str, ObjectKey)) for request in requests)


def _request(value: Any) -> Request:
    return value if isinstance(value, str) else ObjectKey(*value)
