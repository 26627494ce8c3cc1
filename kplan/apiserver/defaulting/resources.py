"""Quantities in resource lists are kept at milli scale: finer ones are rounded up.

Upstream: pkg/apis/core/v1/defaults.go (SetDefaults_ResourceList)
"""

from collections.abc import Iterable
from typing import Any

from kplan.api.quantity import Quantity


def round_up(resources: dict[str, Any] | None) -> None:
    """Round every quantity of a resource list up to thousandths."""
    if resources:
        for name, value in resources.items():
            if value and (value[-1] in "nu" or "e-" in value):
                resources[name] = Quantity.parse(value).round_up(-3).canonical()


def round_up_each(parent: dict[str, Any] | None, fields: Iterable[str] = ("limits", "requests")) -> None:
    """Round the resource lists under these fields."""
    if parent:
        for field in fields:
            round_up(parent.get(field))
