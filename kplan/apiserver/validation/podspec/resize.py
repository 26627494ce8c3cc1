"""What may change in a pod while it runs, in place: cpu and memory of its containers and of itself.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Any, Final

from kplan.api.object import Json
from kplan.api.qos import qos_class
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import validate_object_meta_update
from kplan.apiserver.validation.equality import semantically_equal
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.pod import SPEC, validate_pod_metadata_and_spec
from kplan.apiserver.validation.podspec.scheduling import MIRROR

_RESIZED: Final = ("cpu", "memory")
_KINDS: Final = ("requests", "limits")
_CONTAINERS: Final = ("containers", "initContainers")
_ONLY: Final = "only cpu and memory resources"


def validate_pod_resize(new: Json, old: Json, options: PodValidationOptions) -> ErrorList:
    """A pod that is resized."""
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    refused = _validate_resizable(old, before)
    if refused:
        return refused
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += validate_pod_metadata_and_spec(new, options)
    errors += _validate_class(new, old) + _validate_node(old)
    munged = dict(spec)
    if _has_resources(spec) or _has_resources(before):
        errors += _validate_pod_level(munged, before)
        if before.get("resources") is not None and spec.get("resources") is None:
            return errors
    if (old.get("status") or {}).get("nodeAllocatableResourceClaimStatuses"):
        errors.append(field.forbidden(SPEC, "pods with node allocatable resource claims cannot be resized"))
    ordering = _validate_ordering(spec, before)
    if ordering:
        return errors + ordering
    errors += _validate_removed(spec, before)
    errors += _validate_containers(munged, before) + _validate_init_containers(munged, before)
    if errors or semantically_equal(munged, before):
        return errors
    return [field.forbidden(SPEC, f"{_ONLY} are mutable")]


def _validate_resizable(old: Json, before: Json) -> ErrorList:
    if MIRROR in ((old.get("metadata") or {}).get("annotations") or {}):
        return [field.forbidden(field.NAMELESS, "static pods cannot be resized")]
    if (before.get("os") or {}).get("name") == "windows":
        return [field.forbidden(field.NAMELESS, "windows pods cannot be resized")]
    return []


def _validate_class(new: Json, old: Json) -> ErrorList:
    was = (old.get("status") or {}).get("qosClass") or qos_class(old)
    if was == qos_class(new):
        return []
    shown = typed((new.get("status") or {}).get("qosClass", ""))
    return [field.invalid(SPEC, shown, "Pod QOS Class may not change as a result of resizing")]


def _validate_node(old: Json) -> ErrorList:
    for status in (old.get("status") or {}).get("containerStatuses") or ():
        if (status.get("state") or {}).get("running") is not None:
            supported = status.get("resources") is not None
            return (
                [] if supported else [field.forbidden(SPEC, "Pod running on node without support for resize")]
            )
    return []


def _has_resources(spec: Json) -> bool:
    resources = spec.get("resources") or {}
    return bool(resources.get("requests") or resources.get("limits"))


def _removed(new: Json | None, old: Json | None, kind: str) -> bool:
    return bool(((old or {}).get(kind) or {}).keys() - ((new or {}).get(kind) or {}).keys())


def _validate_pod_level(munged: Json, before: Json) -> ErrorList:
    path, new, old = SPEC / "resources", munged.get("resources"), before.get("resources")
    if old is not None and new is None:
        return [field.forbidden(path, "pod-level resources cannot be removed")]
    errors = [
        field.forbidden(path / kind, f"pod-level resource {kind} cannot be removed")
        for kind in _KINDS
        if _removed(new, old, kind)
    ]
    kept = None if new is None else _with_old_amounts(new, old)
    if kept is not None and old is None and not any(kept.get(name) for name in (*_KINDS, "claims")):
        kept = None
    munged.pop("resources", None)
    if kept is not None:
        munged["resources"] = kept
    if not semantically_equal(kept, old):
        errors.append(field.forbidden(SPEC, f"{_ONLY} are mutable at pod-level"))
    return errors


def _with_old_amounts(new: Json, old: Json | None) -> Json:
    """The new resources with the old cpu and memory."""
    kept: dict[str, Any] = {name: value for name, value in new.items() if name not in _KINDS}
    for kind in _KINDS:
        was = (old or {}).get(kind) or {}
        amounts = {name: value for name, value in (new.get(kind) or {}).items() if name not in _RESIZED}
        amounts |= {name: was[name] for name in _RESIZED if name in was}
        if amounts or kind in (old or {}):
            kept[kind] = amounts
    return kept


def _validate_ordering(spec: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    for kind in _CONTAINERS:
        new, old = spec.get(kind) or (), before.get(kind) or ()
        if len(new) != len(old):
            errors.append(field.forbidden(SPEC / kind, f"{kind} may not be added or removed on resize"))
            continue
        for index, (one, was) in enumerate(zip(new, old, strict=True)):
            if one.get("name") != was.get("name"):
                text = f"{kind} may not be renamed or reordered on resize"
                errors.append(field.forbidden(SPEC / kind / index / "name", text))
    return errors


def _validate_removed(spec: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    for kind in reversed(_CONTAINERS):
        for index, (one, was) in enumerate(zip(spec.get(kind) or (), before.get(kind) or (), strict=True)):
            errors += [
                field.forbidden(
                    SPEC / kind / index / "resources" / name, f"resource {name} cannot be removed"
                )
                for name in _KINDS
                if _removed(one.get("resources"), was.get("resources"), name)
            ]
    return errors


def _restored(container: Json, old: Json) -> Json:
    """The container with the old cpu and memory, and without claims, which a resize does not carry."""
    resources = _with_old_amounts(container.get("resources") or {}, old.get("resources"))
    return {**container, "resources": {kind: resources[kind] for kind in _KINDS if kind in resources}}


def _validate_containers(munged: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    pairs = zip(munged.get("containers") or (), before.get("containers") or (), strict=True)
    restored = [(_restored(container, was), was) for container, was in pairs]
    for container, was in restored:
        if not _same(container, was):
            errors.append(field.forbidden(SPEC, f"{_ONLY} are mutable"))
    munged["containers"] = [container for container, _ in restored]
    return errors


def _same(container: Json, was: Json) -> bool:
    return semantically_equal(container, {**was, "resources": was.get("resources") or {}})


def _validate_init_containers(munged: Json, before: Json) -> ErrorList:
    if not munged.get("initContainers"):
        return []
    errors: ErrorList = []
    restored: list[Json] = []
    for index, (container, was) in enumerate(
        zip(munged["initContainers"], before["initContainers"], strict=True)
    ):
        path, kept = SPEC / "initContainers" / index, _restored(container, was)
        restored.append(kept)
        if not _same(kept, was):
            errors.append(field.forbidden(path, f"{_ONLY} for init or sidecar containers are mutable"))
        if container.get("restartPolicy") == "Always" or _same(container, was):
            continue
        text = "non-sidecar init containers with a resize policy of RestartContainer cannot be resized"
        policies = kept.get("resizePolicy") or ()
        errors += [
            field.forbidden(path, text)
            for item in policies
            if item.get("restartPolicy") == "RestartContainer"
        ]
    munged["initContainers"] = restored
    return errors
