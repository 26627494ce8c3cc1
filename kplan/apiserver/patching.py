"""PATCH: from the live object and a patch to the object that would be stored.

What follows is an ordinary update; only server-side apply may create.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, assert_never

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import conversion, errors, field, names
from kplan.apiserver.decode import encode
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch import directives
from kplan.apiserver.patch.field_set import FieldSet
from kplan.apiserver.patch.field_set import field as field_step
from kplan.apiserver.patch.go_values import sorted_keys, sprint
from kplan.apiserver.patch.json_merge import merge_patch
from kplan.apiserver.patch.json_patch import MAX_OPERATIONS, JsonPatchError, json_patch
from kplan.apiserver.patch.managed_fields import FieldManager, gvk_text, subject
from kplan.apiserver.patch.ownership import Typed
from kplan.apiserver.patch.patch_meta import GoStruct, PatchError
from kplan.apiserver.patch.strategic_merge import strategic_merge_patch
from kplan.apiserver.patchbody import PatchType, PlainType, fields_of, operations_of
from kplan.apiserver.patchedtype import PatchedTypeError, read_as
from kplan.apiserver.restore import RestoreError, restore
from kplan.fieldpath import FieldPath
from kplan.schema.merge import Shape, builtin, custom
from kplan.state.store import Store

_BAD_FORMATS: Final = frozenset(
    {directives.BAD_DELETE_LIST, directives.BAD_RETAIN_KEYS, directives.BAD_SET_ORDER}
)
_STATUS: Final = FieldSet.of((field_step("status"),))
_SPEC: Final = FieldSet.of((field_step("spec"),))
_SPEC_AND_METADATA: Final = FieldSet.of((field_step("spec"),), (field_step("metadata"),))
_METADATA_KEPT: Final = frozenset(
    {
        "resource.k8s.io",
        "storage.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "scheduling.k8s.io",
    }
)
_RESET: Final[Mapping[tuple[str, str], FieldSet]] = {
    ("CertificateSigningRequest", ""): FieldSet.of((field_step("spec"),), (field_step("status"),)),
    ("CertificateSigningRequest", "status"): FieldSet.of(
        (field_step("spec"),), (field_step("status"), field_step("conditions"))
    ),
    ("Deployment", "status"): FieldSet.of(
        (field_step("spec"),), (field_step("metadata"), field_step("labels"))
    ),
    ("Pod", "status"): FieldSet.of(
        (field_step("spec"),),
        (field_step("metadata"), field_step("deletionTimestamp")),
        (field_step("metadata"), field_step("ownerReferences")),
    ),
    ("ServiceCIDR", "status"): _SPEC_AND_METADATA,
}
"""Fields that an endpoint ignores besides those of its group, by kind and subresource."""


def shape_of(gvk: GroupVersionKind, store: Store) -> Shape | None:
    """The merge shape of a kind: built in, or defined by a CustomResourceDefinition in the cluster."""
    shape = builtin(gvk)
    return shape if shape is not None else _custom_shape(gvk, store)


def _custom_shape(gvk: GroupVersionKind, store: Store) -> Shape | None:
    version = _custom_version(gvk, store)
    return custom((version.get("schema") or {}).get("openAPIV3Schema")) if version else None


def _custom_version(gvk: GroupVersionKind, store: Store) -> Json:
    """A version of a definition in the cluster; empty if there is none."""
    for definition in store.list("apiextensions.k8s.io", "CustomResourceDefinition"):
        spec = definition.get("spec") or {}
        if spec.get("group") != gvk.group or (spec.get("names") or {}).get("kind") != gvk.kind:
            continue
        for version in spec.get("versions") or ():
            if version.get("name") == gvk.version:
                return dict(version)
    return {}


def apply_patch(
    live: Json,
    patch: Any,
    patch_type: PlainType,
    gvk: GroupVersionKind,
    *,
    as_it_is: bool = False,
    field_validation: str = "Warn",
) -> Json:
    """Apply a plain patch to the object as the server prints it, or as it is. Raises StatusError."""
    current = live if as_it_is else encode(live, gvk)
    match patch_type:
        case PatchType.JSON:
            return _json_patched(current, operations_of(patch, checked=field_validation != "Ignore"))
        case PatchType.MERGE:
            return merge_patch(current, fields_of(patch, patch_type))
        case PatchType.STRATEGIC:
            return _strategic_patched(current, fields_of(patch, patch_type), gvk)
        case unknown:
            assert_never(unknown)


def _strategic_patched(current: Json, patch: Json, gvk: GroupVersionKind) -> Json:
    shape = builtin(gvk)
    if shape is None:
        accepted = f"{PatchType.JSON}, {PatchType.MERGE}, {PatchType.APPLY}"
        message = (
            f"the body of the request was in an unknown format - accepted media types include: {accepted}"
        )
        raise StatusError(415, "UnsupportedMediaType", message)
    try:
        patched = strategic_merge_patch(current, patch, GoStruct(shape))
    except PatchError as error:
        raise _strategic_refusal(str(error)) from error
    # The result is read into the type that the address names: another version or kind in it is passed over.
    named = {name: current[name] for name in ("apiVersion", "kind") if isinstance(patched.get(name, ""), str)}
    return {**patched, **named}


def _json_patched(current: Json, patch: Sequence[Json]) -> Json:
    if len(patch) > MAX_OPERATIONS:
        message = f"The allowed maximum operations in a JSON patch is {MAX_OPERATIONS}, got {len(patch)}"
        raise StatusError(413, "RequestEntityTooLarge", f"Request entity too large: {message}")
    try:
        patched = json_patch(current, patch)
    except JsonPatchError as error:
        raise _unprocessable() from error
    return patched  # type: ignore[no-any-return]  # what is no mapping is refused when its type is read


def _unprocessable() -> StatusError:
    return StatusError(422, "Invalid", "the server rejected our request due to an error in our request")


def _strategic_refusal(message: str) -> StatusError:
    if message in _BAD_FORMATS:
        return errors.bad_request(message)
    if message == directives.NO_LIST_OF_LISTS:
        return _unprocessable()
    return StatusError(500, "", message)


def typed(
    value: Json,
    patch: Any,
    patch_type: PatchType,
    gvk: GroupVersionKind,
    name: str,
    is_served: Callable[[GroupVersionKind], bool],
    field_validation: str = "Warn",
) -> Json:
    """Read which type a patched object says it is; a strategic patch and an apply have settled that.

    Raises StatusError.
    """
    if patch_type in {PatchType.STRATEGIC, PatchType.APPLY}:
        return value
    try:
        return read_as(value, gvk, name, is_served, field_validation)
    except PatchedTypeError as error:
        raise refusal(str(error), value, patch, patch_type, gvk) from error


def restored(value: Json, patch: Any, patch_type: PatchType, gvk: GroupVersionKind) -> Json:
    """Bring a patched object back into its type, if it does not pass through JSON. Raises StatusError."""
    if patch_type not in {PatchType.STRATEGIC, PatchType.APPLY}:
        return sorted_keys(value)  # type: ignore[no-any-return]  # a mapping stays one
    try:
        return restore(sorted_keys(value), gvk)
    except RestoreError as error:
        raise refusal(str(error), value, patch, patch_type, gvk) from error


@contextmanager
def refusals_of(value: Json, patch: Any, patch_type: PatchType, gvk: GroupVersionKind) -> Iterator[None]:
    """Word the decoder's refusal of a patched object as the endpoint does."""
    try:
        yield
    except StatusError as error:
        problem = error.message.partition(f" cannot be handled as a {gvk.kind}: ")[2]
        if not problem:
            raise
        worded = refusal(problem, value, patch, patch_type, gvk)
        worded.warnings = error.warnings
        raise worded from error


