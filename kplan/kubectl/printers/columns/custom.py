"""The columns a CustomResourceDefinition gives its objects: ``additionalPrinterColumns``.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
"""

import re
from typing import Any

from kplan.api.object import Json
from kplan.kubectl.printers.columns.column import NAME, PLAIN, Cell, Column, Columns, Moment, since

_STEP = re.compile(r"\.([\w-]+|\w+(?:\\\.[\w./-]+)+)|\['([^']+)'\]|\[(\d+|\*)\]")


def columns_of(definition: Json, version: str) -> Columns:
    """NAME and the definition's columns, or NAME and AGE where it gives none."""
    versions = (definition.get("spec") or {}).get("versions") or ()
    found: Json = next((one for one in versions if one.get("name") == version), {})
    given = found.get("additionalPrinterColumns") or ()
    if not given:
        return PLAIN
    return (NAME, *(_column(one) for one in given))


def _column(given: dict[str, Any]) -> Column:
    cell = _reader(str(given.get("jsonPath") or ""), dated=given.get("type") == "date")
    return Column(str(given.get("name") or "").upper(), cell, wide=int(given.get("priority") or 0) > 0)


def _reader(path: str, *, dated: bool) -> Cell:
    steps = [
        next(part for part in match.groups() if part is not None).replace("\\.", ".")
        for match in _STEP.finditer(path)
    ]

    def cell(value: Json, moment: Moment) -> Any:
        found = _walk(value, steps)
        if found is None:
            return ""
        return since(found, moment) if dated else str(found).lower() if isinstance(found, bool) else found

    return cell


def _walk(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            index = 0 if step == "*" else int(step) if step.isdigit() else len(value)
            value = value[index] if index < len(value) else None
        else:
            return None
    return value
