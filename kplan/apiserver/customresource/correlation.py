"""Pairs the parts of an updated object with the parts of the old one they came from.

Validation forgives what was wrong before and did not change; rules of transition compare the two.

Upstream: staging/src/k8s.io/apiserver/pkg/cel/common/equality.go
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Correlated:
    """A new value, the old one it corresponds to, and the schema of both."""

    new: Any
    old: Any
    schema: Mapping[str, Any] | None
    _by_key: dict[tuple[Any, ...], Any] | None = field(default=None)

    @property
    def unchanged(self) -> bool:
        """Whether old and new are the same."""
        return type(self.new) is type(self.old) and bool(self.new == self.old)

    def key(self, name: str) -> "Correlated | None":
        """The pair at a key; None if the old value has none."""
        if not isinstance(self.old, dict) or not isinstance(self.new, dict) or self.schema is None:
            return None
        if name not in self.old or name not in self.new:
            return None
        properties = self.schema.get("properties") or {}
        more = self.schema.get("additionalProperties")
        below = properties.get(name, more if isinstance(more, Mapping) else None)
        return None if below is None else Correlated(self.new[name], self.old[name], below)

    def index(self, place: int) -> "Correlated | None":
        """The pair of a list item, by its keys; None in a list that is not of type map,
        whose items cannot be paired.
        """
        if not isinstance(self.old, list) or not isinstance(self.new, list) or self.schema is None:
            return None
        items = self.schema.get("items")
        if not isinstance(items, Mapping) or place >= len(self.new):
            return None
        keys = tuple(self.schema.get("x-kubernetes-list-map-keys") or ())
        if self.schema.get("x-kubernetes-list-type") != "map" or not keys:
            return None
        if self._by_key is None:
            self._by_key = {}
            for item in self.old:
                if isinstance(item, dict):
                    self._by_key.setdefault(_identity(item, keys), item)
        new = self.new[place]
        identity = _identity(new, keys) if isinstance(new, dict) else None
        if identity is None or identity not in self._by_key:
            return None
        return Correlated(new, self._by_key[identity], items)


def _identity(item: Mapping[str, Any], keys: tuple[str, ...]) -> tuple[Any, ...]:
    return tuple((type(item.get(key)).__name__, str(item.get(key))) for key in keys)