def refusal(
    problem: str, value: Json, patch: Any, patch_type: PatchType, gvk: GroupVersionKind
) -> StatusError:
    """The patched object does not fit its type: 422, or 500 for a server-side apply."""
    if patch_type is PatchType.APPLY:
        kind = gvk_text(gvk.api_version, gvk.kind)
        about = subject(patch, gvk.api_version, gvk.kind)
        text = f"failed to convert new object ({about}) to proper version: unable to convert unstructured object to {kind}: "
        return StatusError(500, "", text + problem)
    shown = sprint(patch) if patch_type is PatchType.STRATEGIC else field.go_json(_sorted(value))
    return errors.invalid("", "", [field.invalid(FieldPath.of("patch"), shown, problem)])


def _sorted(value: Any) -> Any:
    return sorted_keys(value) if isinstance(value, dict) else value


def field_manager(
    gvk: GroupVersionKind, subresource: str, shape: Shape, store: Store, now: datetime
) -> FieldManager:
    """The field manager of the endpoint of a kind."""

    def convert(value: Typed, api_version: str) -> Typed | None:
        if value.api_version == api_version:
            return value
        if api_version.rpartition("/")[0] != gvk.group:
            return None
        target = shape_of(GroupVersionKind.of(api_version, gvk.kind), store)
        stored = conversion.to_storage(dict(value.value))
        return Typed(target, conversion.to_version(stored, api_version), api_version) if target else None

    return FieldManager(
        shape,
        gvk.api_version,
        gvk.kind,
        convert,
        names.timestamp(now),
        _reset_fields(gvk, subresource, store),
        subresource,
        unstructured=builtin(gvk) is None,
    )


def _reset_fields(gvk: GroupVersionKind, subresource: str, store: Store) -> FieldSet:
    """The fields an endpoint ignores, the same in every version of the kind."""
    shape = builtin(gvk)
    own = _RESET.get((gvk.kind, subresource)) if shape is not None else None
    if own is not None:
        return own
    if subresource == "status":
        return _SPEC_AND_METADATA if gvk.group in _METADATA_KEPT or shape is None else _SPEC
    if subresource:
        return FieldSet()
    if shape is None:
        return _STATUS if "status" in (_custom_version(gvk, store).get("subresources") or {}) else FieldSet()
    return _STATUS if shape.map is not None and "status" in shape.map.fields else FieldSet()
