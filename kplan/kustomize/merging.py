"""Strategic merge patches as kustomize merges them: lists of known kinds by their keys, new items first.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/merge2/merge2.go, kyaml/yaml/walk
"""

from copy import deepcopy
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.ids import Gvk
from kplan.kustomize.keyedlists import GONE, MISSING, by_keys
from kplan.kustomize.nodes import kind_of, wrong_kind
from kplan.kustomize.openapi import Shapes
from kplan.schema.merge import FieldShape, Shape, builtin

__all__ = ["GONE", "merge"]

_DIRECTIVE: Final = "$patch"
Blanks = frozenset[tuple[int, str]]


def merge(
    value: Any, patch: Any, gvk: Gvk, blanks: Blanks = frozenset(), shapes: Shapes | None = None
) -> Any:
    """The object, changed by the patch; GONE if that deletes it. Of its null fields, those left ``blank`` go.

    ``shapes`` stand for the types of Kubernetes.
    """
    if blanks:
        _drop(value, blanks)
    shape = builtin(GroupVersionKind(*gvk)) if shapes is None else shapes.get(gvk)
    return _walk(value, deepcopy(patch), None, shape)


def _drop(value: Any, blanks: Blanks) -> None:
    if isinstance(value, list):
        for item in value:
            _drop(item, blanks)
    elif isinstance(value, dict):
        for name, item in list(value.items()):
            if item is None and (id(value), name) in blanks:
                del value[name]
            else:
                _drop(item, blanks)


def _walk(value: Any, patch: Any, field: FieldShape | None, shape: Shape | None) -> Any:
    """All of a value and its patch, whether or not both have it: lists with keys come out of it in order."""
    given = [one for one in (value, patch) if one is not MISSING and one is not None]
    kinds = [kind_of(one) for one in given]
    for one, kind in zip(given, kinds, strict=True):
        if kind != kinds[0]:
            raise KustomizeError(wrong_kind(kinds[0], one))
    if not kinds or kinds[0] == "MappingNode":
        return _maps(value, patch, shape)
    if kinds[0] == "SequenceNode" and field is not None and "merge" in field.strategies:
        return _lists(value, patch, field, shape)
    if patch is MISSING:
        return value
    return GONE if patch is None else patch


def _maps(value: Any, patch: Any, shape: Shape | None) -> Any:
    if patch is None or (patch is MISSING and value is MISSING):
        return GONE
    if patch is MISSING and value is None:
        return None
    directive = patch.pop(_DIRECTIVE, "merge") if isinstance(patch, dict) else "merge"
    if directive == "delete":
        return GONE
    if directive not in ("merge", "replace"):
        raise KustomizeError(f"unknown patch strategy '{directive}'")
    result = patch if value is MISSING or value is None or directive == "replace" else value
    for name in sorted({**result, **({} if patch is MISSING else patch)}):
        field, below = _below(shape, name)
        wanted = MISSING if patch is MISSING else patch.get(name, MISSING)
        found = _walk(result.get(name, MISSING), wanted, field, below)
        if found is GONE:
            result.pop(name, None)
        else:
            result[name] = found
    return result


def _below(shape: Shape | None, name: str) -> tuple[FieldShape | None, Shape | None]:
    if shape is None or shape.map is None:
        return None, None
    if name in shape.map.fields:
        field = shape.map.fields[name]
        return field, field.shape
    return None, shape.map.element


def _lists(value: Any, patch: Any, field: FieldShape, shape: Shape | None) -> Any:
    if patch is None:
        return GONE
    directive = "merge"
    if patch is not MISSING and value is not MISSING and value is not None:
        directive, patch = _list_directive(patch)
    if directive == "delete":
        return GONE
    if value is MISSING or value is None or directive == "replace":
        value = patch
    element = shape.list.element if shape and shape.list else None
    keys = shape.list.keys if shape and shape.list else ()
    keys = keys or ((field.merge_key,) if field.merge_key else ("",))
    items = [] if patch is MISSING else patch
    return by_keys(value, items, keys, lambda old, new: _walk(old, new, None, element))


def _list_directive(patch: list[Any]) -> tuple[str, list[Any]]:
    for item in patch:
        if isinstance(item, dict) and _DIRECTIVE in item and len(item) == 1:
            return str(item[_DIRECTIVE]), [other for other in patch if other is not item]
    return "merge", patch
