"""What a pod needs for the level restricted of the Pod Security Standards, as fixes."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from kplan.api.walk import items, mapping
from kplan.api.workloads import PodTemplate
from kplan.fieldpath import FieldPath
from kplan.fixes import Edit, Fix, append, put, unsafe

_LISTS: Final = ("containers", "initContainers", "ephemeralContainers")


def hardened(template: PodTemplate, reason: str) -> Fix | None:
    """The fix for a violation with a given reason; None if the setting looks deliberate, or needs its author."""
    make = next((make for words, make in _FIXES.items() if reason.startswith(words)), None)
    edits = list(make(template)) if make else []
    return unsafe("do what the level restricted asks for", *edits) if edits else None


def _containers(template: PodTemplate) -> Iterator[tuple[FieldPath, Mapping[str, Any]]]:
    """The security context of every container."""
    for name in _LISTS:
        for index, container in items(template.spec, name):
            path = template.path / "spec" / name / index / "securityContext"
            yield path, mapping(container, "securityContext")


def _no_escalation(template: PodTemplate) -> Iterator[Edit]:
    for path, context in _containers(template):
        if context.get("allowPrivilegeEscalation") is not False and context.get("privileged") is not True:
            yield put(path / "allowPrivilegeEscalation", False)


def _no_capabilities(template: PodTemplate) -> Iterator[Edit]:
    for path, context in _containers(template):
        drop, dropped = path / "capabilities" / "drop", mapping(context, "capabilities").get("drop")
        names = dropped if isinstance(dropped, list) else []
        folded = [one.upper() if isinstance(one, str) else "" for one in names]
        if "ALL" not in folded:
            yield append(drop, "ALL")
        elif "ALL" not in names:  # runtimes take any case, the standard does not
            yield put(drop / folded.index("ALL"), "ALL")


def _not_root(template: PodTemplate) -> Iterator[Edit]:
    yield put(template.path / "spec" / "securityContext" / "runAsNonRoot", True)
    for path, context in _containers(template):
        if context.get("runAsNonRoot") is False:
            yield put(path / "runAsNonRoot", True)


def _seccomp(template: PodTemplate) -> Iterator[Edit]:
    if not mapping(template.spec, "securityContext", "seccompProfile"):
        path = template.path / "spec" / "securityContext" / "seccompProfile"
        yield put(path, {"type": "RuntimeDefault"})


_FIXES: Final[Mapping[str, Callable[[PodTemplate], Iterator[Edit]]]] = {
    "allowPrivilegeEscalation != false": _no_escalation,
    "unrestricted capabilities": _no_capabilities,
    "runAsNonRoot != true": _not_root,
    "seccompProfile": _seccomp,
}
"""The fix for each reason, by how the reason begins."""
