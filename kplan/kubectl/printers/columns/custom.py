"""The columns a CustomResourceDefinition gives its objects: ``additionalPrinterColumns``.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor
"""

from typing import Any

from kplan.api.apiextensions import CustomResourceColumnDefinition, CustomResourceDefinition
from kplan.api.object import Json
from kplan.api.timestamps import TimeError, parse_time
from kplan.apiserver.patch.go_values import sprint
from kplan.errors import UsageError
from kplan.kubectl.printers.columns.column import NAME, PLAIN, UNKNOWN, Cell, Column, Columns, Moment, since
from kplan.kubectl.printers.jsonpath.text import groups_of, template_of, text_of


def columns_of(definition: Json, version: str) -> Columns:
    """NAME and the definition's columns, or NAME and AGE if it gives none."""
    versions = CustomResourceDefinition(definition).spec.versions
    found = next((one for one in versions if one.name == version), None)
    if found is None or not found.additional_printer_columns:
        return PLAIN
    return (NAME, *map(_column, found.additional_printer_columns))


def _column(given: CustomResourceColumnDefinition) -> Column:
    return Column(given.name.upper(), _reader(given.json_path, given.type), wide=given.priority > 0)


def _reader(path: str, kind: str) -> Cell:
    """The first value that a path finds, as its type has it; a path that cannot be followed finds nothing."""
    template = template_of(f"{{{path}}}")

    def cell(value: Json, moment: Moment) -> Any:
        try:
            found = groups_of(template, value)
        except UsageError:
            return ""
        return _text(found[0][0], kind, moment) if found and found[0] else ""

    return cell


def _text(value: Any, kind: str, moment: Moment) -> str:
    """A value of the type of its column; one of another type is left out, except that everything has a text."""
    match kind, value:
        case "string", _:
            return "<no value>" if value is None else text_of(value)
        case ("integer" | "number", bool()):
            return ""
        case "integer", int() | float():
            return sprint(int(value))
        case "number", int() | float():
            return sprint(int(value) if value == int(value) else value)
        case "boolean", bool():
            return sprint(value)
        case "date", str():
            return _since(value, moment)
    return ""


def _since(stamp: str, moment: Moment) -> str:
    if stamp in ("", "null"):
        return UNKNOWN
    try:
        parse_time(stamp)
    except TimeError:
        return "<invalid>"
    return since(stamp, moment)
