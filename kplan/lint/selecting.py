"""Which pods a selector means: by the labels of templates, and those that controllers and operators add."""

from collections.abc import Mapping
from fnmatch import fnmatchcase

from kplan.selectors.labels import Selector
from kplan.selectors.requirement import POSITIVE, Operator, Requirement


def may_match(selector: Selector, labels: Mapping[str, str], added: Mapping[str, str]) -> bool:
    """Whether pods with these labels may be selected;
    a label that is added with a value nobody knows is taken to fit.
    """
    if selector.matches(labels):
        return True
    if not selector.selectable or not any(item.key in added for item in selector.requirements):
        return False
    return all(
        _may_fit(item, added[item.key])
        if item.key in added and item.key not in labels
        else item.matches(labels)
        for item in selector.requirements
    )


def _may_fit(requirement: Requirement, pattern: str) -> bool:
    if requirement.operator in POSITIVE:
        return any(fnmatchcase(value, pattern) for value in requirement.values)
    return requirement.operator is not Operator.DOES_NOT_EXIST
