"""The writes that the fast path knows whole, by kind and subresource.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.fast_path.endpoints import endpoints
from kplan.apiserver.fast_path.replicasets import replica_set
from kplan.apiserver.fast_path.reports import deployment_status, pod_status, replica_set_status
from kplan.apiserver.fast_path.slices import endpoint_slice

REWRITES: Final[Mapping[tuple[str, str, str], Callable[[Json, Json], Json | None]]] = {
    ("apps/v1", "Deployment", "status"): deployment_status,
    ("apps/v1", "ReplicaSet", ""): replica_set,
    ("apps/v1", "ReplicaSet", "status"): replica_set_status,
    ("discovery.k8s.io/v1", "EndpointSlice", ""): endpoint_slice,
    ("v1", "Endpoints", ""): endpoints,
    ("v1", "Pod", "status"): pod_status,
}
"""What becomes of an object that replaces a stored one; the stored one itself where nothing differs, None for the chain.

Kinds of objects in namespaces that no admission plug-in looks at by name when they are updated.
"""
GROUPS: Final = {version: version.rpartition("/")[0] for version, _, _ in REWRITES}
"""The groups of their versions."""
