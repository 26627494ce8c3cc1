"""Bad values that are whole Go structs: the server prints its internal types, under Go's field names.

Upstream: staging/src/k8s.io/apimachinery/pkg/util/validation/field/errors.go
"""

from typing import Any

from kplan.apiserver.field import Verbatim
from kplan.apiserver.gotypes import go_struct


def shown(type_name: str, value: Any) -> Verbatim:
    """Print a JSON value as Go prints the internal type ``type_name`` of the core group."""
    return go_struct(f"core.{type_name}", value)
