"""Where in an object stands the field that the API server names: it names those of its internal types, which
differ from an object's.

Upstream: pkg/apis/core/types.go (PodSecurityContext), pkg/apis/autoscaling/types.go and
staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/conversion.go
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from kplan.api.walk import items
from kplan.api.workloads import group_kind, pod_template
from kplan.fieldpath import FieldPath, Step

_OF_POD: Final = {"hostIPC", "hostNetwork", "hostPID", "hostUsers", "shareProcessNamespace"}
"""Fields of a pod's spec that the server keeps in the pod's securityContext."""
_OTHERWISE: Final[tuple[tuple[tuple[Step, ...], tuple[Step, ...]], ...]] = (
    (("validation",), ("versions", 0, "schema")),
    (("subresources",), ("versions", 0, "subresources")),
    (("additionalPrinterColumns",), ("versions", 0, "additionalPrinterColumns")),
    (("selectableFields",), ("versions", 0, "selectableFields")),
    (("clusterIPs", 0), ("clusterIP",)),
    (("ipFamilies", 0), ("ipFamily",)),
    (("metrics", 0, "resource", "target", "averageUtilization"), ("targetCPUUtilizationPercentage",)),
    (("storage",), ("requests", "storage")),
)
"""What the server calls fields that an object has elsewhere:
of a definition whose versions are alike, of an older version.
"""
_REFUSED: Final = r'Invalid value: "((?:[^"\\]|\\.)*)": '
_VOLUME: Final = r'volume "([^"]*)" \('
_FORMAT: Final = r'unrecognized format "([^"]*)"'


def standing(path: FieldPath, value: Any) -> FieldPath:
    """The path at which an object has what is named, as far down as it has it."""
    steps = path.steps
    for many in range(len(steps), 0, -1):
        if (found := _found(steps[:many], value)) is not None:
            return FieldPath.of(*found, *steps[many:])
    return path


def entry_within(path: FieldPath, message: str, value: Any) -> tuple[FieldPath, bool]:
    """The entry of a mapping that an error is about whose field is only the mapping, and whether its key is refused.

    ``metadata.labels: Invalid value: "a b"`` says neither whether a key or a value is meant nor under which key.
    """
    quoted = re.match(_REFUSED, message)
    refused = quoted[1].replace('\\"', '"') if quoted else ""
    if not refused:
        return path, False
    if path.steps and path.steps[-1] == refused:
        *around, key = path.steps
        plain = FieldPath.of(*around[:-1], "stringData", key)
        return plain if around[-1:] == ["data"] and _at(value, plain) is not None else path, True
    entries = _at(value, path)
    if not isinstance(entries, dict):
        return path, False
    keys = [key for key in entries if isinstance(key, str) and refused in (key, *key.split("/", 1))]
    values = [key for key, held in entries.items() if isinstance(key, str) and held == refused]
    return (path.key((keys or values)[0]), bool(keys)) if keys or values else (path, False)


def _at(value: Any, path: FieldPath) -> Any:
    """What stands at a path; None if there is nothing."""
    for step in path.steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def in_words(text: str, value: Mapping[str, Any]) -> FieldPath | None:
    """The place of what a warning names by something else than a field: a volume, a format of a schema."""
    if named := re.match(_VOLUME, text):
        template = pod_template(value, group_kind(value))
        for index, volume in items(template.spec, "volumes") if template else ():
            if volume.get("name") == named[1]:
                return template.path / "spec" / "volumes" / index if template else None
    if named := re.match(_FORMAT, text):
        found = _with_format(named[1], value)
        return None if found is None else FieldPath.of(*found)
    return None


def _found(steps: Sequence[Step], value: Any) -> tuple[Step, ...] | None:
    """The way to the last step, through all that the server leaves out or adds; None if there is none."""
    if not steps:
        return ()
    head, rest = steps[0], steps[1:]
    if isinstance(value, list):
        inside = _found(rest, value[head]) if isinstance(head, int) and head < len(value) else None
        return None if inside is None else (head, *inside)
    if not isinstance(value, dict):
        return None
    name = _cased(head, value)
    if name in value and not (head == "securityContext" and rest[:1] and rest[0] in _OF_POD):
        inside = _found(rest, value[name])
        return None if inside is None else (name, *inside)
    return _past(head, rest, value)


def _past(head: Step, rest: Sequence[Step], value: Mapping[str, Any]) -> tuple[Step, ...] | None:
    """The way where a mapping has not the next field:
    it has another name, is left out in the object, or stands in a spec.
    """
    steps = (head, *rest)
    for named, written in _OTHERWISE:
        if steps[: len(named)] == named and written[0] in value:
            return _found((*written, *steps[len(named) :]), value)
    if rest and isinstance(head, str) and (inside := _found(rest, value)):
        return inside
    inside = _found(steps, value["spec"]) if "spec" in value else None
    return None if inside is None else ("spec", *inside)


def _cased(step: Step, value: Mapping[Any, Any]) -> Step:
    """The name as the mapping has it: some words of the server have Go's letters, as ``spec.SessionAffinity``."""
    if step in value or not isinstance(step, str):
        return step
    return next((key for key in value if isinstance(key, str) and key.lower() == step.lower()), step)


def _with_format(name: str, value: Any, at: tuple[Step, ...] = ()) -> tuple[Step, ...] | None:
    """The first ``format`` of that name."""
    if isinstance(value, dict):
        if value.get("format") == name:
            return (*at, "format")
        within: Any = value.items()
    else:
        within = enumerate(value) if isinstance(value, list) else ()
    found = (_with_format(name, one, (*at, step)) for step, one in within)
    return next((one for one in found if one is not None), None)
