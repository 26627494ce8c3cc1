"""Amounts of resources, compared as quantities."""

from collections.abc import Iterator
from typing import Any

from kplan.api.quantity import Quantity, QuantityError
from kplan.api.walk import mapping
from kplan.fieldpath import FieldPath
from kplan.lint.world import Subject
from kplan.namedtuples import NamedTuple


class Difference(NamedTuple):
    """A container whose request is less than its limit."""

    path: FieldPath
    """Where the request stands."""
    container: str
    request: Any
    limit: Any


def differences(subject: Subject, resource: str) -> Iterator[Difference]:
    """Containers that request less of a resource than they may use; a limit alone is requested too."""
    for container in subject.lasting_containers():
        resources = mapping(container.value, "resources")
        request, limit = (mapping(resources, field).get(resource) for field in ("requests", "limits"))
        wanted, most = amount(request), amount(limit)
        if wanted is not None and most is not None and wanted < most:
            path = container.path / "resources" / "requests" / resource
            yield Difference(path, container.name, request, limit)


def amount(quantity: object) -> Quantity | None:
    """The value as a quantity; None if it is not one."""
    if not isinstance(quantity, (str, int, float)) or isinstance(quantity, bool):
        return None
    try:
        return Quantity.parse(str(quantity))
    except QuantityError:
        return None
