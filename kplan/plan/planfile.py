"""Plans as files: versioned JSON, read back to the same value.

A minor version only adds fields, so readers skip what they do not know; a new major version is refused.
"""

import json
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from kplan import __version__
from kplan.checksum import sha256
from kplan.errors import UsageError
from kplan.namedtuples import NamedTuple
from kplan.plan.basis import Basis
from kplan.plan.model import Plan
from kplan.schema.documents import check

FORMAT = "1.2"
_PLAN: TypeAdapter[Plan] = TypeAdapter(Plan)
_BASIS: TypeAdapter[Basis] = TypeAdapter(Basis)
_AGAIN = "create it again with 'kplan plan --out FILE'"
_ABOUT_THE_FILE = frozenset({"format_version", "kplan_version", "basis", "seal"})


class SavedPlan(NamedTuple):
    """A plan as a file holds it."""

    plan: Plan
    basis: Basis | None = None
    """What it was made from; None in files of format 1.0."""


def plain(plan: Plan) -> dict[str, Any]:
    """A plan as plain JSON."""
    return _plain(_PLAN, plan)


def _plain(of: TypeAdapter[Any], value: Plan | Basis) -> dict[str, Any]:
    try:
        found: dict[str, Any] = of.dump_python(value, mode="json")
    except ValueError:  # objects nest deeper than pydantic writes
        found = json.loads(json.dumps(asdict(value), ensure_ascii=False, default=list))
    return found


def to_json(plan: Plan, basis: Basis | None = None) -> str:
    """Write a plan; the same plan gives the same bytes."""
    document = {"format_version": FORMAT, "kplan_version": __version__, **plain(plan)}
    if basis is not None:
        document["basis"] = _plain(_BASIS, basis)
        document["seal"] = _seal(document)
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _seal(document: dict[str, Any]) -> str:
    """A hash of all the rest, so that what is applied is what was read: the plan and its basis say the same twice."""
    rest = {name: value for name, value in document.items() if name != "seal"}
    return sha256(
        json.dumps(rest, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    ).hexdigest()


def _check_format(document: dict[str, Any]) -> None:
    """Refuse what is no plan, and a plan that a newer kplan wrote otherwise. Raises UsageError."""
    version, ours = document.get("format_version"), FORMAT.partition(".")[0]
    if version is None or "changes" not in document:
        raise UsageError("not a plan that was saved with --out", hint=_AGAIN)
    if str(version).partition(".")[0] != ours:
        wrote = f"format {version} of kplan {document.get('kplan_version', '(no version)')}"
        raise UsageError(
            f"not a plan that this kplan reads: {wrote}, and kplan {__version__} reads format {ours}",
            hint=_AGAIN,
        )


def from_json(text: str | bytes) -> SavedPlan:
    """Read a plan back. Raises UsageError for anything else."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"not a plan: no JSON at {where}: {error.msg}", hint=_AGAIN) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not a plan: {error}", hint=_AGAIN) from error
    _check_format(document if isinstance(document, dict) else {})
    check("plan.v1", document)
    if "basis" in document and document.get("seal") != _seal(document):
        raise UsageError("not a plan as kplan wrote it: it was changed, or a part of it is gone", hint=_AGAIN)
    written = {name: value for name, value in document.items() if name not in _ABOUT_THE_FILE}
    try:
        basis = _BASIS.validate_python(document["basis"]) if document.get("basis") else None
        return SavedPlan(_PLAN.validate_python(written), basis)
    except ValidationError as error:
        raise UsageError(f"not a plan: {error.errors()[0]['msg']}", hint=_AGAIN) from error
