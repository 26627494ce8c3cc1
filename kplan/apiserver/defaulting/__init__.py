"""Defaulting: what the server fills in where a manifest says nothing, one file per API group.

Upstream: pkg/apis/*/v*/defaults.go
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.defaulting import (
    admissionregistration,
    apiextensions,
    apiregistration,
    apps,
    autoscaling,
    batch,
    core,
    discovery,
    flowcontrol,
    networking,
    rbac,
    resource,
    scheduling,
    storage,
)

DEFAULTS: Final[Mapping[tuple[str, str], Callable[[Json], None]]] = {
    key: function
    for group in (
        core,
        apps,
        batch,
        autoscaling,
        networking,
        rbac,
        storage,
        scheduling,
        discovery,
        flowcontrol,
        admissionregistration,
        apiregistration,
        apiextensions,
        resource,
    )
    for key, function in group.DEFAULTS.items()
}


def default(obj: Json) -> None:
    """Fill a freshly decoded object in place, in the version it is written in."""
    function = DEFAULTS.get((obj["apiVersion"], obj["kind"]))
    if function is not None:
        function(obj)
