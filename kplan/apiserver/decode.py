"""Reads a document as the API server reads a request's body: into a Go type and out again.

What comes back has no nulls, no unknown fields, canonical quantities and Go's zero values where Go writes them.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/{create,rest}.go
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.codec import Codec, UnusualError
from kplan.apiserver.errors import StatusError, bad_request
from kplan.apiserver.releases import trim_to_release
from kplan.apiserver.unmarshal import Fatal, Unmarshaler
from kplan.namedtuples import NamedTuple
from kplan.schema import layouts
from kplan.schema.catalog import Catalog

_NULL_TIMES_UNTIL: Final = 33
_EMBEDDED_NAMES_SINCE: Final = 35
"""Up to 1.34 the JSON library left the names of embedded structs out of its messages."""


class Decoded(NamedTuple):
    """A decoded object and what a strict decoder would have refused."""

    value: Json
    warnings: tuple[str, ...] = ()
    remembers_empty: bool = False
    """Whether a struct has fields that were sent empty."""


@cache
def _codec(*, nulls: bool, remember_empty: bool = False, null_times: bool = False) -> Codec:
    return Codec(layouts.bundled(), nulls=nulls, remember_empty=remember_empty, null_times=null_times)


def is_builtin(gvk: GroupVersionKind) -> bool:
    """Whether the server has a Go type for the kind."""
    return layouts.bundled().type_of(gvk) is not None


def decode(
    value: Json,
    gvk: GroupVersionKind,
    catalog: Catalog | None = None,
    *,
    strict: bool = True,
    sort_keys: bool = False,
    duplicates: Sequence[str] = (),
    remember_empty: bool = False,
) -> Decoded:
    """Decode an object of a built-in kind; raises StatusError 400 as the server would.

    ``strict`` refuses unknown and duplicate fields instead of reporting them as warnings; ``sort_keys`` says that
    the body came as YAML, whose keys the server sorts first; ``duplicates`` is what the YAML reader said about keys
    given twice; ``remember_empty`` keeps the fields that were sent empty (``empty_fields``); ``catalog`` is the
    release whose fields count.
    """
    types = layouts.bundled()
    expression = types.type_of(gvk)
    if expression is None:
        raise KeyError(gvk)
    if catalog is not None and catalog.version != layouts.RELEASE:
        cut = trim_to_release(value, gvk, catalog)
        value, duplicates = cut.value, (*duplicates, *cut.unknown)
    codec = _codec(nulls=False, remember_empty=remember_empty)
    read, before = codec.reader(expression), codec.structs_with_empty
    if not duplicates:
        try:
            return Decoded(read(value), (), codec.structs_with_empty != before)
        except UnusualError:
            pass
    run = Unmarshaler(types, strict=True, sort_keys=sort_keys, embedded=_names_embedded(catalog))
    try:
        clean = run.read(expression, value)
    except Fatal as error:
        raise unreadable(gvk, str(error)) from None
    warnings = (*duplicates, *run.strict_errors)
    if strict and warnings:
        raise unreadable(gvk, "strict decoding error: " + ", ".join(warnings))
    return Decoded(read(clean), warnings, codec.structs_with_empty != before)


def _names_embedded(catalog: Catalog | None) -> bool:
    """Whether a release's messages name embedded structs."""
    return catalog is None or int(catalog.version.rpartition(".")[2]) >= _EMBEDDED_NAMES_SINCE


def decode_status(status: Json, gvk: GroupVersionKind, catalog: Catalog | None = None) -> tuple[Json, bool]:
    """Decode the status of an object, and say whether it has fields that were sent empty; raises StatusError."""
    if catalog is None or catalog.version == layouts.RELEASE:
        codec = _codec(nulls=False, remember_empty=True)
        before = codec.structs_with_empty
        try:
            read: Json = codec.reader(_status_of(gvk))(status)
        except UnusualError:
            pass
        else:
            return read, codec.structs_with_empty != before
    whole = {"apiVersion": gvk.api_version, "kind": gvk.kind, "status": status}
    decoded = decode(whole, gvk, catalog, remember_empty=True)
    return decoded.value.get("status") or {}, decoded.remembers_empty


@cache
def part_reader(expression: str, *, remember_empty: bool = True) -> Callable[[Json], Json | None]:
    """Reads a part of an object by its Go type; None if the result depends on the whole object.

    Without ``remember_empty``, what was sent empty is left out and nobody will know.
    """
    codec = _codec(nulls=False, remember_empty=remember_empty)
    reader = codec.reader(expression)

    def read(part: Json) -> Json | None:
        before = codec.structs_with_empty
        try:
            found: Json = reader(part)
        except UnusualError:
            return None
        return found if codec.structs_with_empty == before else None

    return read


def check_metadata(value: Json, gvk: GroupVersionKind) -> None:
    """Read the metadata of an object whose other fields have no Go type; raises StatusError 400."""
    metadata = value.get("metadata") or {}
    try:
        _codec(nulls=False).reader("meta/v1.ObjectMeta")(metadata)
    except UnusualError:
        try:
            Unmarshaler(layouts.bundled(), strict=False).read("meta/v1.ObjectMeta", metadata)
        except Fatal as error:
            raise unreadable(gvk, str(error)) from None


@cache
def _status_of(gvk: GroupVersionKind) -> str:
    """The Go type of a kind's status."""
    types = layouts.bundled()
    fields = types.fields(types.type_of(gvk) or "") or ()
    return next(field.type for field in fields if field.json == "status")


def encode(value: Json, gvk: GroupVersionKind, minor: int = 0) -> Json:
    """An object as the server prints it: what Go writes even when empty is there, nil values as null.

    ``minor`` is an older server's: up to 1.33 the time of creation is null in templates, which have none.
    """
    expression = layouts.bundled().type_of(gvk)
    if expression is None:
        return value
    printed: Json = _codec(nulls=True, null_times=0 < minor <= _NULL_TIMES_UNTIL).reader(expression)(value)
    return printed


def unreadable(gvk: GroupVersionKind, error: str) -> StatusError:
    """400: the body does not fit the kind."""
    return bad_request(f'{gvk.kind} in version "{gvk.version}" cannot be handled as a {gvk.kind}: {error}')
