"""Nodes, on create and update.

Upstream: pkg/apis/core/validation/validation.go
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.dns import (
    SUBDOMAIN_MAX_LENGTH,
    is_config_map_key,
    is_valid_label_value,
    name_is_dns_label,
    name_is_dns_subdomain,
    size,
    validate_positive_field,
)
from kplan.apiserver.field import ErrorList, ErrorType, FieldError
from kplan.apiserver.meta import (
    METADATA,
    validate_label_name,
    validate_object_meta,
    validate_object_meta_update,
)
from kplan.apiserver.validation.gojson import decode_error
from kplan.apiserver.validation.ip import is_valid_cidr_for_legacy_field, parse_cidr
from kplan.apiserver.validation.podspec.scheduling import validate_taint_effect
from kplan.apiserver.validation.quantities import validate_quantity_value
from kplan.apiserver.validation.shown import shown
from kplan.fieldpath import FieldPath

_SPEC: Final = FieldPath("spec")
_STATUS: Final = FieldPath("status")
_TAINTS: Final = "scheduler.alpha.kubernetes.io/taints"
_AVOID: Final = "scheduler.alpha.kubernetes.io/preferAvoidPods"
_FEATURE: Final = re.compile(r"[A-Z][a-zA-Z0-9]*(/[a-zA-Z][a-zA-Z0-9]*)*").fullmatch


def validate_node(obj: Json) -> ErrorList:
    """A Node on create."""
    spec, status = obj.get("spec") or {}, obj.get("status") or {}
    meta = obj.get("metadata") or {}
    errors = validate_object_meta(meta, False, name_is_dns_subdomain)
    errors += _validate_annotations(meta.get("annotations") or {})
    errors += validate_node_taints(spec.get("taints") or (), METADATA / "taints")
    errors += _validate_resources(status)
    capacity = ((status.get("nodeInfo") or {}).get("swap") or {}).get("capacity")
    if capacity is not None:
        errors += validate_positive_field(capacity, METADATA / "nodeSwapStatus" / "capacity")
    errors += _validate_declared_features(status)
    return errors + _validate_pod_cidrs(spec.get("podCIDRs") or [])


def _validate_pod_cidrs(cidrs: Sequence[str]) -> ErrorList:
    path = _SPEC / "podCIDRs"
    errors: ErrorList = []
    for index, cidr in enumerate(cidrs):
        errors += is_valid_cidr_for_legacy_field(path / index, cidr)
    if len(cidrs) < 2:
        return errors
    parsed = [parse_cidr(cidr) for cidr in cidrs]
    broken = parsed.index(None) if None in parsed else None
    if broken is not None:
        text = (
            "invalid PodCIDRs. failed to check with dual stack with error:"
            f"invalid CIDR[{broken}]: <nil> (invalid CIDR address: {cidrs[broken]})"
        )
        errors.append(field.internal(path, text))
    families = {network.address.family for network in parsed if network is not None}
    if broken is not None or len(families) != 2 or len(cidrs) > 2:
        text = "may specify no more than one CIDR for each IP family"
        errors.append(field.invalid(path, list(cidrs), text))
    return errors


def validate_node_taints(taints: Sequence[Json], path: FieldPath) -> ErrorList:
    """Taints of a node: well-formed, unique by key and effect."""
    errors: ErrorList = []
    seen: set[tuple[str, str]] = set()
    for index, taint in enumerate(taints):
        at = path / index
        key, value, effect = (taint.get(name, "") for name in ("key", "value", "effect"))
        errors += validate_label_name(key, at / "key")
        texts = is_valid_label_value(value)
        if texts:
            errors.append(field.invalid(at / "value", value, ";".join(texts)))
        errors += validate_taint_effect(effect, at / "effect", allow_empty=False)
        if (effect, key) in seen:
            text = "taints must be unique by key and effect pair"
            errors.append(FieldError(ErrorType.DUPLICATE, at, shown("Taint", taint), text))
        seen.add((effect, key))
    return errors


def _validate_annotations(annotations: Mapping[str, str]) -> ErrorList:
    path = METADATA / "annotations"
    errors: ErrorList = []
    if annotations.get(_TAINTS):
        problem = decode_error(annotations[_TAINTS], "[]core.Taint")
        if problem:
            errors.append(field.invalid(path, _TAINTS, problem))
        else:
            taints = [_lower_first(item) for item in json.loads(annotations[_TAINTS]) or ()]
            errors += validate_node_taints(taints, path / _TAINTS)
    if annotations.get(_AVOID):
        errors += _validate_avoided_pods(annotations[_AVOID], path)
    return errors


def _lower_first(item: Json) -> Json:
    return {key[:1].lower() + key[1:]: value for key, value in item.items()}


def _validate_avoided_pods(text: str, path: FieldPath) -> ErrorList:
    problem = decode_error(text, "v1.AvoidPods")
    if problem:
        return [field.invalid(path / "AvoidPods", _AVOID, problem)]
    errors: ErrorList = []
    for index, entry in enumerate((json.loads(text) or {}).get("preferAvoidPods") or ()):
        at = path / _AVOID / index / "PodSignature"
        controller = (entry.get("podSignature") or {}).get("podController")
        if controller is None:
            errors.append(field.required(at, ""))
        elif not controller.get("controller"):
            where = at / "PodController" / "Controller"
            errors.append(field.invalid(where, value=False, detail="must point to a controller"))
    return errors


def _validate_resources(status: Json) -> ErrorList:
    errors: ErrorList = []
    for kind in ("capacity", "allocatable"):
        for name, quantity in (status.get(kind) or {}).items():
            errors += validate_quantity_value(name, quantity, _STATUS / kind / name)
    return errors


def _validate_declared_features(status: Json) -> ErrorList:
    errors: ErrorList = []
    names = status.get("declaredFeatures") or []
    path = _STATUS / "declaredFeatures"
    for index, name in enumerate(names):
        problem = _feature_problem(name)
        if problem:
            text = f"invalid feature name {field.go_quote(name)}: {problem}"
            errors.append(field.invalid(path / index, name, text))
        following = names[index + 1] if index + 1 < len(names) else None
        if following == name:
            errors.append(field.duplicate(path / (index + 1), following))
        elif following is not None and name > following:
            errors.append(field.invalid(path / (index + 1), following, "list must be sorted alphabetically"))
    return errors


def _feature_problem(name: str) -> str:
    if size(name) > SUBDOMAIN_MAX_LENGTH:
        return f"must be no more than {SUBDOMAIN_MAX_LENGTH} characters"
    if _FEATURE(name):
        return ""
    return (
        "must start with an UpperCamelCase segment, with subsequent segments separated by '/' "
        "(e.g., MyFeature or MyFeature/mySubFeature), and contain only alphanumeric characters and slashes"
    )


def validate_node_update(new: Json, old: Json) -> ErrorList:
    """A Node on update."""
    return validate_node(new) + validate_node_status_update(new, old)


def validate_node_status_update(new: Json, old: Json) -> ErrorList:
    """What holds for every update of a Node, its status included."""
    meta, spec, status, before = (
        new.get("metadata") or {}, new.get("spec") or {}, new.get("status") or {}, old.get("spec") or {},
    )  # fmt: skip
    errors = validate_object_meta_update(meta, old.get("metadata"))
    errors += _validate_annotations(meta.get("annotations") or {})
    errors += _validate_resources(status) + _validate_declared_features(status)
    errors += _validate_addresses(status.get("addresses") or ())
    errors += _validate_kept(spec, before)
    if spec.get("configSource") is not None:
        errors += _validate_config_source(spec["configSource"], _SPEC / "configSource", in_spec=True)
    config = status.get("config") or {}
    for name in ("assigned", "active", "lastKnownGood"):
        if config.get(name) is not None:
            errors += _validate_config_source(config[name], _STATUS / "config" / name, in_spec=False)
    errors += validate_node_taints(spec.get("taints") or (), METADATA / "taints")
    if spec.get("externalID", "") != before.get("externalID", ""):
        errors.append(field.forbidden(_SPEC / "externalID", "may not be updated"))
    return errors


def _validate_addresses(addresses: Sequence[Json]) -> ErrorList:
    errors: ErrorList = []
    seen: set[tuple[str, str]] = set()
    for index, address in enumerate(addresses):
        key = (address.get("type", ""), address.get("address", ""))
        if key in seen:
            path = _STATUS / "addresses" / index
            errors.append(field.duplicate(path, shown("NodeAddress", address)))
        seen.add(key)
    return errors


def _validate_kept(spec: Json, before: Json) -> ErrorList:
    errors: ErrorList = []
    cidrs, cidrs_before = spec.get("podCIDRs") or [], before.get("podCIDRs") or []
    text = 'node updates may not change podCIDR except from "" to valid'
    if cidrs_before:
        same_length = len(cidrs) == len(cidrs_before)
        changed = (
            sum(one != other for one, other in zip(cidrs, cidrs_before, strict=True)) if same_length else 1
        )
        errors += [field.forbidden(_SPEC / "podCIDRs", text)] * changed
    provider = before.get("providerID", "")
    if provider and provider != spec.get("providerID", ""):
        text = 'node updates may not change providerID except from "" to valid'
        errors.append(field.forbidden(_SPEC / "providerID", text))
    return errors


def _validate_config_source(source: Json, path: FieldPath, *, in_spec: bool) -> ErrorList:
    errors: ErrorList = []
    reference, at = source.get("configMap"), path / "configMap"
    if reference is None:
        text = "exactly one reference subfield must be non-nil"
        return [field.invalid(path, shown("NodeConfigSource", source), text)]
    for name in ("uid", "resourceVersion"):
        if in_spec and reference.get(name):
            errors.append(field.forbidden(at / name, f"{name} must not be set in spec"))
        if not in_spec and not reference.get(name):
            errors.append(field.required(at / name, ""))
    rules = (
        ("namespace", name_is_dns_label),
        ("name", name_is_dns_subdomain),
        ("kubeletConfigKey", is_config_map_key),
    )
    for name, rule in rules:
        value = reference.get(name)
        if not value:
            errors.append(field.required(at / name, ""))
        else:
            errors += [field.invalid(at / name, value, text) for text in rule(value)]
    return errors
