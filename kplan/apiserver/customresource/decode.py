"""Reads a custom resource as the API server reads a request's body: unstructured, then cut to its schema.

Upstream: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/customresource_handler.go
"""

from collections.abc import Sequence
from typing import Any

from kplan.api.object import Json
from kplan.apiserver.customresource import objectmeta, pruning
from kplan.apiserver.decode import Decoded, unreadable
from kplan.apiserver.errors import bad_request
from kplan.apiserver.field import go_quote
from kplan.apiserver.unmarshal import Fatal, tidy_float
from kplan.schema.crd import CustomKind


def decode(
    value: Json,
    kind: CustomKind,
    *,
    strict: bool = True,
    duplicates: Sequence[str] = (),
    applied: bool = False,
) -> Decoded:
    """Decode and default an object of a custom kind; raises StatusError 400 as the server would.

    What was ``applied`` on the server's side is never read from a text: no null is taken for a field that is not there.
    """
    gvk = kind.resource.gvk
    obj = _copied(value)
    unknown: list[str] = []
    if "metadata" in obj:
        try:
            metadata, unknown = objectmeta.read(obj["metadata"])
        except Fatal as error:
            raise bad_request(
                f"{gvk.kind} in version {go_quote(gvk.version)} cannot be handled as a {gvk.kind}: {error}"
            ) from None
    else:
        metadata = None
    if not kind.preserve_unknown_fields:
        unknown += pruning.prune(obj, kind.schema, root=True)
        if not applied:
            pruning.drop_nulls(obj, kind.schema)
    found, embedded = objectmeta.coerce(obj, kind.schema, None)
    if found is not None:
        raise unreadable(gvk, str(found))
    unknown += embedded
    warnings = (*duplicates, *(f'unknown field "{path}"' for path in unknown))
    if strict and warnings:
        raise unreadable(gvk, "strict decoding error: " + ", ".join(warnings))
    if metadata is not None:
        obj["metadata"] = metadata
    pruning.default(obj, kind.schema)
    return Decoded(obj, warnings)


def _copied(value: Any) -> Any:
    """A copy that may be changed, its numbers as Go prints them."""
    if isinstance(value, dict):
        return {name: _copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    if isinstance(value, float) and -(2.0**63) <= value < 2.0**63:
        return tidy_float(value)
    return value
