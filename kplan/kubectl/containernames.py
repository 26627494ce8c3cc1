"""Containers of a pod by name, or by a name in which ``*`` stands for any text.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/set/helper.go (selectContainers, selectString)
"""

from collections.abc import Iterator

from kplan.api.object import Json


def containers_named(spec: Json, pattern: str) -> Iterator[Json]:
    """The containers of a pod that a pattern means, those that start first at the end."""
    for field in ("containers", "initContainers"):
        yield from (one for one in spec.get(field) or () if _means(pattern, one["name"]))


def _means(pattern: str, name: str) -> bool:
    """Whether a name fits; as in kubectl, a part is looked for where the one before it begins, and never further on."""
    if "*" not in pattern:
        return name == pattern
    start, parts = 0, pattern.split("*")
    for place, part in enumerate(parts):
        if not part:
            continue
        found = name[start:].find(part)
        ends = len(name) == len(part) + found
        if found < start or (place == len(parts) - 1 and not ends):
            return False
        start = found
    return True
