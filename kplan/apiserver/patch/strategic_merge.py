"""Apply strategic merge patches, and merge two of them into one.

Lists with a merge key are merged item by item; ``$patch``, ``$retainKeys``, ``$setElementOrder`` and
``$deleteFromPrimitiveList`` say what plain values cannot.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.directives import (
    BAD_DELETE_LIST,
    BAD_RETAIN_KEYS,
    BAD_SET_ORDER,
    DELETE,
    DELETE_FROM_LIST,
    DIRECTIVE,
    MERGE,
    REPLACE,
    RETAIN_KEYS,
    SET_ORDER,
    JsonList,
    bad_type,
    element_kind,
    equal,
    interleaved,
    merge_value,
    no_merge_key,
    split_deletions,
    unique_scalars,
)  # fmt: skip
from kplan.apiserver.patch.go_values import as_text, copy, same, sprint
from kplan.apiserver.patch.patch_meta import FieldMeta, PatchError, PatchMeta
from kplan.namedtuples import NamedTuple


class _Options(NamedTuple):
    """Whether a patch meets an object or another patch."""

    parallel_lists: bool
    """Apply the directives about a sibling list, instead of keeping them."""
    drop_nulls: bool


class _Window:
    """A list and what upstream's caller still sees of it: both share memory there.

    Deletions shift, and additions fill, the slots of the list the caller holds, and it orders items by what it sees.
    """

    __slots__ = ("items", "seen")

    def __init__(self, items: JsonList) -> None:
        self.items = list(items)
        self.seen = list(items)

    def delete(self, index: int) -> None:
        """Remove one item; the caller's last slot keeps its old content."""
        del self.items[index]
        self.seen[index : len(self.items)] = self.items[index:]

    def append(self, item: Any) -> None:
        """Add one item; the caller sees it if a deletion has left room."""
        if len(self.items) < len(self.seen):
            self.seen[len(self.items)] = item
        self.items.append(item)


_APPLY: Final = _Options(parallel_lists=True, drop_nulls=True)
_COMBINE: Final = _Options(parallel_lists=False, drop_nulls=False)


def strategic_merge_patch(original: Json, patch: Json, meta: PatchMeta) -> Json:
    """Apply a patch to an object. The patch is used up: what is left of it is what upstream prints of a bad one.

    Raises PatchError.
    """
    return _merge_map(copy(original), patch, meta, _APPLY)


def merge_patches(first: Json, second: Json, meta: PatchMeta) -> Json:
    """Merge two patches into one that has the effect of both. Raises PatchError."""
    return _merge_map(copy(first), copy(second), meta, _COMBINE)


def _merge_map(original: Json, patch: Json, meta: PatchMeta, options: _Options) -> Json:
    if DIRECTIVE in patch:
        return _replaced(patch)
    _retain_keys(original, patch, options)
    _merge_ordered_lists(original, patch, meta, options)
    for name, value in patch.items():
        key, is_delete_list = name, name.startswith(DELETE_FROM_LIST)
        if is_delete_list:
            if not options.parallel_lists:
                original[name] = value
                continue
            key = _list_name(name, DELETE_FROM_LIST, BAD_DELETE_LIST)
        if value is None:
            original.pop(key, None)
            if options.drop_nulls:
                continue
        if key not in original or type(original[key]) is not type(value):
            if not is_delete_list:
                _set(original, key, value, options)
        elif isinstance(value, dict):
            field = meta.struct(key)
            merged = (
                value if field.strategy == REPLACE else _merge_map(original[key], value, field.child, options)
            )
            original[key] = merged
        elif isinstance(value, list):
            original[key] = _merge_field(
                _Window(original[key]), value, meta.slice(key), options, deletion=is_delete_list
            )
        else:
            original[key] = value
    return original


def _replaced(patch: Json) -> Json:
    directive = patch[DIRECTIVE]
    if directive == REPLACE:
        del patch[DIRECTIVE]
        return patch
    if directive == DELETE:
        return {}
    raise _unknown_directive(directive, patch)


def _unknown_directive(directive: Any, patch: Json) -> PatchError:
    text = as_text(directive)
    return PatchError(f"unknown patch type: {text} in map: {sprint(patch)}")


def _set(original: Json, key: str, value: Any, options: _Options) -> None:
    """Take a value that has nothing to merge with."""
    if options.drop_nulls:
        _drop_nulls(value)
    value, keep = _without_directives(value)
    if keep:
        original[key] = value
    else:
        original.pop(key, None)


def _drop_nulls(value: Any) -> None:
    for item in list(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()):
        _drop_nulls(item)
    if isinstance(value, dict):
        for key in [key for key, item in value.items() if item is None]:
            del value[key]


def _without_directives(value: Any) -> tuple[Any, bool]:
    """Drop maps that carry a ``$patch``; False when the value itself is one."""
    if isinstance(value, dict):
        if DIRECTIVE in value:
            return None, False
        for key in list(value):
            value[key], keep = _without_directives(value[key])
            if not keep:
                del value[key]
        return value, True
    if isinstance(value, list):
        return [item for item, keep in map(_without_directives, value) if keep], True
    return value, True


