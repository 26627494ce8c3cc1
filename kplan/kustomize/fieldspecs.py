"""Field specs: walks an object along a path and hands over what is there, making it where it may.

Upstream: vendor/sigs.k8s.io/kustomize/api/filters/fieldspec/fieldspec.go
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kplan.kustomize.errors import KustomizeError
from kplan.kustomize.ids import Gvk, gvk_in
from kplan.kustomize.resource import Resource

Set = Callable[[Any, Any], None]
"""Gets the mapping or list that holds a value, and its key in it."""
Spec = Mapping[str, Any]
_SLASH = re.compile(r"(?<!\\)/")


def split(path: str) -> list[str]:
    r"""The steps of a path; ``\/`` is a slash in a name."""
    return [step.replace("\\/", "/") for step in _SLASH.split(path.lstrip("/"))]


def apply(item: Resource, specs: Iterable[Spec], put: Set, make: Callable[[], Any] | None = None) -> None:
    """Hand over every value that the specs name in an object."""
    gvk = item.gvk
    for spec in specs:
        if gvk.selected_by(gvk_in(spec)):
            path = str(spec.get("path") or "")
            try:
                walk(item.value, split(path), put, make if spec.get("create") else None)
            except KustomizeError as error:
                words = f"considering field '{path}' of object {item.id}: {error}"
                raise type(error)(words) from None


def walk(value: Any, steps: list[str], put: Set, make: Callable[[], Any] | None) -> None:
    """Follow the steps through mappings and every item of lists."""
    if value is None:
        return
    if isinstance(value, list):
        _walk_all(value, steps, put, make)
        return
    if not isinstance(value, dict):
        raise KustomizeError("expected sequence or mapping node")
    name, rest = steps[0].removesuffix("[]"), steps[1:]
    if not name:
        raise KustomizeError("cannot set or create an empty field name")
    if name == "*":
        raise KustomizeError("fieldName: *: wildcard is not supported in PathGetter")
    if value.get(name) is None:
        if name != steps[0] and name in value:
            value[name] = []
        if make is None or name != steps[0]:
            return
        value[name] = {} if rest else make()
    if rest:
        walk(value[name], rest, put, make)
    else:
        put(value, name)


def _walk_all(items: list[Any], steps: list[str], put: Set, make: Callable[[], Any] | None) -> None:
    try:
        for item in items:
            walk(item, steps, put, make)
    except KustomizeError as error:
        raise type(error)(f"visit traversal on path: [{' '.join(steps)}]: {error}") from None


def merged(specs: Iterable[Spec], more: Iterable[Spec]) -> list[Spec]:
    """Both lists without duplicates."""
    found = list(specs)
    known: dict[str, list[tuple[Gvk, bool]]] = {}
    for spec in found:
        known.setdefault(repr(spec.get("path")), []).append((gvk_in(spec), bool(spec.get("create"))))
    for spec in more:
        gvk, creates = gvk_in(spec), bool(spec.get("create"))
        beside = known.setdefault(repr(spec.get("path")), [])
        same = next((makes for one, makes in beside if one.selected_by(gvk)), None)
        if same is None:
            beside.append((gvk, creates))
            found.append(spec)
        elif same != creates:
            raise KustomizeError("conflicting fieldspecs")
    return found
