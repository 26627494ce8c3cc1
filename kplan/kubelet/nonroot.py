"""Whether a container that must not run as root is told to.

What user an image brings is not known; a container that says neither is started.

Upstream: pkg/kubelet/kuberuntime/security_context_others.go (verifyRunAsNonRoot)
"""

from typing import Any

from kplan.api.object import Json


def breaks_non_root(pod: Json, container: Json) -> str:
    """Why a container of a pod is not started; empty if it is."""
    user, non_root = (_effective(pod, container, field) for field in ("runAsUser", "runAsNonRoot"))
    if not non_root or user != 0:
        return ""
    metadata = pod["metadata"]
    whole = f"{metadata['name']}_{metadata['namespace']}({metadata['uid']})"
    return f'container\'s runAsUser breaks non-root policy (pod: "{whole}", container: {container["name"]})'


def _effective(pod: Json, container: Json, field: str) -> Any:
    """What the container says, else the pod (DetermineEffectiveSecurityContext)."""
    own = (container.get("securityContext") or {}).get(field)
    return (pod["spec"].get("securityContext") or {}).get(field) if own is None else own
