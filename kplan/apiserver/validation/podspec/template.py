"""Pod templates: a pod's labels, annotations and spec, without a pod.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.api.object import Json
from kplan.apiserver import field
from kplan.apiserver.field import ErrorList
from kplan.apiserver.meta import validate_annotations, validate_labels
from kplan.apiserver.validation.podspec.alike import Alike
from kplan.apiserver.validation.podspec.annotations import validate_pod_annotations
from kplan.apiserver.validation.podspec.options import PodValidationOptions
from kplan.apiserver.validation.podspec.pod import validate_pod_spec
from kplan.apiserver.validation.podspec.profiles import validate_app_armor_match, validate_seccomp_match
from kplan.apiserver.validation.podspec.ratchet import options_for_template
from kplan.fieldpath import FieldPath

__all__ = ["PodValidationOptions", "options_for_template", "validate_pod_template_spec"]


_SPECS: Final = Alike[ErrorList](lambda errors: not errors)
"""Specs without an error: those of errors name the place that was asked about."""


def validate_pod_template_spec(template: Json, path: FieldPath, options: PodValidationOptions) -> ErrorList:
    """A pod template."""
    meta, spec = template.get("metadata") or {}, template.get("spec") or {}
    annotations = meta.get("annotations")
    errors = validate_labels(meta.get("labels"), path / "labels")
    errors += validate_annotations(annotations, path / "annotations")
    errors += validate_pod_annotations(annotations, spec, path / "annotations", options)
    errors += _SPECS.of(spec, options, lambda: validate_pod_spec(spec, None, path / "spec", options))
    errors += validate_seccomp_match(annotations, spec, path / "spec")
    errors += validate_app_armor_match(annotations, spec, path / "spec")
    if spec.get("ephemeralContainers"):
        at = path.child("spec", "ephemeralContainers")
        errors.append(field.forbidden(at, "ephemeral containers not allowed in pod template"))
    return errors
