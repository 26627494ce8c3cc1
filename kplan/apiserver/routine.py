"""Routine writes: what controllers write all day, and when the long way round could change nothing about it.

A rollout is thousands of statuses and Events; most of what the request chain looks at is what it looked at before.

Upstream: none; a real API server looks at everything every time.
"""

from typing import Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.state.store import Store

RESTATABLE: Final = frozenset(
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
"""Kinds whose status has no defaults, sizes of containers apart, and that no plug-in minds by name."""

_INTERFERING: Final = (
    "MutatingAdmissionPolicy",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingWebhookConfiguration",
)


def undisturbed(store: Store, namespace: str) -> bool:
    """Whether a namespace lives and no policy or webhook of the cluster has a say in what is written to it."""
    found = store.get(ObjectKey("", "Namespace", "", namespace))
    if found is None or (found.get("status") or {}).get("phase") == "Terminating":
        return False
    return not any(store.has("admissionregistration.k8s.io", kind) for kind in _INTERFERING)


def restates(value: Json, old: Json | None) -> bool:
    """Whether an object is a stored one with another status."""
    if (
        old is None
        or "status" not in value
        or any(value[name] is not old.get(name) for name in value if name != "status")
    ):
        return False
    return not _is_sized(value["status"])


def _is_sized(status: Json) -> bool:
    """Whether a pod's status speaks of resources, whose fractions are rounded."""
    names = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
    return any(
        item.get("resources") or item.get("allocatedResources")
        for name in names
        for item in status.get(name) or ()
    )
