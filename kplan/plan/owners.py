"""Who owns which fields of an object, and what a server-side apply takes over from others.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/managedfields
"""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.patch.field_set import FieldSet, field, path_text
from kplan.namedtuples import NamedTuple
from kplan.plan.reading import fields, items, text

_MIGRATED: Final = frozenset({"kubectl-client-side-apply", "before-first-apply"})
"""Managers whose fields kubectl itself moves to its server-side one."""


class Owner(NamedTuple):
    """One manager, in one way of writing."""

    name: str
    operation: str
    subresource: str = ""

    def __str__(self) -> str:
        return f'"{self.name}"' + (f" ({self.subresource})" if self.subresource else "")


def owners(value: Json) -> Mapping[Owner, FieldSet]:
    """What managedFields says; empty if the object has none."""
    found: dict[Owner, FieldSet] = {}
    for entry in items(value, "metadata", "managedFields"):
        one = Owner(text(entry, "manager"), text(entry, "operation"), text(entry, "subresource"))
        found[one] = found.get(one, FieldSet()) | FieldSet.from_fields(fields(entry, "fieldsV1"))
    return found


def applies(value: Json, path: str) -> bool:
    """Whether somebody applied a field on the server's side; fields of items of lists are not looked for."""
    place = tuple(map(field, path.split(".")))
    return any(place in owned for one, owned in owners(value).items() if one.operation == "Apply")


def taken_over(before: Json, after: Json) -> Iterator[tuple[Owner, str]]:
    """Each owner that lost fields to an applier, with these, as conflicts name them."""
    earlier, now = owners(before), owners(after)
    gained = FieldSet()
    for one, owned in now.items():
        if one.operation == "Apply":
            gained = gained | (owned - earlier.get(one, FieldSet()))
    for one, owned in earlier.items():
        if one.name in _MIGRATED and one not in now:
            continue
        for path in ((owned - now.get(one, FieldSet())) & gained).paths():
            yield one, path_text(path)
