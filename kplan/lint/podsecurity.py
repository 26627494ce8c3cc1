"""What keeps pods from a level of the Pod Security Standards, and where in the manifest it stands."""

from collections.abc import Iterator, Mapping
from typing import Final

from kplan.api.podsecurity import evaluate
from kplan.api.podsecurity.check import Violation
from kplan.api.podsecurity.policy import Level, LevelVersion
from kplan.api.walk import find
from kplan.api.workloads import PodTemplate
from kplan.fieldpath import FieldPath
from kplan.fixes import Fix
from kplan.lint.hardening import hardened
from kplan.lint.world import Subject

_PLACES: Final[Mapping[str, tuple[str, ...]]] = {
    "AppArmor": ("appArmorProfile",),
    "capabilities": ("capabilities",),
    "host namespaces": ("hostNetwork", "hostPID", "hostIPC"),
    "hostPort": ("ports",),
    "hostProcess": ("windowsOptions",),
    "probe": ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"),
    "privileged": ("privileged",),
    "procMount": ("procMount",),
    "seLinuxOptions": ("seLinuxOptions",),
    "seccomp": ("seccompProfile",),
    "sysctls": ("sysctls",),
    "volume": ("volumes",),
    "allowPrivilegeEscalation": ("allowPrivilegeEscalation",),
    "runAsNonRoot": ("runAsNonRoot",),
    "runAsUser": ("runAsUser",),
}
"""The fields that a reason may be about, by a word of the reason."""
_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")
_HOLDERS: Final = (
    "", "securityContext.", *(f"{one}[*]." for one in _LISTS), *(f"{one}[*].securityContext." for one in _LISTS),
)  # fmt: skip


def violations(
    subject: Subject, level: Level, minor: int | None = None
) -> Iterator[tuple[FieldPath, str, Fix | None]]:
    """Every violation of a level with its fix; none of a pod that cannot be read.

    The level is that of the ``minor``, or of the release if none is named or it is later.
    """
    policy = LevelVersion(level, subject.release if minor is None else min(minor, subject.release))
    for template in subject.templates:
        try:
            found = _evaluated(template, policy)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
        for one in found:
            yield (
                _place(template, one.reason),
                f"{level.value} does not allow {one}",
                hardened(template, one.reason),
            )


def _evaluated(template: PodTemplate, policy: LevelVersion) -> list[Violation]:
    metadata = template.value.get("metadata")
    return evaluate(policy, metadata if isinstance(metadata, dict) else {}, dict(template.spec))


def _place(template: PodTemplate, reason: str) -> FieldPath:
    """The first field that the reason may be about; the pod's spec if it is about a field that is not there."""
    spec = template.path / "spec"
    fields = next((fields for word, fields in _PLACES.items() if word in reason), ())
    places = (
        path
        for field in fields
        for holder in _HOLDERS
        for path, _ in find(template.spec, holder + field, spec)
    )
    return next(places, spec)
