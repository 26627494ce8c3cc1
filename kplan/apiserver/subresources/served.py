"""Which subresources a kind has: not every object has a status that is written apart, and few can be scaled.

Upstream: pkg/registry/*/rest (the storage maps), staging/src/k8s.io/apiextensions-apiserver
"""

from collections.abc import Container
from functools import lru_cache
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.apiserver import errors
from kplan.schema.crd import CustomKind
from kplan.schema.merge import builtin

_SCALED: Final = frozenset(
    {
        ("apps", "Deployment"),
        ("apps", "ReplicaSet"),
        ("apps", "StatefulSet"),
        ("", "ReplicationController"),
    }
)


def serves(name: str, gvk: GroupVersionKind, prepared: Container[str], custom: CustomKind | None) -> bool:
    """Whether a kind has a subresource through which it is written; those besides status and scale are ``prepared``."""
    if custom is not None:
        return custom.status if name == "status" else name == "scale" and custom.scale is not None
    if name == "status":
        return _has_status(gvk)
    return name in prepared or (name == "scale" and (gvk.group, gvk.kind) in _SCALED)


@lru_cache(maxsize=256)
def _has_status(gvk: GroupVersionKind) -> bool:
    shape = builtin(gvk)
    return shape is not None and shape.map is not None and "status" in shape.map.fields


def not_served() -> errors.StatusError:
    """The answer to a path that leads nowhere."""
    return errors.StatusError(404, "NotFound", "the server could not find the requested resource")
