"""Which definition a custom resource means, where the input holds several of its kind:
those that stand nearest to it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kplan.api.object import Object
from kplan.api.walk import mapping, text

Kind = tuple[str, str]
"""Group and kind."""


def definitions(objects: Iterable[Object]) -> Mapping[Kind, Sequence[Object]]:
    """The different CustomResourceDefinitions of every kind."""
    found: dict[Kind, list[Object]] = defaultdict(list)
    for one in objects:
        if is_definition(one):
            spec: Any = mapping(one.value, "spec")
            same = found[kind_of(one)]
            if not any(other.value.get("spec") == spec for other in same):
                same.append(one)
    return found


def is_definition(item: Object) -> bool:
    """Whether an object is a CustomResourceDefinition."""
    return item.gvk.kind == "CustomResourceDefinition"


def kind_of(definition: Object) -> Kind:
    """The kind that a definition defines."""
    return text(definition.value, "spec", "group"), text(definition.value, "spec", "names", "kind")


def nearest_definitions(subject: Object, candidates: Sequence[Object]) -> Sequence[Object]:
    """Those with which an object shares most of its path; all that are equally near."""
    if len(candidates) < 2:
        return candidates
    shared = [_shared(subject, one) for one in candidates]
    return [one for one, steps in zip(candidates, shared, strict=True) if steps == max(shared)]


def _shared(one: Object, other: Object) -> int:
    """How many steps of their paths two objects share."""
    if one.origin is None or other.origin is None:
        return 0
    count = 0
    for first, second in zip(
        one.origin.source.name.split("/"), other.origin.source.name.split("/"), strict=False
    ):
        if first != second:
            break
        count += 1
    return count
