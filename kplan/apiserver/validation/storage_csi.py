"""What the API server checks of CSI drivers and of what they say about nodes.

Upstream: pkg/apis/storage/validation/validation.go, pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import (
    is_dns1123_subdomain,
    name_is_dns_subdomain,
    size,
    validate_qualified_name,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.values import each, immutable, non_negative, one_of
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_MAX_DRIVER_NAME: Final = 63
_MAX_NODE_ID: Final = 256
_TEN_MINUTES: Final = 600
_FS_GROUP_POLICIES: Final = ("File", "None", "ReadWriteOnceWithFSType")


def validate_csi_driver_name(name: str, path: FieldPath) -> ErrorList:
    """A driver's name where another object refers to it."""
    if not name:
        return [field.required(path, "")]
    errors: ErrorList = [field.too_long(path, "", _MAX_DRIVER_NAME)] if size(name) > _MAX_DRIVER_NAME else []
    return errors + each(path, name, is_dns1123_subdomain(name.lower()))


def validate_csi_driver(obj: Json) -> ErrorList:
    """Check a new CSIDriver."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    return errors + _driver_spec(obj.get("spec") or {})


def validate_csi_driver_update(new: Json, old: Json) -> ErrorList:
    """Check a changed CSIDriver: attachment and life cycle modes stay."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    spec, before = new.get("spec") or {}, old.get("spec") or {}
    errors += _driver_spec(spec)
    errors += immutable(_SPEC / "attachedRequired", spec.get("attachRequired"), before.get("attachRequired"))
    name = "volumeLifecycleModes"
    return errors + immutable(_SPEC / name, sent(spec, name), before.get(name))


def _driver_spec(spec: Json) -> ErrorList:
    errors: ErrorList = []
    for name, shown in (
        ("attachRequired", "attachedRequired"),
        ("podInfoOnMount",) * 2,
        ("storageCapacity",) * 2,
    ):
        if spec.get(name) is None:
            errors.append(field.required(_SPEC / shown, ""))
    if (policy := spec.get("fsGroupPolicy")) is not None:
        errors += one_of(_SPEC / "fsGroupPolicy", policy, _FS_GROUP_POLICIES)
    requests = spec.get("tokenRequests") or []
    errors += _token_requests(requests, _SPEC / "tokenRequests")
    for mode in spec.get("volumeLifecycleModes") or ():
        errors += one_of(_SPEC / "volumeLifecycleModes", mode, ("Persistent", "Ephemeral"))
    if spec.get("seLinuxMount") is None:
        errors.append(field.required(_SPEC / "seLinuxMount", ""))
    period, path = (
        spec.get("nodeAllocatableUpdatePeriodSeconds"),
        _SPEC / "nodeAllocatableUpdatePeriodSeconds",
    )
    if period is not None and period < 10:
        errors.append(field.invalid(path, period, "must be greater than or equal to 10 seconds"))
    secrets, path = spec.get("serviceAccountTokenInSecrets"), _SPEC / "serviceAccountTokenInSecrets"
    if secrets is not None and not requests:
        text = "serviceAccountTokenInSecrets is set but no tokenRequests are specified"
        errors.append(field.invalid(path, secrets, text))
    return errors


def _token_requests(requests: list[Json], path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    seen: set[str] = set()
    for index, request in enumerate(requests):
        audience, seconds = request.get("audience", ""), request.get("expirationSeconds")
        if audience in seen:
            errors.append(field.duplicate(path / index / "audience", audience))
            continue
        seen.add(audience)
        at = path / index / "expirationSeconds"
        if seconds is not None and seconds < _TEN_MINUTES:
            errors.append(field.invalid(at, seconds, "may not specify a duration less than 10 minutes"))
        if seconds is not None and seconds > 2**32:
            errors.append(field.invalid(at, seconds, "may not specify a duration larger than 2^32 seconds"))
    return errors


def validate_csi_node(obj: Json) -> ErrorList:
    """Check a new CSINode."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    seen: set[str] = set()
    for index, driver in enumerate((obj.get("spec") or {}).get("drivers") or ()):
        errors += _node_driver(driver, seen, _SPEC / "drivers" / index)
    return errors


def validate_csi_node_update(new: Json, old: Json) -> ErrorList:
    """Check a changed CSINode: of a driver only what it can allocate may change."""
    errors = validate_csi_node(new)
    for before in (old.get("spec") or {}).get("drivers") or ():
        for driver in (new.get("spec") or {}).get("drivers") or ():
            if driver.get("name", "") == before.get("name", ""):
                bare, was = (
                    {k: v for k, v in item.items() if k != "allocatable"} for item in (driver, before)
                )
                errors += immutable(_SPEC / "drivers", bare, was, "storage.CSINodeDriver")
    return errors


def _node_driver(driver: Json, seen: set[str], path: FieldPath) -> ErrorList:
    name, node_id = driver.get("name", ""), driver.get("nodeID", "")
    errors = validate_csi_driver_name(name, path / "name")
    if not node_id:
        errors.append(field.required(path / "nodeID", ""))
    if size(node_id) > _MAX_NODE_ID:
        errors.append(field.invalid(path / "nodeID", node_id, f"must be {_MAX_NODE_ID} characters or less"))
    errors += non_negative(path.child("allocatable", "count"), (driver.get("allocatable") or {}).get("count"))
    if name in seen:
        errors.append(field.duplicate(path / "name", name))
    seen.add(name)
    keys: set[str] = set()
    for key in driver.get("topologyKeys") or ():
        if not key:
            errors.append(field.required(path, ""))
        if key in keys:
            errors.append(field.duplicate(path, key))
        keys.add(key)
        errors += validate_qualified_name(key, path)
    return errors
