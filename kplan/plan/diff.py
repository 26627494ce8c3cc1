"""Before and after as field edits: lists with keys are matched by key, as the API server merges them.

What has no schema (custom resources, opaque values, plain lists) is compared by deepdiff.
"""

from collections.abc import Iterator
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.fieldpath import ROOT, FieldPath
from kplan.plan.change import FieldEdit
from kplan.schema.merge import ListShape, MapShape, Shape, builtin

_BOOKKEEPING: Final = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "deployment.kubernetes.io/revision",
        "deprecated.daemonset.template.generation",
    }
)
"""Annotations that kubectl and controllers write for themselves."""
_KEPT_BY_THE_SERVER: Final = frozenset(
    {"managedFields", "resourceVersion", "generation", "uid", "creationTimestamp", "selfLink"}
)


def edits(before: Json, after: Json) -> tuple[FieldEdit, ...]:
    """The fields in which two versions of an object differ, status and the server's own metadata aside.

    A field that holds the object's uid, as labels of Jobs do, is the server's own.
    """
    gvk = GroupVersionKind.of(str(after.get("apiVersion") or ""), str(after.get("kind") or ""))
    uids = tuple((value.get("metadata") or {}).get("uid") for value in (before, after))
    if gvk.kind == "Pod":
        before, after = _as_written(before, after), _as_written(after, before)
    found = _compare(_user_fields(before), _user_fields(after), ROOT, builtin(gvk))
    return tuple(edit for edit in found if None in uids or (edit.before, edit.after) != uids)


def _as_written(pod: Json, other: Json) -> Json:
    """A pod without its token, whose name is chosen anew each time, and without a node that the other has not yet."""
    spec: Json = pod.get("spec") or {}
    made = {**spec, "volumes": _without_token(spec.get("volumes"))}
    for name in ("initContainers", "containers"):
        if name in spec:
            made[name] = [
                {**one, "volumeMounts": _without_token(one.get("volumeMounts"))} for one in spec[name]
            ]
    if "nodeName" not in (other.get("spec") or {}):
        made.pop("nodeName", None)
    return {**pod, "spec": made}


def _without_token(items: list[Json] | None) -> list[Json]:
    return [item for item in items or () if not str(item.get("name")).startswith("kube-api-access-")]


def _user_fields(value: Json) -> Json:
    metadata = {
        name: item for name, item in (value.get("metadata") or {}).items() if name not in _KEPT_BY_THE_SERVER
    }
    annotations = {
        name: text
        for name, text in (metadata.pop("annotations", None) or {}).items()
        if name not in _BOOKKEEPING
    }
    if annotations:
        metadata["annotations"] = annotations
    return {**{name: item for name, item in value.items() if name != "status"}, "metadata": metadata}


def _compare(before: Any, after: Any, path: FieldPath, shape: Shape | None) -> Iterator[FieldEdit]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _maps(before, after, path, shape.map if shape else None)
    elif isinstance(before, list) and isinstance(after, list):
        keys = _keys(shape.list if shape else None, before, after)
        yield from (
            _keyed(before, after, path, shape.list if shape else None, keys)
            if keys
            else _plain(before, after, path)
        )
    else:
        yield FieldEdit(str(path), before, after)


def _maps(before: Json, after: Json, path: FieldPath, shape: MapShape | None) -> Iterator[FieldEdit]:
    for name in sorted(before.keys() | after.keys()):
        known = shape.fields.get(name) if shape else None
        place = path / name if shape is None or known else path.key(name)
        inner = known.shape if known else shape.element if shape else None
        if name in before and name in after:
            yield from _compare(before[name], after[name], place, inner)
        else:
            yield FieldEdit(str(place), before.get(name), after.get(name))


def _keys(shape: ListShape | None, before: list[Any], after: list[Any]) -> tuple[str, ...]:
    """The keys that tell the items apart: the list's own, or ``name`` if every item has one."""
    items = [*before, *after]
    if not all(isinstance(item, dict) for item in items):
        return ()
    for keys in (shape.keys if shape else (), ("name",)):
        for side in (before, after):
            if not keys or len({_identity(item, keys) for item in side}) < len(side):
                break
        else:
            if all(keys[0] in item for item in items):
                return keys
    return ()


def _identity(item: Json, keys: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(item.get(key, "")) for key in keys)


def _keyed(
    before: list[Any], after: list[Any], path: FieldPath, shape: ListShape | None, keys: tuple[str, ...]
) -> Iterator[FieldEdit]:
    old = {_identity(item, keys): item for item in before}
    new = {_identity(item, keys): item for item in after}
    for identity in dict.fromkeys([*old, *new]):
        place = path.key("/".join(part for part in identity if part))
        if identity in old and identity in new:
            yield from _compare(old[identity], new[identity], place, shape.element if shape else None)
        else:
            yield FieldEdit(str(place), old.get(identity), new.get(identity))
    if list(old) != list(new) and old == new:
        yield FieldEdit(str(path), [list(key) for key in old], [list(key) for key in new])


def _plain(before: list[Any], after: list[Any], path: FieldPath) -> Iterator[FieldEdit]:
    from deepdiff import DeepDiff  # noqa: PLC0415 - a tenth of a second that most diffs do not need
    from deepdiff.helper import notpresent  # noqa: PLC0415 - likewise

    found = [level for levels in DeepDiff(before, after, view="tree").values() for level in levels]
    for level in sorted(
        found, key=lambda level: [(isinstance(step, int), step) for step in level.path(output_format="list")]
    ):
        place = path
        for step in level.path(output_format="list"):
            place = place / step
        old = None if level.t1 is notpresent else level.t1
        new = None if level.t2 is notpresent else level.t2
        yield FieldEdit(str(place), old, new)
