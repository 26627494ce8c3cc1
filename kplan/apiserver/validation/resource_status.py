"""The status of ResourceClaims: what was allocated, for whom, and what drivers say of the devices.

Upstream: pkg/apis/resource/validation/validation.go (ValidateResourceClaimStatusUpdate)
"""

import re
from typing import Final

from kplan.apiserver import field
from kplan.apiserver.dns import size, validate_dns1123_label
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import METADATA, Json, validate_object_meta_update
from kplan.apiserver.validation.ip import validate_interface_address
from kplan.apiserver.validation.podspec.affinity import validate_node_selector
from kplan.apiserver.validation.resource_devices import (
    RequestNames,
    bounded,
    bounded_set,
    names_of_requests,
    validate_binding_conditions,
    validate_data,
    validate_device_configuration,
    validate_pool_name,
    validate_request_name,
)
from kplan.apiserver.validation.storage_csi import validate_csi_driver_name
from kplan.apiserver.validation.values import immutable
from kplan.apiserver.validation.workload_status import validate_conditions
from kplan.fieldpath import FieldPath

_STATUS: Final = FieldPath("status")
_MAX_RESULTS: Final = 32
_MAX_CONFIGURATIONS: Final = 64
_MAX_CONSUMERS: Final = 256
_MAX_CONDITIONS: Final = 8
_MAX_DATA: Final = 10 * 1024
_MAX_ADDRESSES: Final = 16
_MAX_TEXTS: Final = {"interfaceName": 256, "hardwareAddress": 128}
_UNBOUNDED: Final = 2**31
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}", re.ASCII)
_UUID_LENGTHS: Final = (32, 36, 38, 45)

Device = tuple[str, str, str, str]
"""Driver, pool, name and share of a device."""


def validate_resource_claim_status_update(new: Json, old: Json) -> ErrorList:
    """Check a changed status of a ResourceClaim."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    status, before = new.get("status") or {}, old.get("status") or {}
    allocation, reserved = status.get("allocation"), status.get("reservedFor") or []
    errors += bounded_set(reserved, _MAX_CONSUMERS, _consumer, _STATUS / "reservedFor", _uid)
    errors += _devices(status.get("devices") or [], allocation or {})
    if reserved and allocation is None:
        text = "may not be specified when `allocated` is not set"
        errors.append(field.forbidden(_STATUS / "reservedFor", text))
    elif new["metadata"].get("deletionTimestamp") is not None:
        errors += _no_new_consumers(reserved, before.get("reservedFor") or [])
    path, allocated = _STATUS / "allocation", before.get("allocation")
    if allocation is None:
        return errors
    if allocated is not None:
        return errors + immutable(path, allocation, allocated, "resource.AllocationResult")
    return errors + _allocation(
        allocation, names_of_requests((new.get("spec") or {}).get("devices") or {}), path
    )


def _uid(reference: Json) -> str:
    uid: str = reference.get("uid", "")
    return uid


def _consumer(reference: Json, path: FieldPath) -> ErrorList:
    return [
        field.required(path / name, "") for name in ("resource", "name", "uid") if not reference.get(name)
    ]


def _no_new_consumers(new: list[Json], old: list[Json]) -> ErrorList:
    if all(one in old for one in new):
        return []
    text = "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set"
    return [field.forbidden(_STATUS / "reservedFor", text)]


def _device(device: Json) -> Device:
    def text(name: str) -> str:
        return device.get(name) or ""

    return text("driver"), text("pool"), text("device"), text("shareID")


def _devices(devices: list[Json], allocation: Json) -> ErrorList:
    allocated = {_device(result) for result in (allocation.get("devices") or {}).get("results") or ()}
    path = _STATUS / "devices"

    def check(device: Json, at: FieldPath) -> ErrorList:
        return _device_status(device, at, _device(device) in allocated)

    errors = bounded(devices, _UNBOUNDED, check, path)
    names = [_device(device) for device in devices]
    for index, name in enumerate(names):
        if name in names[:index]:
            errors.append(field.duplicate(path / index, _shown(name)))
    return errors


def _shown(device: Device) -> Json:
    return dict(zip(("Driver", "Pool", "Device", "ShareID"), device, strict=True))


def _device_status(device: Json, path: FieldPath, is_allocated: bool) -> ErrorList:
    errors = _identity(device, path)
    if not is_allocated:
        text = "must be an allocated device in the claim"
        errors.append(field.invalid(path, _shown(_device(device)), text))
    conditions = device.get("conditions") or []
    if len(conditions) > _MAX_CONDITIONS:
        errors.append(field.too_many(path / "conditions", len(conditions), _MAX_CONDITIONS))
    errors += validate_conditions(conditions, path / "conditions")
    if device.get("data") is not None:
        errors += validate_data(device["data"], path / "data", limit=_MAX_DATA)
    return errors + _network(device.get("networkData") or {}, path / "networkData")


def _identity(device: Json, path: FieldPath) -> ErrorList:
    driver, pool, name, _ = _device(device)
    errors = validate_csi_driver_name(driver, path / "driver")
    errors += validate_pool_name(pool, path / "pool")
    errors += validate_dns1123_label(name, path / "device")
    share = device.get("shareID")
    return errors if share is None else errors + _share(share, path / "shareID")


def _share(uid: str, path: FieldPath) -> ErrorList:
    if _UUID.fullmatch(uid) and uid == uid.lower():
        return []
    if size(uid) not in _UUID_LENGTHS:
        text = f"error validating uid: invalid UUID length: {size(uid)}"
    elif size(uid) == 36 and not _UUID.fullmatch(uid):
        text = "error validating uid: invalid UUID format"
    else:
        text = (
            "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase "
            "hexadecimal characters"
        )
    return [field.invalid(path, uid, text)]


def _network(data: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = [
        field.too_long(path / name, "", limit)
        for name, limit in _MAX_TEXTS.items()
        if size(data.get(name) or "") > limit
    ]
    return errors + bounded_set(
        data.get("ips") or [], _MAX_ADDRESSES, validate_interface_address, path / "ips", str
    )


def _allocation(allocation: Json, names: RequestNames, path: FieldPath) -> ErrorList:
    devices, at = allocation.get("devices") or {}, path / "devices"

    def result(item: Json, where: FieldPath) -> ErrorList:
        return [
            *validate_request_name(item.get("request", ""), where / "request", names),
            *_identity({**item, "shareID": None}, where),
            *validate_binding_conditions(item, where),
            *(_share(item["shareID"], where / "shareID") if item.get("shareID") is not None else ()),
        ]

    def configuration(item: Json, where: FieldPath) -> ErrorList:
        def name(text: str, place: FieldPath) -> ErrorList:
            return validate_request_name(text, place, names)

        return [
            *_source(item.get("source", ""), where / "source"),
            *bounded_set(item.get("requests") or [], _MAX_RESULTS, name, where / "requests", str),
            *validate_device_configuration(item, where),
        ]

    errors = bounded(devices.get("results") or [], _MAX_RESULTS, result, at / "results")
    errors += bounded(devices.get("config") or [], _MAX_CONFIGURATIONS, configuration, at / "config")
    if allocation.get("nodeSelector") is not None:
        errors += validate_node_selector(allocation["nodeSelector"], path / "nodeSelector")
    return errors


def _source(source: str, path: FieldPath) -> ErrorList:
    if not source:
        return [field.required(path, "")]
    known = ("FromClaim", "FromClass")
    return [] if source in known else [field.not_supported(path, typed(source), known)]
