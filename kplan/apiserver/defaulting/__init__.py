"""Defaulting: what the server fills in where a manifest says nothing, one file per API group.

Upstream: pkg/apis/*/v*/defaults.go
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Final

from kplan.api.object import Json

_HOMES: Final[Mapping[str, str]] = {
    "admissionregistration.k8s.io/v1": "admissionregistration",
    "apiextensions.k8s.io/v1": "apiextensions",
    "apiregistration.k8s.io/v1": "apiregistration",
    "apps/v1": "apps",
    "autoscaling/v1": "autoscaling",
    "autoscaling/v2": "autoscaling",
    "batch/v1": "batch",
    "discovery.k8s.io/v1": "discovery",
    "flowcontrol.apiserver.k8s.io/v1": "flowcontrol",
    "networking.k8s.io/v1": "networking",
    "rbac.authorization.k8s.io/v1": "rbac",
    "resource.k8s.io/v1": "resource",
    "scheduling.k8s.io/v1": "scheduling",
    "storage.k8s.io/v1": "storage",
    "v1": "core",
}
"""The module that holds a version's functions; loaded when the first object of the version comes by."""


def default(obj: Json) -> None:
    """Fill a freshly decoded object in place, in the version it is written in."""
    function = _functions(obj["apiVersion"]).get((obj["apiVersion"], obj["kind"]))
    if function is not None:
        function(obj)


@cache
def _functions(api_version: str) -> Mapping[tuple[str, str], Callable[[Json], None]]:
    home = _HOMES.get(api_version)
    if home is None:
        return {}
    functions: Mapping[tuple[str, str], Callable[[Json], None]] = import_module(f"{__name__}.{home}").DEFAULTS
    return functions
