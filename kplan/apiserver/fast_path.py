"""The fast path: status updates and Events of controllers, which the whole request chain would store unchanged.

A rollout is thousands of such writes; most of what the request chain would check has passed it before.

Upstream: none; a real API server looks at everything every time.
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.state.store import Store

STATUS_KINDS: Final = frozenset(
    {
        ("", "Pod"),
        ("", "ReplicationController"),
        ("apps", "ReplicaSet"),
        ("apps", "Deployment"),
        ("apps", "StatefulSet"),
        ("apps", "DaemonSet"),
        ("batch", "Job"),
    }
)
"""Kinds whose status has no defaults (resources of containers apart) and that no admission plug-in looks at by name."""

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
    return not any(store.has("admissionregistration.k8s.io", kind) for kind in _ADMISSION_KINDS)


def changes_status_only(value: Json, old: Json | None) -> bool:
    """Whether an object is the stored one with another status; fields are compared by identity, so a copy is not."""
    if (
        old is None
        or "status" not in value
        or any(value[name] is not old.get(name) for name in value if name != "status")
    ):
        return False
    return not _has_resources(value["status"])


def _has_resources(status: Json) -> bool:
    """Whether a pod's status holds resources of containers, whose quantities have to be rounded."""
    names = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
    return any(
        item.get("resources") or item.get("allocatedResources")
        for name in names
        for item in status.get(name) or ()
    )
