"""Files that hold one mapping: scenarios, configurations of the scheduler."""

from typing import TYPE_CHECKING, Any

from kplan.errors import UsageError

if TYPE_CHECKING:
    from kplan.manifest.document import Document


def one_mapping(path: str, what: str, *, hint: str = "") -> dict[str, Any]:
    """The one mapping that a file holds. Raises UsageError."""
    return dict(one_document(path, what, hint=hint).value)


def one_document(path: str, what: str, *, hint: str = "") -> "Document":
    """The one document that a file holds, a mapping. Raises UsageError."""
    from kplan.manifest.loader import load_file  # noqa: PLC0415 - few runs have such a file

    loaded = load_file(path)
    if loaded.diagnostics:
        first = loaded.diagnostics[0]
        raise UsageError(f"{first.location}: {first.message}")
    if len(loaded.documents) != 1 or not isinstance(loaded.documents[0].value, dict):
        raise UsageError(f"{path}: {what} must be a single mapping", hint=hint)
    return loaded.documents[0]
