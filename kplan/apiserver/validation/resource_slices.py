"""What the API server checks of ResourceSlices: the devices a driver offers, their attributes, capacities and counters.

Upstream: pkg/apis/resource/validation/validation.go
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from kplan.api.quantity import Quantity
from kplan.apiserver import field
from kplan.apiserver.dns import (
    LABEL_MAX_LENGTH,
    name_is_dns_subdomain,
    size,
    validate_dns1123_label,
)
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import METADATA, Json, validate_object_meta, validate_object_meta_update
from kplan.apiserver.validation.podspec.affinity import validate_node_selector
from kplan.apiserver.validation.resource_capacity import validate_request_policy
from kplan.apiserver.validation.resource_devices import (
    ItemCheck,
    bounded,
    bounded_set,
    by_name,
    validate_binding_conditions,
    validate_device_taint,
    validate_pool_name,
    validate_qualified_name,
)
from kplan.apiserver.validation.storage_csi import validate_csi_driver_name
from kplan.apiserver.validation.values import each, immutable, internal
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_MAX_DEVICES: Final = 128
_MAX_ADVANCED_DEVICES: Final = 64
_MAX_COUNTER_SETS: Final = 8
_MAX_COUNTERS: Final = 32
_MAX_CONSUMPTIONS: Final = 2
_MAX_ATTRIBUTES: Final = 32
_MAX_ATTRIBUTE_VALUES: Final = 48
_MAX_KEY: Final = 63 + 1 + 32
_MAX_VALUE: Final = 64
_MAX_TAINTS: Final = 16
_VALUES: Final = ("bool", "int", "string", "version")
_SEMVER: Final = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)
_SLICE_CHOICE: Final = (
    "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
)
_DEVICE_CHOICE: Final = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` "
    "is set to true in the ResourceSlice spec"
)


def validate_resource_slice(obj: Json) -> ErrorList:
    """Check a new ResourceSlice."""
    errors = validate_object_meta(obj["metadata"], False, name_is_dns_subdomain, METADATA)
    return errors + _slice_spec(obj.get("spec") or {}, None)


def validate_resource_slice_update(new: Json, old: Json) -> ErrorList:
    """Check a changed ResourceSlice: driver, pool and node stay."""
    errors = validate_object_meta_update(new["metadata"], old["metadata"], METADATA)
    return errors + _slice_spec(new.get("spec") or {}, old.get("spec") or {})


def _slice_spec(spec: Json, old: Json | None) -> ErrorList:
    errors = validate_csi_driver_name(spec.get("driver", ""), _SPEC / "driver")
    pool = spec.get("pool") or {}
    errors += _pool(pool, _SPEC / "pool")
    if old is not None:
        before = (old.get("pool") or {}).get("name", "")
        errors += immutable(_SPEC.child("pool", "name"), pool.get("name", ""), before)
        errors += immutable(_SPEC / "driver", spec.get("driver", ""), old.get("driver", ""))
        errors += immutable(_SPEC / "nodeName", spec.get("nodeName"), old.get("nodeName"))
    errors += _slice_nodes(spec)
    if sent(spec, "sharedCounters") is not None and sent(spec, "devices") is not None:
        errors.append(field.invalid(_SPEC, "", "only one of `sharedCounters` or `devices` is allowed"))
    devices = spec.get("devices") or []
    advanced = any(device.get("taints") or device.get("consumesCounters") for device in devices)
    known = {by_name(device): device for device in (old or {}).get("devices") or ()}

    def check(device: Json, path: FieldPath) -> ErrorList:
        return _device(device, known.get(by_name(device)), path, bool(spec.get("perDeviceNodeSelection")))

    limit = _MAX_ADVANCED_DEVICES if advanced else _MAX_DEVICES
    errors += bounded_set(devices, limit, check, _SPEC / "devices", by_name)
    counters = spec.get("sharedCounters") or []
    return errors + bounded_set(counters, _MAX_COUNTER_SETS, _counter_set, _SPEC / "sharedCounters", by_name)


def _pool(pool: Json, path: FieldPath) -> ErrorList:
    errors = validate_pool_name(pool.get("name", ""), path / "name")
    count, generation = pool.get("resourceSliceCount", 0), pool.get("generation", 0)
    if count <= 0:
        errors.append(field.invalid(path / "resourceSliceCount", count, "must be greater than zero"))
    if generation < 0:
        errors.append(field.invalid(path / "generation", generation, "must be greater than or equal to zero"))
    return errors


def _slice_nodes(spec: Json) -> ErrorList:
    chosen, errors = _nodes(spec, _SPEC, "must be either unset or set to a non-empty string", one_term=True)
    per_device = spec.get("perDeviceNodeSelection")
    if per_device:
        chosen.append("`perDeviceNodeSelection`")
    elif per_device is not None:
        path = _SPEC / "perDeviceNodeSelection"
        errors.append(field.invalid(path, per_device, "must be either unset or set to true"))
    if not chosen:
        errors.append(field.required(_SPEC, _SLICE_CHOICE))
    elif len(chosen) > 1:
        text = f"{_SLICE_CHOICE}, but multiple fields are set"
        errors.append(field.invalid(_SPEC, "{" + ", ".join(chosen) + "}", text))
    return errors


def _nodes(spec: Json, path: FieldPath, empty: str, *, one_term: bool) -> tuple[list[str], ErrorList]:
    """Which of the ways to name nodes are used, and what is wrong with them."""
    chosen: list[str] = []
    errors: ErrorList = []
    name, selector, everywhere = (spec.get(key) for key in ("nodeName", "nodeSelector", "allNodes"))
    if name:
        chosen.append("`nodeName`")
        errors += each(path / "nodeName", name, name_is_dns_subdomain(name))
    elif name is not None:
        errors.append(field.invalid(path / "nodeName", name, empty))
    if selector is not None:
        chosen.append("`nodeSelector`")
        errors += validate_node_selector(selector, path / "nodeSelector")
        if one_term:
            errors += _one_term(selector, path.child("nodeSelector", "nodeSelectorTerms"))
    if everywhere:
        chosen.append("`allNodes`")
    elif everywhere is not None:
        errors.append(field.invalid(path / "allNodes", everywhere, "must be either unset or set to true"))
    return chosen, errors


def _one_term(selector: Json, path: FieldPath) -> ErrorList:
    terms = sent(selector, "nodeSelectorTerms")
    if terms is not None and len(terms) == 1:
        return []
    value = [internal("core.NodeSelectorTerm", term) for term in terms or ()]
    shown = None if terms is None else field.Verbatim("[" + ",".join(value) + "]")
    return [field.invalid(path, shown, "must have exactly one node selector term")]


def _device(device: Json, old: Json | None, path: FieldPath, per_device: bool) -> ErrorList:
    errors = validate_dns1123_label(device.get("name", ""), path / "name")
    attributes, capacity = device.get("attributes") or {}, device.get("capacity") or {}
    if len(attributes) + len(capacity) > _MAX_ATTRIBUTES:
        text = f"the total number of attributes and capacities must not exceed {_MAX_ATTRIBUTES}"
        errors.append(field.invalid(path, len(attributes) + len(capacity), text))
    if len(attributes) > _MAX_ATTRIBUTE_VALUES:
        text = f"the total number of attribute values must not exceed {_MAX_ATTRIBUTE_VALUES}"
        errors.append(field.invalid(path, len(attributes), text))
    errors += _map(attributes, None, _MAX_KEY, validate_qualified_name, _attribute, path / "attributes")
    check = _shared_capacity if device.get("allowMultipleAllocations") else _single_capacity
    errors += _map(capacity, None, _MAX_KEY, validate_qualified_name, check, path / "capacity")
    taints = device.get("taints") or []
    if old is None or (old.get("taints") or []) != taints:
        errors += bounded(taints, _MAX_TAINTS, validate_device_taint, path / "taints")
    consumed = device.get("consumesCounters") or []
    at = path / "consumesCounters"
    errors += bounded_set(
        consumed, _MAX_CONSUMPTIONS, _consumption, at, lambda item: item.get("counterSet", "")
    )
    errors += _device_nodes(device, path, per_device)
    return errors + validate_binding_conditions(device, path)


def _device_nodes(device: Json, path: FieldPath, per_device: bool) -> ErrorList:
    if not per_device:
        if not any(device.get(name) is not None for name in ("nodeName", "nodeSelector", "allNodes")):
            return []
        text = (
            "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` "
            "is set to true in the ResourceSlice spec"
        )
        return [field.invalid(path, None, text)]
    chosen, errors = _nodes(device, path, "must not be empty", one_term=False)
    if not chosen:
        errors.append(field.required(path, _DEVICE_CHOICE))
    elif len(chosen) > 1:
        errors.append(field.invalid(path, "{" + ", ".join(chosen) + "}", _DEVICE_CHOICE))
    return errors


def _map(
    items: Mapping[str, Any],
    limit: int | None,
    key_limit: int,
    key_check: ItemCheck,
    check: ItemCheck,
    path: FieldPath,
) -> ErrorList:
    if limit is not None and len(items) > limit:
        return [field.too_many(path, len(items), limit)]
    errors: ErrorList = []
    for key, item in items.items():
        errors += key_check(key, path)
        errors += check(item, path.key(_truncated(key, key_limit)))
    return errors


def _truncated(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    left = limit - len("...")
    return text[: (left + 1) // 2] + "..." + text[len(text) - left // 2 :]


def _attribute(attribute: Json, path: FieldPath) -> ErrorList:
    errors: ErrorList = []
    text, version = attribute.get("string"), attribute.get("version")
    if text is not None and size(text) > _MAX_VALUE:
        errors.append(field.too_long(path / "string", "", _MAX_VALUE))
    if version is not None:
        if not _SEMVER.fullmatch(version):
            rule = "must be a string compatible with semver.org spec 2.0.0"
            errors.append(field.invalid(path / "version", version, rule))
        if size(version) > _MAX_VALUE:
            errors.append(field.too_long(path / "version", "", _MAX_VALUE))
    count = sum(attribute.get(name) is not None for name in _VALUES)
    if count != 1:
        value = internal("resource.DeviceAttribute", attribute) if count else ""
        errors.append(field.invalid(path, value, "exactly one value must be specified"))
    return errors


def _single_capacity(capacity: Json, path: FieldPath) -> ErrorList:
    if capacity.get("requestPolicy") is None:
        return []
    return [field.forbidden(path / "requestPolicy", "allowMultipleAllocations must be true")]


def _shared_capacity(capacity: Json, path: FieldPath) -> ErrorList:
    policy = capacity.get("requestPolicy")
    if policy is None:
        return []
    return validate_request_policy(Quantity.parse(capacity.get("value", "0")), policy, path / "requestPolicy")


def _any_counter(_counter: Json, _path: FieldPath) -> ErrorList:
    return []


def _counters(owner: Json, path: FieldPath) -> ErrorList:
    counters, at = owner.get("counters") or {}, path / "counters"
    if not counters:
        return [field.required(at, "")]
    return _map(counters, _MAX_COUNTERS, LABEL_MAX_LENGTH, validate_dns1123_label, _any_counter, at)


def _counter_set(counters: Json, path: FieldPath) -> ErrorList:
    return _counter_name(counters.get("name", ""), path / "name") + _counters(counters, path)


def _consumption(consumption: Json, path: FieldPath) -> ErrorList:
    return _counter_name(consumption.get("counterSet", ""), path / "counterSet") + _counters(
        consumption, path
    )


def _counter_name(name: str, path: FieldPath) -> ErrorList:
    return validate_dns1123_label(name, path) if name else [field.required(path, "")]
