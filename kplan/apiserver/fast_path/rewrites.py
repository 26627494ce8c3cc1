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

Rewrite = tuple[str, Callable[[Json, Json], Json | None]]
"""A group, and the function from the new and the stored object to what is stored;
None if the request chain has to decide.
"""

REWRITES: Final[Mapping[tuple[str, str, str], Rewrite]] = {
    ("apps/v1", "Deployment", "status"): ("apps", deployment_status),
    ("apps/v1", "ReplicaSet", ""): ("apps", replica_set),
    ("apps/v1", "ReplicaSet", "status"): ("apps", replica_set_status),
    ("discovery.k8s.io/v1", "EndpointSlice", ""): ("discovery.k8s.io", endpoint_slice),
    ("v1", "Endpoints", ""): ("", endpoints),
    ("v1", "Pod", "status"): ("", pod_status),
}
"""By version, kind and subresource; None becomes of what the chain has to look at.

Kinds of objects in namespaces that no admission plug-in looks at by name when they are updated.
"""
