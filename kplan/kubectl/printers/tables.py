"""Tables of objects: one for each run of objects of one kind, with the columns asked for.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/get/{get,table_printer}.go
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from kplan.api.object import Json
from kplan.apiserver.server import Server
from kplan.kubectl.choosing import Item
from kplan.kubectl.printers.columns import PLAIN, ROSTER, Moment
from kplan.kubectl.printers.columns.column import NONE, Cell, Column, Columns
from kplan.kubectl.printers.columns.custom import columns_of
from kplan.kubectl.printers.table import table
from kplan.kubectl.resources import kind_title
from kplan.namedtuples import NamedTuple
from kplan.schema import releases
from kplan.schema.discovery import Resource


class TableOptions(NamedTuple):
    """How tables look."""

    now: datetime
    wide: bool = False
    namespaces: bool = False
    headers: bool = True
    kinds: bool = False
    """Whether names begin with their kind."""
    labels: bool = False
    label_columns: Sequence[str] = ()
    widths: list[int] | None = None
    """Remembers how wide columns are, for rows to come."""
    event: str = ""
    """What happened to the objects, as the first column; empty for tables that do not tell."""
    plain: bool = False
    """Whether every kind has only name and age."""
    asked: Sequence[Resource] = ()
    """The kinds that were listed, in order; those of the objects if nothing is given."""


def tables(server: Server, items: Sequence[Item], options: TableOptions) -> str:
    """All tables, an empty line between them."""
    moment = Moment(options.now, wide=options.wide)
    placed = _placed(options, items)
    texts = [
        table(
            [item.value for item in group],
            [*(PLAIN if options.plain else columns(server, resource)), *_label_columns(options)],
            moment,
            prefix=f"{kind_title(resource)}/" if options.kinds else "",
            namespaces=resource in placed,
            event=options.event,
            headers=options.headers,
            widths=options.widths,
        )
        for resource, group in groupby(items, key=lambda item: item.resource)
    ]
    return ("\n" if options.headers else "").join(texts)


def _placed(options: TableOptions, items: Sequence[Item]) -> Sequence[Resource]:
    """The kinds with a column for namespaces: kubectl's printers share that they have one,
    from the first kind that has any on.
    """
    asked = list(options.asked or [item.resource for item in items]) if options.namespaces else []
    first = next((place for place, one in enumerate(asked) if one.namespaced), len(asked))
    return asked[first:]


def is_built_in(resource: Resource) -> bool:
    """Whether the columns of a kind are kubectl's own."""
    return (resource.group, resource.kind) in ROSTER


def columns(server: Server, resource: Resource) -> Columns:
    """The columns of a kind, as the server's release prints them."""
    found = _columns(server, resource)
    if server.catalog.version == releases.DEFAULT:
        return found
    from kplan.kubectl.printers.columns.older import as_printed_by  # noqa: PLC0415 - other releases alone

    return as_printed_by(server.catalog.version, (resource.group, resource.kind), found)


def _columns(server: Server, resource: Resource) -> Columns:
    """Its own columns, its definition's, or name and age."""
    known = ROSTER.get((resource.group, resource.kind))
    if known:
        return known
    name = f"{resource.plural}.{resource.group}"
    for definition in server.definitions():
        if definition["metadata"]["name"] == name:
            return columns_of(definition, resource.version)
    return PLAIN


def _label_columns(options: TableOptions) -> list[Column]:
    found = [Column(key.rpartition("/")[2].upper(), _label(key)) for key in options.label_columns]
    return [*found, Column("LABELS", _labels)] if options.labels else found


def _label(key: str) -> Cell:
    return lambda value, _: (value["metadata"].get("labels") or {}).get(key, "")


def _labels(value: Json, moment: Moment) -> str:
    del moment
    labels = value["metadata"].get("labels") or {}
    return ",".join(f"{key}={text}" for key, text in sorted(labels.items())) or NONE
