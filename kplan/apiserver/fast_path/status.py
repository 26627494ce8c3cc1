"""Status updates: kinds whose status the whole request chain would store as it reads it.

Upstream: none; a real API server looks at everything every time.
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver.fast_path.unchanged import differing

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


def changes_status_only(value: Json, old: Json | None) -> bool:
    """Whether an object is the stored one with another status; fields are compared by identity, so a copy is not."""
    if old is None or "status" not in value:
        return False
    return {"status"}.issuperset(differing(value, old)) and not _has_resources(value["status"])


def _has_resources(status: Json) -> bool:
    """Whether a pod's status holds resources of containers, whose quantities have to be rounded."""
    for name in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        if name not in status:
            continue
        for item in status[name] or ():
            if item.get("resources") or item.get("allocatedResources"):
                return True
    return False
