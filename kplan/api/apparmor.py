"""AppArmor profiles as annotations spelled them before 1.30.

Upstream: pkg/api/pod/util.go (ApparmorFieldForAnnotation)
"""

from typing import Any, Final

ANNOTATION_PREFIX: Final = "container.apparmor.security.beta.kubernetes.io/"
_LOCALHOST: Final = "localhost/"
_MOST: Final = 4095


def profile_of(annotation: str) -> dict[str, Any] | None:
    """The ``appArmorProfile`` field that a deprecated annotation stands for; None if the annotation is invalid."""
    if annotation == "unconfined":
        return {"type": "Unconfined"}
    if annotation == "runtime/default":
        return {"type": "RuntimeDefault"}
    name = annotation.removeprefix(_LOCALHOST) if annotation.startswith(_LOCALHOST) else ""
    if not name or name.strip() != name or len(name) > _MOST:
        return None
    return {"type": "Localhost", "localhostProfile": name}
