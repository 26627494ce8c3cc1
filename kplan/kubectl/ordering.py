"""The order in which ``kubectl get`` lists what it found, and Events as a cluster would have kept them.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/get.go, staging/src/k8s.io/kubectl/pkg/cmd/get/sorter.go
"""

from itertools import groupby

from kplan.api.object import Json
from kplan.errors import UsageError
from kplan.kubectl.choosing import Found, Item
from kplan.kubectl.printers.jsonpath.text import relaxed_text
from kplan.kubectl.sorting import UnsortableError, sorted_by, without_field
from kplan.kubectl.watching import event_order

_OF_TABLES = ("{.kind}", "{.apiVersion}")
"""Fields that all tables have, with the same value in each."""


def sort(found: Found, path: str, *, tabled: bool) -> None:
    """Sort what was found by a field (``--sort-by``), in place. Raises UsageError."""
    if not tabled:
        if not found.single:
            found.items = sorted_by(found.items, path)
        return
    if len(found.resources) > 1:
        # kubectl asks the tables themselves for the field where it got more than one
        if relaxed_text(path) in _OF_TABLES:
            return
        raise without_field(path)
    if found.single or len(found.items) < 2:
        return
    try:
        found.items = sorted_by(found.items, path)
    except UnsortableError:
        raise
    except UsageError:
        found.items = []  # kubectl lets the printer fail, and says that there was nothing


def in_table_order(items: list[Item]) -> list[Item]:
    """The objects in the order of their tables: FlowSchemas in matching order, others unchanged."""
    if not any(item.resource.kind == "FlowSchema" for item in items):
        return items

    def order(item: Item) -> tuple[int, str]:
        return int(item.value["spec"].get("matchingPrecedence") or 0), item.name

    groups = groupby(items, key=lambda item: item.resource)
    return [
        item
        for resource, group in groups
        for item in (sorted(group, key=order) if resource.kind == "FlowSchema" else group)
    ]


def as_kept(items: list[Item]) -> list[Item]:
    """The items with Events aggregated as a cluster keeps them; other objects unchanged."""
    events = [item.value for item in items if item.value["kind"] == "Event"]
    if not events:
        return items
    from kplan.kubectl.correlating import correlated  # noqa: PLC0415 - few lines list Events

    kept = {_name(one): one for one in correlated(events)}
    return [
        item._replace(value=kept[_name(item.value)]) if item.value["kind"] == "Event" else item
        for item in items
        if item.value["kind"] != "Event" or _name(item.value) in kept
    ]


def _name(value: Json) -> tuple[str, str, str]:
    metadata = value["metadata"]
    return value["apiVersion"], metadata.get("namespace", ""), metadata["name"]


def in_time(items: list[Item]) -> list[Item]:
    """Events in the order in which they happened, as a watch lists them; other objects unchanged."""
    if any(item.resource.kind != "Event" for item in items):
        return items
    return sorted(items, key=lambda item: event_order(item.value))
