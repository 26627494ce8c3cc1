"""What selectors and pod templates of all workloads have in common: they match, and their pods run for ever.

Upstream: pkg/apis/apps/validation/validation.go
"""

from typing import Final

from kplan.apiserver import field
from kplan.apiserver.empty_fields import sent
from kplan.apiserver.field import ErrorList, typed
from kplan.apiserver.meta import Json, validate_label_selector
from kplan.apiserver.validation.values import labels_value, selector_value
from kplan.fieldpath import FieldPath
from kplan.selectors.labels import Selector

_SELECTOR: Final = FieldPath("spec") / "selector"
NO_MATCH: Final = "`selector` does not match template `labels`"


def strict_selector(selector: Json | None, empty: str) -> ErrorList:
    """A selector that is there, valid and not empty."""
    if selector is None:
        return [field.required(_SELECTOR, "")]
    errors = validate_label_selector(selector, _SELECTOR)
    if not selector.get("matchLabels") and not selector.get("matchExpressions"):
        errors.append(field.invalid(_SELECTOR, selector_value(selector), empty))
    return errors


def template_labels_match(template: Json, matcher: Selector, path: FieldPath) -> ErrorList:
    """The template's labels are those selected."""
    labels = sent(template.get("metadata") or {}, "labels")
    if matcher.empty or matcher.matches(labels or {}):
        return []
    return [field.invalid(path.child("metadata", "labels"), labels_value(labels), NO_MATCH)]


def runs_forever(template: Json, path: FieldPath, kind: str) -> ErrorList:
    """Pods of the template are always restarted and have no deadline."""
    pod = template.get("spec") or {}
    errors: ErrorList = []
    policy = pod.get("restartPolicy", "")
    if policy != "Always":
        errors.append(field.not_supported(path.child("spec", "restartPolicy"), typed(policy), ("Always",)))
    if pod.get("activeDeadlineSeconds") is not None:
        text = f"activeDeadlineSeconds in {kind} is not Supported"
        errors.append(field.forbidden(path.child("spec", "activeDeadlineSeconds"), text))
    return errors
