"""Containers that an injector fills in: what they lack in the manifest, they have in the cluster."""

from typing import Any, Final

from kplan.fieldpath import FieldPath
from kplan.lint.rule import Finding, Subject

_THEMES: Final = ("images", "probes", "resources", "security")
"""What rules are about that look at what an injector fills in."""
_WHY: Final = "Istio's injector fills in the container"


def doubted(finding: Finding, theme: str, subject: Subject) -> Finding:
    """The finding; unknown, where it is about what is filled in later and not about what the manifest says itself."""
    if theme not in _THEMES or finding.unknown or not _is_in_filled(finding.path, subject):
        return finding
    if theme != "images" and not isinstance(_value(finding.path, subject), (dict, list, type(None))):
        return finding
    return finding._replace(unknown=_WHY)


def _is_in_filled(path: FieldPath, subject: Subject) -> bool:
    filled = [one.path.steps for one in subject.containers() if one.is_filled_in]
    return any(path.steps[: len(steps)] == steps for steps in filled)


def _value(path: FieldPath, subject: Subject) -> Any:
    value: Any = subject.value
    for step in path.steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value
