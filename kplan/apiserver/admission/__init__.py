"""Admission: what is enabled by default, in upstream's order; all mutating handlers run before all validating ones.

Upstream: pkg/kubeapiserver/options/plugins.go
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.apiserver.attributes import Attributes

ORDER: Final[Sequence[Any]] = ()


def admit(attributes: Attributes) -> None:
    """Run the mutating handlers. Raises StatusError."""
    for plugin in _MUTATING:
        plugin.admit(attributes)


def validate(attributes: Attributes) -> None:
    """Run the validating handlers. Raises StatusError."""
    for plugin in _VALIDATING:
        plugin.validate(attributes)


_MUTATING: Final = tuple(plugin for plugin in ORDER if hasattr(plugin, "admit"))
_VALIDATING: Final = tuple(plugin for plugin in ORDER if hasattr(plugin, "validate"))
