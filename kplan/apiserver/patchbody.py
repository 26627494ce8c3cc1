"""The body of a PATCH: of which type it is, and whether it can be read as that.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (applyJSPatch, applyPatchToObject)
"""

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final, Literal

from kplan.api.object import Json
from kplan.apiserver import errors
from kplan.apiserver.validation.gojson import decode_error, kind_of


class PatchType(StrEnum):
    """The four content types."""

    STRATEGIC = "application/strategic-merge-patch+json"
    MERGE = "application/merge-patch+json"
    JSON = "application/json-patch+json"
    APPLY = "application/apply-patch+yaml"


PlainType = Literal[PatchType.STRATEGIC, PatchType.MERGE, PatchType.JSON]
"""The types of patches other than server-side apply."""

_TYPES: Final = {PatchType.JSON: "[]handlers.jsonPatchOp"}
_FIELDS: Final = "map[string]interface {}"
_DOING: Final = "error decoding patch: "


def problem_of(text: str, patch_type: PatchType) -> str:
    """The server's error for a body that is not JSON of the expected kind; empty if it is."""
    found = decode_error(text, _TYPES.get(patch_type, _FIELDS))
    return f"{_DOING}{found}" if found and patch_type is not PatchType.STRATEGIC else found


def fields_of(patch: Any, patch_type: PatchType) -> Json:
    """The fields of a merge patch; a strategic one may be null. Raises StatusError 400."""
    if patch is None and patch_type is PatchType.STRATEGIC:
        return {}
    if patch is None:
        raise errors.bad_request("Invalid JSON Patch")
    if not isinstance(patch, dict):
        raise errors.bad_request(problem_of(json.dumps(patch), patch_type))
    return patch


def operations_of(patch: Any, *, checked: bool = True) -> Sequence[Json]:
    """The operations of a JSON patch; ``null`` is an empty patch, and a ``null`` operation does
    nothing. Raises StatusError 400.

    They are not ``checked`` first if nobody validates fields; what is none of its kind is then
    refused when it is applied.
    """
    if patch is None:
        return ()
    if not isinstance(patch, list):
        if not checked:
            found = decode_error(json.dumps(patch), _TYPES[PatchType.JSON])
            raise errors.bad_request(found.replace(_TYPES[PatchType.JSON], "jsonpatch.Patch"))
        raise errors.bad_request(problem_of(json.dumps(patch), PatchType.JSON))
    return [_operation(one, checked=checked) for one in patch]


def _operation(value: Any, *, checked: bool) -> Json:
    if value is None:
        return {}
    if not isinstance(value, dict) and not checked:
        raise errors.bad_request(
            f"json: cannot unmarshal {kind_of(value)} into Go value of type jsonpatch.Operation"
        )
    if not isinstance(value, dict):
        raise errors.bad_request(
            f"{_DOING}json: cannot unmarshal {kind_of(value)} into Go value of type handlers.jsonPatchOp"
        )
    for name in ("op", "path", "from") if checked else ():
        given = value.get(name)
        if given is not None and not isinstance(given, str):
            where = f"Go struct field jsonPatchOp.{name} of type string"
            raise errors.bad_request(f"{_DOING}json: cannot unmarshal {kind_of(given)} into {where}")
    return value
