"""The columns a CustomResourceDefinition gives its objects: ``additionalPrinterColumns``.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
"""

import json
import re
from typing import Any

from kplan.api.apiextensions import CustomResourceColumnDefinition, CustomResourceDefinition
from kplan.api.object import Json
from kplan.api.whole import whole
from kplan.kubectl.printers.columns.column import NAME, PLAIN, Cell, Column, Columns, Moment, since

_STEP = re.compile(r"\.([\w-]+|\w+(?:\\\.[\w./-]+)+)|\['([^']+)'\]|\[(\d+|\*)\]")


def columns_of(definition: Json, version: str) -> Columns:
    """NAME and the definition's columns, or NAME and AGE where it gives none."""
    versions = CustomResourceDefinition(definition).spec.versions
    found = next((one for one in versions if one.name == version), None)
    if found is None or not found.additional_printer_columns:
        return PLAIN
    return (NAME, *map(_column, found.additional_printer_columns))


def _column(given: CustomResourceColumnDefinition) -> Column:
    return Column(
        given.name.upper(), _reader(given.json_path, dated=given.type == "date"), wide=given.priority > 0
    )


def _reader(path: str, *, dated: bool) -> Cell:
    steps = [
        next(part for part in match.groups() if part is not None).replace("\\.", ".")
        for match in _STEP.finditer(path)
    ]

    def cell(value: Json, moment: Moment) -> Any:
        found = _walk(value, steps)
        if found is None:
            return ""
        if isinstance(found, bool | list | dict):
            return json.dumps(found, separators=(",", ":"), ensure_ascii=False)
        return since(found, moment) if dated else found

    return cell


def _walk(value: Any, steps: list[str]) -> Any:
    for step in steps:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            index = whole("0" if step == "*" else step)
            value = value[index] if index is not None and index < len(value) else None
        else:
            return None
    return value
