"""Warnings about kinds that are on their way out.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/deprecation
"""

from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.schema.deprecation import lifecycle_of

_ENDPOINTS: Final = GroupVersionKind("", "v1", "Endpoints")
_COMPONENT_STATUS: Final = GroupVersionKind("", "v1", "ComponentStatus")
_ENDPOINTS_DEPRECATED: Final = 33


def deprecation_of(gvk: GroupVersionKind, version: str) -> str:
    """What a release warns of in every request for a built-in type; empty if it does not."""
    release = int(version.partition(".")[2])
    if gvk == _ENDPOINTS:
        text = f"v1 Endpoints is deprecated in v1.{_ENDPOINTS_DEPRECATED}+; use discovery.k8s.io/v1 EndpointSlice"
        return text if release >= _ENDPOINTS_DEPRECATED else ""
    if gvk == _COMPONENT_STATUS:
        return "v1 ComponentStatus is deprecated in v1.19+"
    row = lifecycle_of(gvk)
    if row is None or release < row.deprecated:
        return ""
    use = f"; use {row.replacement} {gvk.kind}" if row.replacement else ""
    return f"{gvk.api_version} {gvk.kind} is deprecated in v1.{row.deprecated}+, unavailable in v1.{row.removed}+{use}"
