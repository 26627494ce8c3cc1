"""Strategies of the resource.k8s.io group.

Upstream: pkg/registry/resource
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from kplan.api.gvk import ObjectKey
from kplan.api.object import Json
from kplan.apiserver import errors, field, names
from kplan.apiserver.field import ErrorList
from kplan.apiserver.registry.strategy import (
    Context,
    Prepare,
    Strategy,
    clear_status,
    first_generation,
    generation_follows,
    in_turn,
    keep_status,
    only_status_without_metadata,
)
from kplan.apiserver.validation import resource as validation
from kplan.apiserver.warnings import objects
from kplan.fieldpath import FieldPath

GROUP: Final = "resource.k8s.io"
_ADMIN_LABEL: Final = "resource.kubernetes.io/admin-access"
_REQUESTS: Final = FieldPath.of("spec", "devices", "requests")
_LISTS: Final = ("bools", "ints", "strings", "versions")
_MAPPINGS: Final = "nodeAllocatableResourceMappings"


def admin_access_needs_a_label(
    requests_of: Callable[[Json], Sequence[Json]], validate: Callable[[Json], ErrorList]
) -> Prepare:
    """Make a preparation that refuses admin access if the namespace does not allow it, before other errors."""

    def prepare(obj: Json, context: Context) -> None:
        asking = (
            i
            for i, request in enumerate(requests_of(obj))
            if (request.get("exactly") or {}).get("adminAccess")
        )
        index, namespace = next(asking, None), obj["metadata"].get("namespace", "")
        found = context.store.get(ObjectKey("", "Namespace", "", namespace))
        labels = ((found or {}).get("metadata") or {}).get("labels") or {}
        if index is None or labels.get(_ADMIN_LABEL) == "true":
            return
        text = (
            f"admin access to devices requires the `{_ADMIN_LABEL}: true` label on the containing namespace"
        )
        refused = field.forbidden(_REQUESTS / index / "adminAccess", text)
        name = obj["metadata"].get("name", "")
        raise errors.invalid(f"{obj['kind']}.{GROUP}", name, [refused, *validate(obj)])

    return prepare


def _claim_requests(claim: Json) -> Sequence[Json]:
    found: Sequence[Json] = ((claim.get("spec") or {}).get("devices") or {}).get("requests") or ()
    return found


def _template_requests(template: Json) -> Sequence[Json]:
    return _claim_requests(template.get("spec") or {})


def create_slice(obj: Json, context: Context) -> None:
    """Prepare a ResourceSlice: taints get their time, fields behind closed gates go."""
    first_generation(obj, context)
    _stamp_taints(obj, context)
    _drop_disabled(obj, {})


def update_slice(new: Json, old: Json, context: Context) -> None:
    """Prepare a ResourceSlice's update; what the old one used may stay."""
    _stamp_taints(new, context)
    generation_follows("spec")(new, old, context)
    _drop_disabled(new, old)


def _devices(obj: Json) -> Sequence[Json]:
    found: Sequence[Json] = (obj.get("spec") or {}).get("devices") or ()
    return found


def _attributes(obj: Json) -> Iterator[Json]:
    for device in _devices(obj):
        yield from (device.get("attributes") or {}).values()


def _stamp_taints(obj: Json, context: Context) -> None:
    for device in _devices(obj):
        for taint in device.get("taints") or ():
            taint.setdefault("timeAdded", names.timestamp(context.now))


def _drop_disabled(new: Json, old: Json) -> None:
    if not any(device.get(_MAPPINGS) for device in _devices(old)):
        for device in _devices(new):
            device.pop(_MAPPINGS, None)
    if not any(name in attribute for attribute in _attributes(old) for name in _LISTS):
        for attribute in _attributes(new):
            for name in _LISTS:
                attribute.pop(name, None)


def _allocated(status: Json) -> set[tuple[Any, ...]]:
    results = ((status.get("allocation") or {}).get("devices") or {}).get("results") or ()
    return {_identity(result) for result in results}


def _identity(device: Json) -> tuple[Any, ...]:
    return tuple(device.get(name) or "" for name in ("driver", "pool", "device", "shareID"))


def update_claim_status(new: Json, old: Json, context: Context) -> None:
    """Prepare a claim's status update: what drivers reported about devices is removed with their allocation."""
    only_status_without_metadata(new, old, context)
    status, gone = new.get("status") or {}, _allocated(old.get("status") or {})
    gone -= _allocated(status)
    devices = [device for device in status.pop("devices", None) or () if _identity(device) not in gone]
    if devices:
        status["devices"] = devices


STRATEGIES: Final = (
    Strategy(
        GROUP,
        "DeviceClass",
        validation.validate_device_class,
        validation.validate_device_class_update,
        prepare_for_create=first_generation,
        prepare_for_update=generation_follows("spec"),
    ),
    Strategy(
        GROUP,
        "ResourceClaim",
        validation.validate_resource_claim,
        validation.validate_resource_claim_update,
        prepare_for_create=in_turn(
            clear_status, admin_access_needs_a_label(_claim_requests, validation.validate_resource_claim)
        ),
        prepare_for_update=keep_status,
        prepare_for_status_update=update_claim_status,
        validate_status_update=validation.validate_resource_claim_status_update,
    ),
    Strategy(
        GROUP,
        "ResourceClaimTemplate",
        validation.validate_resource_claim_template,
        validation.validate_resource_claim_template_update,
        prepare_for_create=admin_access_needs_a_label(
            _template_requests, validation.validate_resource_claim_template
        ),
    ),
    Strategy(
        GROUP,
        "ResourceSlice",
        validation.validate_resource_slice,
        validation.validate_resource_slice_update,
        prepare_for_create=create_slice,
        prepare_for_update=update_slice,
        warnings=objects.for_resource_slice,
    ),
)
