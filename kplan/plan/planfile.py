"""Plans as files: versioned JSON, read back to the same value.

A minor version only adds fields, so readers skip what they do not know; a new major version is refused.
"""

import json
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kplan import __version__
from kplan.errors import UsageError
from kplan.plan.model import Plan
from kplan.schema.documents import check

FORMAT = "1.0"
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)


def plain(plan: Plan) -> dict[str, Any]:
    """A plan as plain JSON."""
    found: dict[str, Any] = _PLAN.dump_python(plan, mode="json")
    return found


def to_json(plan: Plan) -> str:
    """Write a plan; the same plan gives the same bytes."""
    document = {"format_version": FORMAT, "kplan_version": __version__, **plain(plan)}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def from_json(text: str) -> Plan:
    """Read a plan back. Raises UsageError for anything else."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UsageError(f"not a plan file: {error}") from error
    version = document.get("format_version", "") if isinstance(document, dict) else ""
    if str(version).split(".")[0] != FORMAT.split(".", maxsplit=1)[0]:
        raise UsageError(
            f"not a plan file of format {FORMAT}", hint="create it again with 'kplan plan --out FILE'"
        )
    check("plan.v1", document)
    written = {name: document[name] for name in document if name not in ("format_version", "kplan_version")}
    try:
        return _PLAN.validate_python(written)
    except ValidationError as error:
        raise UsageError(f"not a plan file: {error.errors()[0]['msg']}") from error
