"""How long kubelets may cache Secrets and ConfigMaps, by the number of nodes: an annotation on each node.

Upstream: pkg/controller/ttl/ttl_controller.go (ttlBoundaries)
"""

from typing import Final

from kplan.namedtuples import NamedTuple

ANNOTATION: Final = "node.alpha.kubernetes.io/ttl"


class _Size(NamedTuple):
    """One cluster size; sizes overlap, so that one node more or less does not change the annotation of every node."""

    least: int
    most: float
    seconds: int


_SIZES: Final = (
    _Size(0, 100, 0),
    _Size(90, 500, 15),
    _Size(450, 1000, 30),
    _Size(900, 2000, 60),
    _Size(1800, float("inf"), 300),
)


def grown(count: int, size: int = 0) -> int:
    """The index of the size after the cluster has grown to so many nodes."""
    while count > _SIZES[size].most:
        size += 1
    return size


def shrunk(count: int, size: int) -> int:
    """The index of the size after the cluster has shrunk to so many nodes."""
    while count < _SIZES[size].least:
        size -= 1
    return size


def text(size: int) -> str:
    """The value of the annotation: seconds."""
    return str(_SIZES[size].seconds)
