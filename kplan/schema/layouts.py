"""How Go lays out every served type: field names, JSON names, types and tags.

Decoding, error texts and printed internal values follow Go's declarations, which OpenAPI does not show.

Upstream: staging/src/k8s.io/api, pkg/apis
"""

from collections.abc import Mapping
from functools import cache, cached_property
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.namedtuples import NamedTuple
from kplan.schema import releases
from kplan.schema.data import Table
from kplan.schema.discovery import SUCCESSORS

RELEASE: Final = releases.DEFAULT
"""The release whose Go types are bundled."""


class Field(NamedTuple):
    """One field of a Go struct."""

    go: str
    json: str
    type: str
    omitempty: bool
    omitzero: bool
    inline: bool
    patch_strategy: str = ""
    patch_merge_key: str = ""

    @classmethod
    def of(cls, cells: list[str]) -> "Field":
        """Read one row of the data file."""
        go, name, expression, flags, strategy, key = [*cells, "", "", "", "", ""][:6]
        return cls(go, name or go, expression, "o" in flags, "z" in flags, "i" in flags, strategy, key)


class Layouts:
    """All types of one release."""

    def __init__(self, types: Mapping[str, Any], kinds: Mapping[str, str]) -> None:
        self.kinds = kinds
        self._types = types
        self._structs: dict[str, tuple[Field, ...]] = {}

    def type_of(self, gvk: GroupVersionKind) -> str | None:
        """The Go type behind a served kind; None for a kind that is not the server's own."""
        known = self.kinds.get(f"{gvk.group}/{gvk.version}/{gvk.kind}")
        if known is None and gvk in SUCCESSORS:
            return self.kinds.get(f"{SUCCESSORS[gvk]}/{gvk.kind}")
        return known

    def fields(self, name: str) -> tuple[Field, ...] | None:
        """The fields of a struct in declaration order; None if the name is no struct."""
        known = self._structs.get(name)
        if known is None:
            rows = self._types.get(name)
            if not isinstance(rows, list):
                return None
            known = self._structs[name] = tuple(Field.of(cells) for cells in rows)
        return known

    def underlying(self, name: str) -> str:
        """The underlying type of a named type that is not a struct: ``string``, ``int32``, ``[]string``."""
        found = self._types.get(name)
        return found if isinstance(found, str) else name

    @cached_property
    def names(self) -> frozenset[str]:
        """Every type's name."""
        return frozenset(self._types)


@cache
def bundled() -> Layouts:
    """The layouts of the default release."""
    types = Table(f"kubernetes/layouts-{RELEASE}.json.gz")
    return Layouts(types, types.about)


def element(expression: str) -> str:
    """What a ``[]T`` or ``map[K]T`` holds."""
    return expression[2:] if expression.startswith("[]") else expression[expression.index("]") + 1 :]


def printed(expression: str) -> str:
    """The type as Go prints it: ``[]v1.Container``, ``map[string]string``; pointers are dereferenced first."""
    if expression.startswith("*"):
        return "*" + printed(expression[1:])
    if expression.startswith("[]"):
        return "[]" + printed(expression[2:])
    if expression.startswith("map["):
        key, _, value = expression[4:].partition("]")
        return f"map[{printed(key)}]{printed(value)}"
    return expression.rsplit("/", 1)[-1]
