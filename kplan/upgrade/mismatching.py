"""Where an object fits the schema of the release before an upgrade, and not that of the one after."""

from collections.abc import Iterator

from kplan.schema.catalog import Catalog
from kplan.schema.structural import Mismatch, mismatches
from kplan.upgrade.check import Subject


def new_mismatches(subject: Subject) -> Iterator[Mismatch]:
    """The mismatches that the upgrade brings about; none if one of the releases does not know the type."""
    before, after = _mismatches(subject, subject.start), _mismatches(subject, subject.target)
    if before is None or after is None:
        return
    known = {(one.type, str(one.path)) for one in before}
    yield from (one for one in after if (one.type, str(one.path)) not in known)


def _mismatches(subject: Subject, catalog: Catalog) -> list[Mismatch] | None:
    schema = catalog.schema_of(subject.gvk)
    return None if schema is None else list(mismatches(subject.value, schema, catalog.definitions))
