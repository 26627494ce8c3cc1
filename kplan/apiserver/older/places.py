"""The places of an object that a path of a table leads to."""

from collections.abc import Iterator
from typing import Any

from kplan.api.object import Json
from kplan.api.workloads import group_kind, pod_template
from kplan.fieldpath import ROOT, FieldPath


def places(obj: Json, kinds: frozenset[str], path: str) -> Iterator[tuple[Json, str, FieldPath]]:
    """Every mapping that has the path's last field, the field, and where it stands;
    ``pods`` begin at the pod's spec.
    """
    if "pods" in kinds:
        template = pod_template(obj, group_kind(obj))
        if template is None or not isinstance(template.value.get("spec"), dict):
            return
        start, root = template.value["spec"], template.path / "spec"
    elif obj.get("kind") in kinds:
        start, root = obj, ROOT
    else:
        return
    *names, last = path.replace("[*]", ".*").split(".")
    for parent, at in _walk(start, names, root):
        if isinstance(parent, dict) and last in parent:
            yield parent, last, at / last


def _walk(value: Any, names: list[str], path: FieldPath) -> Iterator[tuple[Any, FieldPath]]:
    if not names:
        yield value, path
    elif names[0] == "*":
        for index, item in enumerate(value if isinstance(value, list) else ()):
            yield from _walk(item, names[1:], path / index)
    elif isinstance(value, dict) and value.get(names[0]) is not None:
        yield from _walk(value[names[0]], names[1:], path / names[0])
