"""What the API server of the release after an upgrade refuses although that of the release before takes it."""

from collections.abc import Iterator
from functools import cache
from typing import Final

from kplan.api.object import Json, Object
from kplan.apiserver.server import Server
from kplan.diagnostics import Diagnostic, Severity
from kplan.kubectl.assumed import ANY_ADDRESS, ASSUMED
from kplan.kubectl.reading import Options
from kplan.kubectl.verdicts import checked
from kplan.schema.catalog import Catalog
from kplan.state.store import Store
from kplan.upgrade.check import Subject

_SET_BY_SERVERS: Final = frozenset(
    [
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "managedFields",
        "selfLink",
    ]
)
_OPTIONS: Final = Options()


def new_refusals(subject: Subject) -> Iterator[Diagnostic]:
    """The refusals that the upgrade adds for an object; none if it was refused before for whatever reason."""
    written = Object(_as_written(subject.value))
    refused = _refused(written, subject.target.version)
    if refused and not _refused(written, subject.start.version):
        yield from refused


def _refused(item: Object, minor: str) -> list[Diagnostic]:
    """A kind that the server does not know is not its to judge: a custom one, or one that was removed."""
    said, _ = checked(item, _server(minor), _OPTIONS)
    return [one for one in said if one.severity is Severity.ERROR]


@cache
def _server(minor: str) -> Server:
    """One that holds nothing and keeps nothing, so that it answers every question as if it were the first."""
    return Server(Store([ANY_ADDRESS]), catalog=Catalog.for_version(minor), plugins=ASSUMED)


def _as_written(value: Json) -> Json:
    """An object of a cluster as somebody would create it anew."""
    metadata = value.get("metadata")
    if not isinstance(metadata, dict) or _SET_BY_SERVERS.isdisjoint(metadata):
        return value
    kept = {key: item for key, item in metadata.items() if key not in _SET_BY_SERVERS}
    return {**value, "metadata": kept}