def _retain_keys(original: Json, patch: Json, options: _Options) -> None:
    if RETAIN_KEYS not in patch:
        return
    retained = patch.pop(RETAIN_KEYS)
    if not options.parallel_lists:
        before = original.setdefault(RETAIN_KEYS, retained)
        if not same(before, retained):
            reason = "this may happen when calculating the 3-way diff patch"
            raise PatchError(f"{sprint(before)} and {sprint(retained)} are not deep equal: {reason}")
        return
    if not isinstance(retained, list):
        raise PatchError(BAD_RETAIN_KEYS)
    for key, value in patch.items():
        if value is not None and not key.startswith((DELETE_FROM_LIST, SET_ORDER)) and key not in retained:
            raise PatchError(BAD_RETAIN_KEYS)
    for key in [key for key in original if key not in retained]:
        del original[key]


def _list_name(key: str, prefix: str, problem: str) -> str:
    head, slash, name = key.partition("/")
    if not slash or head != prefix:
        raise PatchError(problem)
    return name


def _merge_ordered_lists(original: Json, patch: Json, meta: PatchMeta, options: _Options) -> None:
    """Merge every list whose order the patch gives, and take both out of the patch."""
    for key in [key for key in patch if key.startswith(SET_ORDER)]:
        order = patch.pop(key)
        if not options.parallel_lists and not same(original.setdefault(key, order), order):
            raise PatchError(BAD_SET_ORDER)
        if not isinstance(order, list):
            raise bad_type(list, order)
        name = _list_name(key, SET_ORDER, BAD_SET_ORDER)
        before, change = original.get(name, []), patch.get(name, [])
        for value in (before, change):
            if not isinstance(value, list):
                raise bad_type(list, value)
        field = meta.slice(name)
        _require_order(change, order, field.merge_key)
        window = _Window(before)
        if name in original and name in patch:
            merged = _merge_field(window, change, field, options)
        elif name in original:
            merged = before
        elif name in patch:
            merged, _ = _without_directives(change)
        else:
            continue
        in_patch, server_only = _partition(merged, order, field.merge_key)
        kind = element_kind(before, change)
        original[name] = interleaved(in_patch, server_only, order, window.seen, field.merge_key, kind)
        patch.pop(name, None)


def _require_order(change: JsonList, order: JsonList, merge_key: str) -> None:
    """The items of a patch must stand in the order it gives."""
    if not change or not order:
        return
    items = split_deletions(change)[0] if merge_key else change
    at = 0
    for position in order:
        while at < len(items) and isinstance(items[at], dict) and DIRECTIVE in items[at]:
            at += 1
        if at < len(items) and equal(merge_value(items[at], merge_key), merge_value(position, merge_key)):
            at += 1
    if at < len(items):
        lists = f"{sprint(change)}\n doesn't match {SET_ORDER} list:\n{sprint(order)}"
        raise PatchError(f"The order in patch list:\n{lists}\n")


def _partition(items: JsonList, by: JsonList, merge_key: str) -> tuple[JsonList, JsonList]:
    """Split items into those that ``by`` names and the server's own."""
    if not merge_key:
        named = [any(equal(item, other) for other in by) for item in items]
    else:
        named = [_find(by, merge_key, merge_value(item, merge_key)) is not None for item in items]
    inside = [item for item, found in zip(items, named, strict=True) if found]
    return inside, [item for item, found in zip(items, named, strict=True) if not found]


def _find(items: JsonList, merge_key: str, value: Any) -> int | None:
    for index, item in enumerate(items):
        if not isinstance(item, dict):
            raise PatchError(f"value for key {index} is not a map")
        if merge_key in item and equal(item[merge_key], value):
            return index
    return None


def _merge_field(
    window: _Window, patch: JsonList, field: FieldMeta, options: _Options, *, deletion: bool = False
) -> JsonList:
    """Merge a list field by its strategy."""
    original = window.items
    if field.strategy != MERGE and not deletion:
        return patch
    if not original and not patch:
        return original
    kind = element_kind(original, patch)
    if kind != "map":
        if options.parallel_lists and deletion:
            return [item for item in original if not any(equal(item, other) for other in patch)]
        merged = unique_scalars(original + patch)
    else:
        if not field.merge_key:
            raise PatchError(f"cannot merge lists without merge key for {field.child.name}")
        kept, patch = _carry_out_directives(window, patch, field.merge_key)
        original = list(kept)
        merged = _merge_items(window, patch, field, options) if kept is window.items else original
    in_patch, server_only = _partition(merged, patch, field.merge_key)
    return interleaved(in_patch, server_only, patch, original, field.merge_key, kind)


def _carry_out_directives(window: _Window, patch: JsonList, merge_key: str) -> tuple[JsonList, JsonList]:
    """Delete what the patch says to delete; with ``$patch: replace`` the patch's items are all there is."""
    plain: JsonList = []
    replaces = False
    for item in patch:
        directive = item.get(DIRECTIVE)
        if DIRECTIVE not in item:
            plain.append(item)
        elif directive == DELETE:
            if merge_key not in item:
                raise no_merge_key(item, merge_key)
            while (index := _find(window.items, merge_key, item[merge_key])) is not None:
                window.delete(index)
        elif directive == REPLACE:
            replaces = True
        elif directive == MERGE:
            raise PatchError("merging lists cannot yet be specified in the patch")
        else:
            raise _unknown_directive(directive, item)
    return (plain, []) if replaces else (window.items, plain)


def _merge_items(window: _Window, patch: JsonList, field: FieldMeta, options: _Options) -> JsonList:
    for item in patch:
        index = _find(window.items, field.merge_key, merge_value(item, field.merge_key))
        if index is None:
            window.append(item)
        else:
            window.items[index] = _merge_map(window.items[index], item, field.child, options)
    return window.items
