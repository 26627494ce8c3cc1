"""JSON merge patch (RFC 7386): apply one, compute one from two values, compute one from three.

Custom resources have no merge keys, so this is how kubectl applies them: maps merge, lists are replaced whole.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/jsonmergepatch/patch.go,
    vendor/gopkg.in/evanphx/json-patch.v4/merge.go
"""

from typing import Any

from kplan.api.object import Json
from kplan.apiserver.patch.go_values import copy, same, sprint


class MergePatchError(Exception):
    """Three-way creation failed; the text is upstream's."""


def merge_patch(document: Json, patch: Json) -> Json:
    """Apply a patch to a document."""
    result: Json = copy(document)
    _merge(result, copy(patch))
    return result


def _merge(document: Json, patch: Json) -> None:
    for key, value in patch.items():
        if value is None:
            document.pop(key, None)
        elif not isinstance(document.get(key), dict):
            document[key] = _without_nulls(value)
        elif isinstance(value, dict):
            _merge(document[key], value)
        else:
            document[key] = value


def _without_nulls(value: Any) -> Any:
    """Drop null members of maps at any depth; nulls among list items stay."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def create_merge_patch(original: Json, modified: Json) -> Json:
    """Compute the patch that turns one value into another."""
    patch: Json = {}
    for key, value in modified.items():
        before = original.get(key)
        if key in original and isinstance(before, dict) and isinstance(value, dict):
            if inner := create_merge_patch(before, value):
                patch[key] = inner
        elif key not in original or not _matches(before, value):
            patch[key] = value
    patch.update({key: None for key in original if key not in modified})
    return patch


def _matches(left: Any, right: Any) -> bool:
    """Equal as JSON: all numbers are of one type there."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return isinstance(left, bool) == isinstance(right, bool) and left == right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_matches(value, right[key]) for key, value in left.items())
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_matches, left, right))
    return same(left, right)


def create_three_way_merge_patch(original: Json, modified: Json, current: Json) -> Json:
    """Compute what kubectl apply sends: additions and changes against current, deletions against original.

    Raises MergePatchError when apiVersion, kind or metadata.name differ. Upstream also asks whether the two halves
    contradict each other; they cannot, one holds only nulls and the other none.
    """
    changes = _filtered(create_merge_patch(current, modified), nulls=False)
    deletions = _filtered(create_merge_patch(original, modified), nulls=True)
    patch = merge_patch(deletions, changes)
    metadata = patch.get("metadata")
    if "apiVersion" in patch or "kind" in patch or (isinstance(metadata, dict) and "name" in metadata):
        raise MergePatchError(f"precondition failed for: {sprint(patch)}")
    return patch


def _filtered(patch: Json, *, nulls: bool) -> Json:
    """Keep only the nulls of a patch, or only what is not null; an empty map is a value, not an empty patch."""
    kept: Json = {}
    for key, value in patch.items():
        if value is None:
            if nulls:
                kept[key] = None
        elif isinstance(value, dict) and value:
            if inner := _filtered(value, nulls=nulls):
                kept[key] = inner
        elif not nulls:
            kept[key] = value
    return kept
