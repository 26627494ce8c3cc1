"""What may change in a pod: images, the deadline downwards, more tolerations, fewer gates; little else.

Upstream: pkg/apis/core/validation/validation.go
"""

from collections.abc import Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import range_text
from kplan.apiserver.empty_fields import forget_empty, sent, shallow
from kplan.apiserver.field import ErrorList
from kplan.apiserver.gotypes import go_struct
from kplan.apiserver.meta import METADATA, validate_object_meta_update
from kplan.apiserver.validation.equality import describe_changes, semantically_equal
from kplan.apiserver.validation.podspec.affinity import REQUIRED
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotation_updates
from kplan.apiserver.validation.podspec.images import validate_image_padding
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.pod import SPEC, validate_pod_metadata_and_spec
from kplan.apiserver.validation.podspec.scheduling import MIRROR, validate_tolerations
from kplan.fieldpath import FieldPath

_MAX_INT32: Final = 2**31 - 1
_UPDATABLE: Final = (
    "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,"
    "`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def validate_pod_update(new: Json, old: Json, options: PodValidationOptions) -> ErrorList:
    """A pod that takes the place of another."""
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += validate_pod_metadata_and_spec(new, options)
    errors += validate_pod_annotation_updates(new, old, METADATA / "annotations", options)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    for kind in ("containers", "initContainers"):
        found = _validate_images(spec.get(kind) or (), before.get(kind) or (), SPEC / kind)
        errors += found or []
        if found is None:
            errors.append(field.forbidden(SPEC / kind, "pod updates may not add or remove containers"))
            return errors
    deadline, stop = _validate_deadline(spec, before)
    errors += deadline
    if stop:
        return errors
    errors += _validate_added_tolerations(spec, before, options)
    errors += _validate_deleted_gates(spec.get("schedulingGates") or (), before.get("schedulingGates") or ())
    if semantically_equal(spec, before):
        return errors
    return errors + _validate_rest_unchanged(spec, before)


def _validate_images(new: Sequence[Json], old: Sequence[Json], path: FieldPath) -> ErrorList | None:
    """None if containers were added or removed."""
    if len(new) != len(old):
        return None
    errors: ErrorList = []
    for index, container in enumerate(new):
        image = container.get("image", "")
        if not image:
            errors.append(field.required(path / index / "image", ""))
        errors += validate_image_padding(image, path / index / "image")
    return errors


def _validate_deadline(spec: Json, before: Json) -> tuple[ErrorList, bool]:
    """The flag says that nothing else is looked at."""
    new, old, path = (
        spec.get("activeDeadlineSeconds"),
        before.get("activeDeadlineSeconds"),
        SPEC / "activeDeadlineSeconds",
    )
    if new is None:
        text = "must not update from a positive integer to nil value"
        return ([] if old is None else [field.invalid(path, None, text)]), False
    if not 0 <= new <= _MAX_INT32:
        return [field.invalid(path, new, range_text(0, _MAX_INT32))], True
    if old is not None and old < new:
        return [field.invalid(path, new, "must be less than or equal to previous value")], True
    return [], False


def _without_seconds(toleration: Json) -> Json:
    return {name: value for name, value in toleration.items() if name != "tolerationSeconds" and value}


def _validate_added_tolerations(spec: Json, before: Json, options: PodValidationOptions) -> ErrorList:
    new, path = spec.get("tolerations") or [], SPEC / "tolerations"
    kept = [_without_seconds(item) for item in new]
    if any(_without_seconds(item) not in kept for item in before.get("tolerations") or ()):
        text = "existing toleration can not be modified except its tolerationSeconds"
        return [field.forbidden(path, text)]
    return validate_tolerations(new, path, options)


def _validate_deleted_gates(new: Sequence[Json], old: Sequence[Json]) -> ErrorList:
    known = {gate.get("name", "") for gate in old}
    added = {
        gate.get("name", ""): index for index, gate in enumerate(new) if gate.get("name", "") not in known
    }
    return [
        field.forbidden(
            SPEC / "schedulingGates" / index / "name",
            f"only deletion is allowed, but found new scheduling gate '{name}'",
        )
        for name, index in added.items()
    ]


def _validate_rest_unchanged(spec: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    munged = shallow(spec)
    for kind in ("containers", "initContainers"):
        if spec.get(kind):
            pairs = zip(spec[kind], before[kind], strict=True)
            munged[kind] = [_with_image(container, was.get("image", "")) for container, was in pairs]
        forget_empty(munged, kind)
    _keep(munged, before, "activeDeadlineSeconds", "schedulingGates", "tolerations")
    grace = before.get("terminationGracePeriodSeconds")
    if grace is not None and grace < 0 and munged.get("terminationGracePeriodSeconds") == 1:
        munged["terminationGracePeriodSeconds"] = grace
    if before.get("schedulingGates"):
        errors += _validate_gated(munged, spec, before)
    if not semantically_equal(munged, before):
        changes = describe_changes("core.PodSpec", before, munged)
        text = f"pod updates may not change fields other than {_UPDATABLE}\n{changes}"
        errors.append(field.forbidden(SPEC, text))
    return errors


def _with_image(container: Json, image: str) -> Json:
    changed = shallow(container)
    changed["image"] = image
    return changed


def _keep(munged: Json, before: Json, *names: str) -> None:
    for name in names:
        munged.pop(name, None)
        forget_empty(munged, name)
        if name in before:
            munged[name] = before[name]


def _validate_gated(munged: Json, spec: Json, before: Json) -> ErrorList:
    """A pod that waits at a gate may still be aimed at fewer nodes."""
    errors: ErrorList = []
    now, was = munged.get("nodeSelector") or {}, before.get("nodeSelector") or {}
    if any(now.get(key) != value for key, value in was.items()):
        text = "only additions to spec.nodeSelector are allowed (no mutations or deletions)"
        shown = None if sent(spec, "nodeSelector") is None else dict(sorted(now.items()))
        errors.append(field.invalid(SPEC / "nodeSelector", shown, text))
    _keep(munged, before, "nodeSelector")
    affinity, affinity_was = dict(munged.get("affinity") or {}), before.get("affinity") or {}
    node, node_was = affinity.pop("nodeAffinity", None), affinity_was.get("nodeAffinity")
    if semantically_equal(node, node_was):
        return errors
    errors += _validate_node_affinity_mutation(node or {}, node_was or {})
    if node_was is not None:
        affinity["nodeAffinity"] = node_was
    if affinity or "affinity" in before:
        munged["affinity"] = affinity
    else:
        munged.pop("affinity", None)
    return errors


def _validate_node_affinity_mutation(new: Json, old: Json) -> ErrorList:
    if REQUIRED not in old:
        return []
    path = SPEC / "affinity" / "nodeAffinity" / REQUIRED / "nodeSelectorTerms"
    was = (old.get(REQUIRED) or {}).get("nodeSelectorTerms") or []
    required = new.get(REQUIRED) or {}
    now = required.get("nodeSelectorTerms") or []
    if was and len(was) != len(now):
        shown = go_struct("[]core.NodeSelectorTerm", now or sent(required, "nodeSelectorTerms"))
        text = "no additions/deletions to non-empty NodeSelectorTerms list are allowed"
        return [field.invalid(path, shown, text)]
    text = "only additions are allowed (no mutations or deletions)"
    return [
        field.invalid(path / index, go_struct("core.NodeSelectorTerm", term), text)
        for index, (term, before) in enumerate(zip(now, was, strict=False))
        if not _has_only_additions(term, before)
    ]


def _has_only_additions(new: Json, old: Json) -> bool:
    names = ("matchExpressions", "matchFields")
    if not any(old.get(name) for name in names):
        return not any(new.get(name) for name in names)
    return all((new.get(name) or [])[: len(old.get(name) or [])] == (old.get(name) or []) for name in names)


def validate_ephemeral_containers_update(new: Json, old: Json, options: PodValidationOptions) -> ErrorList:
    """A pod that gets more ephemeral containers; those it has stay as they are."""
    if MIRROR in ((old.get("metadata") or {}).get("annotations") or {}):
        return [field.forbidden(field.NAMELESS, "static pods do not support ephemeral containers")]
    errors = validate_object_meta_update(new.get("metadata"), old.get("metadata"))
    errors += validate_pod_metadata_and_spec(new, options)
    errors += validate_pod_annotation_updates(new, old, METADATA / "annotations", options)
    path = SPEC / "ephemeralContainers"
    now = {item.get("name", ""): item for item in (new.get("spec") or {}).get("ephemeralContainers") or ()}
    for was in (old.get("spec") or {}).get("ephemeralContainers") or ():
        name = field.go_quote(was.get("name", ""))
        kept = now.get(was.get("name", ""))
        if kept is None:
            errors.append(field.forbidden(path, f"existing ephemeral containers {name} may not be removed\n"))
        elif not semantically_equal(kept, was):
            changes = describe_changes("core.EphemeralContainer", was, kept)
            text = f"existing ephemeral containers {name} may not be changed\n{changes}"
            errors.append(field.forbidden(path, text))
    return errors
