"""Annotations that mean something to pods.

Upstream: pkg/apis/core/validation/validation.go, pkg/apis/core/helper/helpers.go
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.profiles import (
    APP_ARMOR_CONTAINER,
    validate_app_armor_annotations,
    validate_seccomp_annotations,
)
from kplan.apiserver.validation.podspec.scheduling import MIRROR, validate_tolerations
from kplan.fieldpath import FieldPath

_TOLERATIONS: Final = "scheduler.alpha.kubernetes.io/tolerations"
DELETION_COST: Final = "controller.kubernetes.io/pod-deletion-cost"
_COST: Final = r"0|[1-9][0-9]*|-[0-9]+"


def deletion_cost_is_valid(annotations: Mapping[str, str] | None) -> bool:
    """Whether the deletion cost, if one is given, is a 32-bit integer."""
    cost = (annotations or {}).get(DELETION_COST)
    return cost is None or (bool(re.fullmatch(_COST, cost)) and -(2**31) <= int(cost) < 2**31)


def validate_pod_annotations(
    annotations: Mapping[str, str] | None, spec: Json, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """Annotations of a pod or pod template."""
    if not annotations:
        return []
    errors: ErrorList = []
    if MIRROR in annotations and not spec.get("nodeName"):
        text = "must set spec.nodeName if mirror pod annotation is set"
        errors.append(field.invalid(path.key(MIRROR), annotations[MIRROR], text))
    if annotations.get(_TOLERATIONS):
        errors += _validate_tolerations(annotations[_TOLERATIONS], path, options)
    if not options.allow_invalid_pod_deletion_cost and not deletion_cost_is_valid(annotations):
        errors.append(
            field.invalid(path.key(DELETION_COST), annotations[DELETION_COST], "must be a 32bit integer")
        )
    errors += validate_seccomp_annotations(annotations, path)
    return errors + validate_app_armor_annotations(annotations, spec, path)


def _validate_tolerations(text: str, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    from kplan.apiserver.validation.gojson import decode_error  # noqa: PLC0415 - nobody writes them any more

    problem = decode_error(text, "[]core.Toleration")
    if problem:
        return [field.invalid(path, _TOLERATIONS, problem)]
    tolerations = [
        {_lower_first(key): value for key, value in item.items()} for item in json.loads(text) or ()
    ]
    return validate_tolerations(tolerations, path / _TOLERATIONS, options)


def _lower_first(name: str) -> str:
    return name[:1].lower() + name[1:]


def validate_pod_annotation_updates(
    new: Json, old: Json, path: FieldPath, options: PodValidationOptions
) -> ErrorList:
    """Annotations of a pod that may not be changed, added or removed."""
    errors: ErrorList = []
    now = (new.get("metadata") or {}).get("annotations") or {}
    before = (old.get("metadata") or {}).get("annotations") or {}
    for key in before:
        if now.get(key) == before[key]:
            continue
        if key.startswith(APP_ARMOR_CONTAINER):
            errors.append(field.forbidden(path.key(key), "may not remove or update AppArmor annotations"))
        if key == MIRROR:
            errors.append(field.forbidden(path.key(key), "may not remove or update mirror pod annotation"))
    for key in now:
        if key in before:
            continue
        if key.startswith(APP_ARMOR_CONTAINER):
            errors.append(field.forbidden(path.key(key), "may not add AppArmor annotations"))
        if key == MIRROR:
            errors.append(field.forbidden(path.key(key), "may not add mirror pod annotation"))
    return errors + validate_pod_annotations(now, new.get("spec") or {}, path, options)
