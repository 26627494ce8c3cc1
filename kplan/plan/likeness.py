"""Whether one object looks like a new name of another: the same kind in the same namespace, and nearly the same content."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json

_ENOUGH: Final = 0.8
"""The share of values that two objects have in common, from which they count as one under two names."""
_ASIDE: Final = frozenset({"apiVersion", "kind", "metadata", "status"})

_GENERATED: Final = re.compile(r"(.+)-[bcdfghkmt2456789]{10}")
"""A name that ends in a hash as kustomize writes it."""


def generated_alike(old: ObjectKey, new: ObjectKey) -> bool:
    """Whether both names were generated from the same one, so that only the hash of the content differs."""
    stems = _GENERATED.fullmatch(old.name), _GENERATED.fullmatch(new.name)
    return (
        stems[0] is not None and stems[1] is not None and stems[0][1] == stems[1][1]
        and old._replace(name="") == new._replace(name="")
    )  # fmt: skip


def alike(old: Json, new: Json) -> bool:
    """Whether the new object is nearly the old one; names in it may follow the object's name."""
    if _place(old) != _place(new):
        return False
    one, other = Counter(_leaves(_content(old))), Counter(_leaves(_content(new)))
    together = (one | other).total()
    return together > 0 and (one & other).total() / together >= _ENOUGH


def _place(value: Json) -> tuple[str, str, str]:
    return value["apiVersion"], value["kind"], value["metadata"].get("namespace") or ""


def _content(value: Json) -> Json:
    """What an object holds, with a mark for its own name, and without the addresses that its server gave it."""
    name = value["metadata"]["name"]
    kept = {key: item for key, item in value.items() if key not in _ASIDE}
    if value["kind"] == "Service" and isinstance(kept.get("spec"), dict):
        given = ("clusterIP", "clusterIPs")
        kept["spec"] = {key: item for key, item in kept["spec"].items() if key not in given}
    marked = _marked(kept, name)
    assert isinstance(marked, dict)
    return marked


def _marked(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _marked(item, name) for key, item in value.items()}
    if isinstance(value, list):
        return [_marked(item, name) for item in value]
    return value.replace(name, "\0") if isinstance(value, str) else value


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value that holds no others, with the keys above it."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}")
    elif isinstance(value, list) and value:
        for item in value:
            yield from _leaves(item, f"{path}[]")
    else:
        yield path, repr(value)
