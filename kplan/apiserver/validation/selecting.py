"""A label selector as validation needs it: convertible or not, empty or not, and whether it matches a template's labels.

Validation asks this of selectors that may be broken, so a selector that cannot be converted is a value here, not an error.
Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/helpers.go
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kplan.apiserver.validation.meta import validate_label_selector
from kplan.fieldpath import ROOT


@dataclass(frozen=True, slots=True)
class Matcher:
    """A converted selector; None selects nothing, an empty one everything."""

    selector: Mapping[str, Any] | None

    @property
    def empty(self) -> bool:
        """Whether everything is selected."""
        selector = self.selector
        return (
            selector is not None and not selector.get("matchLabels") and not selector.get("matchExpressions")
        )

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels satisfy every requirement."""
        if self.selector is None:
            return False
        for key, value in (self.selector.get("matchLabels") or {}).items():
            if labels.get(key) != value:
                return False
        return all(_holds(expression, labels) for expression in self.selector.get("matchExpressions") or ())


def _holds(expression: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    value = labels.get(expression.get("key", ""))
    match expression.get("operator"):
        case "In":
            return value is not None and value in expression["values"]
        case "NotIn":
            return value is None or value not in expression["values"]
        case "Exists":
            return value is not None
    return value is None


def selector_of(selector: dict[str, Any] | None) -> Matcher | None:
    """Convert; None where a key, value or operator is not acceptable."""
    return None if validate_label_selector(selector, ROOT) else Matcher(selector)
