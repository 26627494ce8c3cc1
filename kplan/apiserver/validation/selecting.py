"""A label selector as validation needs it: one that cannot be converted is a value here, not an error.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go
"""

from collections.abc import Mapping
from typing import Any

from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError


def selector_of(selector: Mapping[str, Any] | None) -> Selector | None:
    """Convert; None if a key, value or operator is not acceptable."""
    try:
        return Selector.from_label_selector(selector)
    except SelectorError:
        return None
