"""Other kinds than pods and nodes, for plug-ins, from the cache that all actors share.

Upstream: none; plug-ins have informers and listers of their own there.
"""

from collections.abc import Mapping, Sequence

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.selectors.services import selector_of
from kplan.simulation.cache import Cache


class SharedObjects:
    """Other kinds, from the cache that all actors share."""

    def __init__(self, shared: Cache) -> None:
        self._shared = shared

    def find(self, group: str, kind: str, namespace: str, name: str) -> Json | None:
        """One object, or None."""
        return self._shared.find(ObjectKey(group, kind, namespace, name))

    def list(self, group: str, kind: str, namespace: str = "") -> Sequence[Json]:
        """All objects of a kind, in order of creation."""
        return self._shared.list(group, kind, namespace)

    def services(self, namespace: str, labels: Mapping[str, str]) -> Sequence[Json]:
        """The Services of a namespace that select labels, in order of creation."""
        keys = self._shared.selecting("", "Service", namespace, selector_of, (labels,))
        return [service for key in keys if (service := self._shared.find(key)) is not None]
