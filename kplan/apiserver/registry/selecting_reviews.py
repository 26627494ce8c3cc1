"""The errors of an access review for selectors that cannot be parsed.

Upstream: pkg/registry/authorization/util/helpers.go (BuildEvaluationError)
"""

from collections.abc import Callable, Mapping
from typing import Final

from kplan.api.object import Json
from kplan.apiserver.meta import validate_label_selector_requirement
from kplan.fieldpath import FieldPath
from kplan.selectors.fields import FieldSelector
from kplan.selectors.labels import Selector
from kplan.selectors.syntax import SelectorError

_OPERATORS: Final = frozenset({"In", "NotIn", "Exists", "DoesNotExist"})


def evaluation_error(attributes: Json) -> str:
    """The ``evaluationError`` of a review of resource attributes; empty if all can be read."""
    found = []
    for name, (readable, parse) in _SELECTORS.items():
        selector = attributes.get(name) or {}
        requirements = selector.get("requirements") or []
        good = sum(map(readable, requirements))
        unreadable = good < len(requirements) or not _parses(parse, selector.get("rawSelector") or "")
        if unreadable:
            partly = "partially " if good else ""
            found.append(f"spec.resourceAttributes.{name} {partly}ignored due to parse error")
    return "; ".join(found)


def _parses(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except SelectorError:
        return False
    return True


def _field_requirement(requirement: Json) -> bool:
    return requirement.get("operator") in {"In", "NotIn"} and len(requirement.get("values") or ()) == 1


def _label_requirement(requirement: Json) -> bool:
    known = requirement.get("operator") in _OPERATORS
    return known and not validate_label_selector_requirement(requirement, FieldPath("x"))


_SELECTORS: Final[Mapping[str, tuple[Callable[[Json], bool], Callable[[str], object]]]] = {
    "fieldSelector": (_field_requirement, FieldSelector.parse),
    "labelSelector": (_label_requirement, Selector.parse),
}
