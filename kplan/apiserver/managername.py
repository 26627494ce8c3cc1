"""Who says that it writes: what a request may call its field manager.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateFieldManager)
"""

from typing import Final

from kplan.apiserver import errors, field
from kplan.fieldpath import FieldPath

_LONGEST: Final = 128
"""Bytes."""
_PATH: Final = FieldPath("fieldManager")


def check_manager(manager: str, options: str) -> None:
    """Refuse a name that is too long or does not print; ``options`` are those of the request, as in ``CreateOptions``. Raises StatusError."""
    if manager.isprintable() and len(manager) <= _LONGEST and len(manager.encode()) <= _LONGEST:
        return
    found = [field.too_long(_PATH, "", _LONGEST)] if len(manager.encode()) > _LONGEST else []
    place = 0
    for letter in manager:
        if not letter.isprintable():
            text = f"invalid character U+{ord(letter):04X} (at position {place})"
            found.append(field.invalid(_PATH, manager, text))
        place += len(letter.encode())
    raise errors.invalid(f"{options}.meta.k8s.io", "", found)
