"""Images: when they are pulled, and the secrets to pull them with.

Upstream: pkg/apis/core/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.field import ErrorList, typed
from kplan.fieldpath import FieldPath

_POLICIES: Final = ("Always", "IfNotPresent", "Never")


def validate_pull_policy(policy: str, path: FieldPath) -> ErrorList:
    """When an image is pulled."""
    if not policy:
        return [field.required(path, "")]
    return [] if policy in _POLICIES else [field.not_supported(path, typed(policy), _POLICIES)]


def validate_image_padding(image: str, path: FieldPath) -> ErrorList:
    """An image's name has no space around it; only pods themselves are held to that."""
    if image.strip() == image:
        return []
    return [field.invalid(path, image, "must not have leading or trailing whitespace")]
