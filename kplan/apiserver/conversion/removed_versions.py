"""Versions that older releases served by default and the default release does not: read as their successor.

Upstream: pkg/apis/flowcontrol/{v1beta1,v1beta2,v1beta3}/conversion.go, pkg/apis/autoscaling/v2beta2
"""

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.schema.discovery import SUCCESSORS

_SHARES = "nominalConcurrencyShares"
_OLD_SHARES = "assuredConcurrencyShares"
_RENAMED = ("flowcontrol.apiserver.k8s.io/v1beta1", "flowcontrol.apiserver.k8s.io/v1beta2")


def to_served(obj: Json) -> Json:
    """The object in the version that is still served; one in a served version as it is."""
    version = obj["apiVersion"]
    successor = SUCCESSORS.get(GroupVersionKind.of(version, obj["kind"]))
    if successor is None:
        return obj
    renamed = _with_shares(obj, _OLD_SHARES, _SHARES) if version in _RENAMED else obj
    return {**renamed, "apiVersion": successor}


def to_removed(obj: Json, api_version: str) -> Json:
    """The object in a version that is no longer served."""
    renamed = _with_shares(obj, _SHARES, _OLD_SHARES) if api_version in _RENAMED else obj
    return {**renamed, "apiVersion": api_version}


def _with_shares(obj: Json, old: str, new: str) -> Json:
    spec = obj.get("spec") or {}
    limited = spec.get("limited") or {}
    if old not in limited:
        return obj
    renamed = {new if name == old else name: value for name, value in limited.items()}
    return {**obj, "spec": {**spec, "limited": renamed}}
