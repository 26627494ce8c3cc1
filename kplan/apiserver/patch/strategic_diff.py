"""Compute strategic merge patches: what kubectl apply sends for built-in types.

A three-way patch is two two-way ones: deletions from the last applied configuration to the new one, and everything else
from the live object to the new one.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/strategicpatch/patch.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.directives import (
    DELETE,
    DELETE_FROM_LIST,
    DIRECTIVE,
    MERGE,
    NO_LIST_OF_LISTS,
    REPLACE,
    RETAIN_KEYS,
    SET_ORDER,
    JsonList,
    element_kind,
    equal,
    in_order,
    merge_value,
    no_merge_key,
    sort_by_key,
    sort_scalars,
    unique_scalars,
)  # fmt: skip
from kplan.apiserver.patch.go_values import same, sprint
from kplan.apiserver.patch.patch_meta import PatchError, PatchMeta
from kplan.apiserver.patch.strategic_merge import merge_patches
from kplan.namedtuples import NamedTuple


class _Options(NamedTuple):
    """Which half of a difference is computed: additions and changes, or deletions."""

    additions: bool = True
    deletions: bool = True
    set_order: bool = True
    retain_keys: bool = False

    def retaining(self, keys: bool) -> "_Options":
        """The same for a field that retains its keys, or does not."""
        return self if keys == self.retain_keys else self._replace(retain_keys=keys)


_ADDED: Final = _Options(deletions=False)
_REMOVED: Final = _Options(additions=False)


def create_three_way_patch(original: Json, modified: Json, current: Json, meta: PatchMeta) -> Json:
    """Compute what turns ``current`` into what ``modified`` says, with deletions found against ``original``.

    Raises PatchError if a field is unknown to the type or a list item lacks its merge key.
    """
    delta = _diff_maps(current, modified, meta, _ADDED)
    deletions = _diff_maps(original, modified, meta, _REMOVED)
    return merge_patches(deletions, delta, meta)


def _diff_maps(original: Json, modified: Json, meta: PatchMeta, options: _Options) -> Json:
    patch: Json = {}
    for key in sorted(modified):
        value = modified[key]
        if key not in original:
            if options.additions:
                patch[key] = value
            continue
        before = original[key]
        if key == DIRECTIVE:
            _diff_directive(before, value, patch)
        elif type(before) is not type(value):
            if options.additions:
                patch[key] = value
        elif isinstance(value, dict):
            _diff_map(key, before, value, patch, meta, options)
        elif isinstance(value, list):
            _diff_list(key, before, value, patch, meta, options)
        elif options.additions and not same(before, value):
            patch[key] = value
    if options.deletions:
        patch.update({key: None for key in original if key not in modified})
    retained = [key for key in modified if modified[key] is not None] if options.retain_keys else []
    if retained and (
        patch or any(value is not None and key not in modified for key, value in original.items())
    ):
        patch[RETAIN_KEYS] = sorted(retained)
    return patch


def _diff_directive(before: Any, value: Any, patch: Json) -> None:
    if not isinstance(before, str) or not isinstance(value, str):
        raise PatchError(f"invalid value for special key: {DIRECTIVE}")
    if before != value:
        patch[DIRECTIVE] = value


def _diff_map(key: str, before: Json, value: Json, patch: Json, meta: PatchMeta, options: _Options) -> None:
    try:
        field = meta.struct(key)
    except PatchError:
        if same(before, value):
            return
        raise
    if field.strategy == REPLACE:
        if options.additions:
            patch[key] = value
    elif inner := _diff_maps(before, value, field.child, options.retaining(field.retain_keys)):
        patch[key] = inner


def _diff_list(
    key: str, before: JsonList, value: JsonList, patch: Json, meta: PatchMeta, options: _Options
) -> None:
    try:
        field = meta.slice(key)
    except PatchError:
        if same(before, value):
            return
        raise
    if field.strategy != MERGE:
        if options.additions and not same(before, value):
            patch[key] = value
        return
    options = options.retaining(field.retain_keys)
    changed, deleted, order = _diff_merged_list(before, value, field.child, field.merge_key, options)
    for name, items in (
        (key, changed),
        (f"{DELETE_FROM_LIST}/{key}", deleted),
        (f"{SET_ORDER}/{key}", order),
    ):
        if items:
            patch[name] = items


def _diff_merged_list(
    original: JsonList, modified: JsonList, meta: PatchMeta, merge_key: str, options: _Options
) -> tuple[JsonList, JsonList, JsonList]:
    """The items to merge, the scalars to delete and the order to keep."""
    if not original:
        return (modified if options.additions else []), [], []
    kind = element_kind(original, modified)
    if kind == "slice":
        raise PatchError(NO_LIST_OF_LISTS)
    if kind == "map":
        return _diff_keyed_list(original, modified, meta, merge_key, options)
    original = sort_scalars(list(original))
    added, deleted = _diff_scalar_list(original, modified, options)
    ordered = options.set_order and (
        (options.deletions and bool(deleted)) or (options.additions and not same(original, modified))
    )
    return in_order(added, modified, merge_key, kind), deleted, modified if ordered else []


def _diff_keyed_list(
    original: JsonList, modified: JsonList, meta: PatchMeta, merge_key: str, options: _Options
) -> tuple[JsonList, JsonList, JsonList]:
    changed, deleted = _diff_items(original, modified, meta, merge_key, options)
    changed = in_order(changed, modified, merge_key, "map")
    same_order = len(original) == len(modified) and all(
        equal(merge_value(before, merge_key), merge_value(after, merge_key))
        for before, after in zip(original, modified, strict=True)
    )
    changed += deleted
    if options.set_order and (
        (options.additions and (changed or not same_order)) or (options.deletions and changed)
    ):
        return changed, [], [{merge_key: item.get(merge_key)} for item in modified]
    return changed, [], []


def _diff_items(
    original: JsonList, modified: JsonList, meta: PatchMeta, merge_key: str, options: _Options
) -> tuple[JsonList, JsonList]:
    """Walk both lists in the order of their merge keys."""
    left, right = sort_by_key(original, merge_key), sort_by_key(modified, merge_key) if modified else []
    changed: JsonList = []
    deleted: JsonList = []
    at_left = at_right = 0
    while at_left < len(left) or at_right < len(right):
        before = _keyed(left[at_left], merge_key) if at_left < len(left) else None
        after = _keyed(right[at_right], merge_key) if at_right < len(right) else None
        if before and after and before[0] == after[0]:
            inner = _diff_maps(before[1], after[1], meta, options)
            if inner:
                changed.append(inner | {merge_key: after[1][merge_key]})
            at_left, at_right = at_left + 1, at_right + 1
        elif after and (before is None or before[0] > after[0]):
            if options.additions:
                changed.append(after[1])
            at_right += 1
        elif before:
            if options.deletions:
                deleted.append({merge_key: before[1][merge_key], DIRECTIVE: DELETE})
            at_left += 1
    return changed, deleted


def _keyed(item: Json, merge_key: str) -> tuple[str, Json]:
    if merge_key not in item:
        raise no_merge_key(item, merge_key)
    return sprint(item[merge_key]), item


def _diff_scalar_list(original: JsonList, modified: JsonList, options: _Options) -> tuple[JsonList, JsonList]:
    """What scalars to add and to delete, of a sorted list:
    upstream sorts it in place, and judges its order after that.
    """
    left, right = original, sort_scalars(list(modified))
    added: JsonList = []
    deleted: JsonList = []
    at_left = at_right = 0
    while at_left < len(left) or at_right < len(right):
        before = sprint(left[at_left]) if at_left < len(left) else None
        after = sprint(right[at_right]) if at_right < len(right) else None
        if before == after:
            at_left, at_right = at_left + 1, at_right + 1
        elif after is not None and (before is None or before > after):
            if options.additions:
                added.append(right[at_right])
            at_right += 1
        else:
            if options.deletions:
                deleted.append(left[at_left])
            at_left += 1
    return added, unique_scalars(deleted)
