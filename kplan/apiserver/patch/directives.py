"""The words of a strategic merge patch, and the list arithmetic that both computing and applying one need.

The order of items is upstream's to the letter, down to what its unstable sort does with equal keys: two service ports
53 (TCP and UDP) share a merge key, and users see which of them wins.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import KINDS, TYPE_NAMES, sprint
from kplan.apiserver.patch.patch_meta import PatchError

DIRECTIVE: Final = "$patch"
DELETE: Final = "delete"
REPLACE: Final = "replace"
MERGE: Final = "merge"
RETAIN_KEYS: Final = "$retainKeys"
DELETE_FROM_LIST: Final = "$deleteFromPrimitiveList"
SET_ORDER: Final = "$setElementOrder"

NO_LIST_OF_LISTS: Final = "lists of lists are not supported"
BAD_RETAIN_KEYS: Final = "invalid patch format of retainKeys"
BAD_SET_ORDER: Final = "invalid patch format of setElementOrder list"
BAD_DELETE_LIST: Final = "invalid patch format of primitive list"

JsonList = list[Any]


def bad_type(expected: type, actual: Any) -> PatchError:
    """A value of another type than the directive needs."""
    return PatchError(f"expected a {TYPE_NAMES[expected]}, but received a {TYPE_NAMES[type(actual)]}")


def no_merge_key(item: Json, key: str) -> PatchError:
    """A list item that cannot be told from the others."""
    return PatchError(f"map: {sprint(item)} does not contain declared merge key: {key}")


def element_kind(*lists: JsonList) -> str:
    """The one kind all items have. Raises PatchError for lists of lists and mixed lists."""
    items = [item for items in lists for item in items]
    if not items:
        raise PatchError("no elements in any of the given slices")
    first = type(items[0])
    if first is list:
        raise PatchError(NO_LIST_OF_LISTS)
    if any(type(item) is not first for item in items):
        raise PatchError(f"list element types are not identical: {sprint(list(lists))}")
    return KINDS[first]


def merge_value(item: Any, merge_key: str) -> Any:
    """What identifies an item: itself in a list of scalars, its merge key otherwise. Raises PatchError."""
    if not merge_key:
        return item
    if not isinstance(item, dict):
        raise bad_type(dict, item)
    if merge_key not in item:
        raise no_merge_key(item, merge_key)
    return item[merge_key]


def require_merge_keys(merge_key: str, *lists: JsonList) -> None:
    """Raise PatchError for the first item without the merge key."""
    for items in lists:
        for item in items:
            if not isinstance(item, dict):
                raise bad_type(dict, item)
            if merge_key not in item:
                raise no_merge_key(item, merge_key)


def equal(left: Any, right: Any) -> bool:
    """Go's == on scalars."""
    return type(left) is type(right) and bool(left == right)


def index_of(items: JsonList, item: Any, merge_key: str, kind: str) -> int:
    """The position of the first item with the same identity, or -1."""

    def identity(value: Any) -> Any:
        return (value.get(merge_key) if isinstance(value, dict) else None) if kind == "map" else value

    wanted = identity(item)
    return next((index for index, other in enumerate(items) if equal(identity(other), wanted)), -1)


def split_deletions(items: JsonList) -> tuple[JsonList, JsonList]:
    """Separate items marked for deletion from the others."""
    for item in items:
        if not isinstance(item, dict):
            raise bad_type(dict, item)
    deletions = [item for item in items if item.get(DIRECTIVE) == DELETE]
    return [item for item in items if item.get(DIRECTIVE) != DELETE], deletions


def in_order(items: JsonList, order: JsonList, merge_key: str, kind: str) -> JsonList:
    """Sort items as they stand in ``order``; deletions go last."""
    deletions: JsonList = []
    if kind == "map":
        require_merge_keys(merge_key, items, order)
        items, deletions = split_deletions(items)
    return sorted(items, key=lambda item: index_of(order, item, merge_key, kind)) + deletions


def interleaved(
    patch: JsonList,
    server_only: JsonList,
    patch_order: JsonList,
    server_order: JsonList,
    merge_key: str,
    kind: str,
) -> JsonList:
    """Put patch items in the patch's order and the server's own items among them in the server's order."""
    right = in_order(patch, patch_order, merge_key, kind)
    left = in_order(server_only, server_order, merge_key, kind)
    result: JsonList = []
    while left and right:
        own = index_of(server_order, left[0], merge_key, kind)
        other = index_of(server_order, right[0], merge_key, kind)
        result.append((left if 0 <= own < other else right).pop(0))
    return result + left + right


def sort_scalars(items: JsonList) -> JsonList:
    """Sort in place by printed form, as upstream does."""
    items.sort(key=sprint)
    return items


def sort_by_key(items: JsonList, merge_key: str) -> JsonList:
    """Sort by the printed merge key; items with the same one come out in reverse, as from upstream's insertion sort."""
    backwards = items[::-1]
    return sorted(backwards, key=lambda item: sprint(item.get(merge_key)))


def unique_scalars(items: JsonList) -> JsonList:
    """Drop repeats the way upstream does: the last item takes the place of a repeat."""
    last = len(items) - 1
    index = 0
    while index < last:
        other = index + 1
        while other <= last:
            if equal(items[index], items[other]):
                items[other] = items[last]
                items = items[:last]
                last -= 1
            else:
                other += 1
        index += 1
    return items
