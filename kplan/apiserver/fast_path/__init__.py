"""The fast path: writes of actors that the whole request chain would store as they are.

A rollout is thousands of such writes; most of what the request chain would check has passed it before. A member looks at
what differs from the stored object, and leaves the write to the chain where that is more than it knows.

Upstream: none; a real API server looks at everything every time.
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver.fast_path.endpoints import endpoints
from kplan.apiserver.fast_path.replicasets import replica_set
from kplan.apiserver.fast_path.slices import endpoint_slice
from kplan.apiserver.fast_path.status import STATUS_KINDS, changes_status_only
from kplan.state.store import Store

__all__ = ["REWRITES", "STATUS_KINDS", "changes_status_only", "may_skip_admission"]

REWRITES: Final[Mapping[tuple[str, str], Callable[[Json, Json], Json | None]]] = {
    ("apps/v1", "ReplicaSet"): replica_set,
    ("discovery.k8s.io/v1", "EndpointSlice"): endpoint_slice,
    ("v1", "Endpoints"): endpoints,
}
"""What becomes of an object that replaces a stored one; the stored one itself where nothing differs, None for the chain.

Kinds that no admission plug-in looks at by name when they are updated.
"""

_ADMISSION_KINDS: Final = (
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingWebhookConfiguration",
)


def may_skip_admission(store: Store, namespace: str) -> bool:
    """Whether a namespace is active and the cluster has no admission policy or webhook."""
    found = store.get(ObjectKey("", "Namespace", "", namespace))
    if found is None or (found.get("status") or {}).get("phase") == "Terminating":
        return False
    for kind in _ADMISSION_KINDS:
        if store.has("admissionregistration.k8s.io", kind):
            return False
    return True
