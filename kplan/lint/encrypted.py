"""Objects that SOPS encrypted, as repositories keep Secrets that Flux or a generator of
kustomize decrypts on the way.
"""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.walk import mapping

WHY: Final = "SOPS decrypts it before it is applied"
FIELD: Final = "sops"
"""What says how an object is encrypted; it is gone once it is decrypted."""


def is_encrypted(value: Mapping[str, Any]) -> bool:
    """Whether an object has encrypted values."""
    return FIELD in value and bool(mapping(value, FIELD).keys() & {"mac", "lastmodified"})
