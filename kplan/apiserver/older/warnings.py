"""The warnings of an object as an older minor gives them; the table is in ``schema.changes.warnings``.

Upstream: pkg/api/pod/warnings.go, staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/validation/formats.go
"""

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, Final

from kplan.api.object import Json
from kplan.api.workloads import group_kind, pod_template
from kplan.schema.changes.warnings import WARNINGS, WarningChange


def as_warned_by(minor: int, warn: Callable[[Json], list[str]], obj: Json) -> list[str]:
    """The warnings that a minor gives, by those that 1.36 gives."""
    changes = [one for one in _changes(minor) if not one.kinds or obj.get("kind") in one.kinds]
    rules = [one.rule for one in changes if one.rule]
    seen = deepcopy(obj) if rules else obj
    for rule in rules:
        _RULES[rule](seen)
    found = warn(seen)
    for change in changes:
        if change.now:
            found = [said for text in found for said in _before(change, text)]
    return found


@cache
def _changes(minor: int) -> tuple[WarningChange, ...]:
    return tuple(one for one in WARNINGS if minor < one.since)


def _before(change: WarningChange, text: str) -> Iterator[str]:
    fits = re.fullmatch(change.now, text, re.DOTALL)
    if fits is None:
        yield text
    elif change.before:
        yield fits.expand(change.before)


def _formats_of_text(definition: Json) -> None:
    """Schemas of other types than strings have no format."""
    for version in (definition.get("spec") or {}).get("versions") or ():
        _leave_formats_out((version.get("schema") or {}).get("openAPIV3Schema"))


def _leave_formats_out(schema: Any) -> None:
    if isinstance(schema, list):
        for item in schema:
            _leave_formats_out(item)
    elif isinstance(schema, dict):
        if isinstance(schema.get("format"), str) and schema.get("type") != "string":
            del schema["format"]
        for inner in schema.values():
            _leave_formats_out(inner)


def _repeated_projections(obj: Json) -> None:
    """A source that names no items is the one before it once more."""
    template = pod_template(obj, group_kind(obj))
    for volume in ((template and template.value.get("spec")) or {}).get("volumes") or ():
        projected, last = volume.get("projected") or {}, None
        sources = projected.get("sources") or []
        for index, source in enumerate(sources):
            if _names_items(source):
                last = source
            elif source and last is not None:
                sources[index] = last


def _names_items(source: Json) -> bool:
    listing = ("configMap", "secret", "downwardAPI")
    return "serviceAccountToken" in source or any("items" in (source.get(name) or {}) for name in listing)


_RULES: Final[Mapping[str, Callable[[Json], None]]] = {
    "formats-of-text": _formats_of_text,
    "repeated-projections": _repeated_projections,
}
