"""What LimitRanges of a namespace give containers that set nothing themselves."""

from collections.abc import Mapping
from typing import Any, Final

from kplan.api.walk import items, mapping, text
from kplan.lint.world import Subject

_KIND: Final = "LimitRange"
_FILLS: Final = {
    "requests": ("min", "max", "default", "defaultRequest"),
    "limits": ("max", "default"),
}
"""What each is taken from, the last that says something:
the API server makes the most the default limit, and that the default request.
"""
Amounts = Mapping[str, Any]


def defaults(subject: Subject, field: str) -> Amounts:
    """The ``requests`` or ``limits`` that containers in an object's namespace get for each resource they do not set.

    Upstream: plugin/pkg/admission/limitranger/admission.go (defaultContainerResourceRequirements)
    """
    found: dict[str, Any] = {}
    here = (one for one in subject.world.by_kind.get(_KIND, ()) if one.namespace == subject.namespace)
    for limit in (limit for one in here for _, limit in items(one.spec, "limits")):
        for name in _FILLS[field] if text(limit, "type") == "Container" else ():
            found |= mapping(limit, name)
    return found


def given(resources: Mapping[str, Any], field: str, by_default: Amounts) -> Amounts:
    """The ``requests`` or ``limits`` of a container in the cluster: a limit alone is also the request."""
    own = mapping(resources, field)
    limits = mapping(resources, "limits") if field == "requests" else {}
    return {**by_default, **limits, **own}
