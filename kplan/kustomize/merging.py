"""Strategic merge patches as kustomize merges them: lists of known kinds by their keys, new items first.

Upstream: vendor/sigs.k8s.io/kustomize/kyaml/yaml/merge2/merge2.go, kyaml/yaml/walk
"""

from copy import deepcopy
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.ids import Gvk
from kplan.schema.merge import FieldShape, Shape, builtin

_DIRECTIVE: Final = "$patch"
GONE: Final = object()
"""What is left of a value that a patch deletes."""


def merge(value: Any, patch: Any, gvk: Gvk) -> Any:
    """The object with the patch merged in; GONE where the patch deletes it."""
    return _maps(value, deepcopy(patch), builtin(GroupVersionKind(*gvk)))


def _value(value: Any, patch: Any, field: FieldShape | None, shape: Shape | None) -> Any:
    if patch is None:
        return GONE
    if isinstance(patch, dict):
        return _maps(value if isinstance(value, dict) else {}, patch, shape)
    if isinstance(patch, list):
        return _lists(value if isinstance(value, list) else [], patch, field, shape)
    return patch


def _maps(value: dict[str, Any], patch: dict[str, Any], shape: Shape | None) -> Any:
    directive = patch.pop(_DIRECTIVE, "merge")
    if directive == "delete":
        return GONE
    if directive == "replace":
        return patch
    if directive != "merge":
        raise KustomizeError(f"unknown patch strategy '{directive}'")
    result = dict(value)
    for name, wanted in patch.items():
        field, below = _below(shape, name)
        found = _value(value.get(name), wanted, field, below)
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


def _lists(value: list[Any], patch: list[Any], field: FieldShape | None, shape: Shape | None) -> Any:
    if field is None or "merge" not in field.strategies:
        return patch
    directive, patch = _list_directive(patch)
    if directive == "delete":
        return GONE
    if directive == "replace":
        return patch
    element = shape.list.element if shape and shape.list else None
    keys = shape.list.keys if shape and shape.list else ()
    keys = keys or ((field.merge_key,) if field.merge_key else ())
    return _by_keys(value, patch, keys, element) if keys else [*patch, *(v for v in value if v not in patch)]


def _list_directive(patch: list[Any]) -> tuple[str, list[Any]]:
    for item in patch:
        if isinstance(item, dict) and len(item) == 1 and _DIRECTIVE in item:
            return str(item[_DIRECTIVE]), [other for other in patch if other is not item]
    return "merge", patch


def _by_keys(value: list[Any], patch: list[Any], keys: tuple[str, ...], element: Shape | None) -> list[Any]:
    rest = list(value)
    result: list[Any] = []
    for item in patch:
        if not isinstance(item, dict):
            result.append(item)
            continue
        old = next((one for one in rest if _same(one, item, keys)), None)
        if old is not None:
            rest = [one for one in rest if one is not old]
        found = _maps(old or {}, item, element)
        if found is not GONE:
            result.append(found)
    return result + rest


def _same(old: Any, new: dict[str, Any], keys: tuple[str, ...]) -> bool:
    """Whether two items agree in some key and differ in none that both have."""
    if not isinstance(old, dict):
        return False
    both = [key for key in keys if old.get(key) is not None and new.get(key) is not None]
    return bool(both) and all(str(old[key]) == str(new[key]) for key in both)
