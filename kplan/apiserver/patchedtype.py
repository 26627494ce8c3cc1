"""The type of a patched object: a JSON or merge patch may have changed its apiVersion and kind, or removed them.

Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go (jsonPatcher),
    apimachinery/pkg/runtime/serializer
"""

import json
from collections.abc import Callable
from typing import Any, Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver import errors, field
from kplan.apiserver.decode import decode, is_builtin
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import compact, sorted_keys
from kplan.apiserver.validation.gojson import decode_error, kind_of
from kplan.fieldpath import FieldPath

_SCHEME: Final = "pkg/api/legacyscheme/scheme.go:30"
_HEAD: Final = (
    r'struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }'
)
_UNREADABLE: Final = "couldn't get version/kind; json parse error: "
_NO_VERSION: Final = (
    "Internal error occurred: Object 'apiVersion' is missing in 'object has no apiVersion field'"
)


class PatchedTypeError(Exception):
    """The result of a patch cannot be decoded; the text is the decoder's."""


def read_as(
    value: Any,
    gvk: GroupVersionKind,
    name: str,
    is_served: Callable[[GroupVersionKind], bool],
    field_validation: str = "Warn",
) -> Json:
    """Decode the object as the request's type. Raises PatchedTypeError, or StatusError if it is of another type."""
    if problem := unreadable_type(value):
        raise PatchedTypeError(problem)
    if is_builtin(gvk):
        _check_builtin(value, gvk, name, field_validation)
    else:
        _check_custom(value, gvk, name, is_served)
    return {**value, "apiVersion": gvk.api_version, "kind": gvk.kind}


def unreadable_type(value: Any) -> str:
    """Why apiVersion and kind cannot be read from a value; empty if they can, or are not there."""
    if not isinstance(value, dict):
        return _UNREADABLE + decode_error(json.dumps(value), "map").replace("map", _HEAD)
    for part in ("apiVersion", "kind"):
        given = value.get(part)
        if given is not None and not isinstance(given, str):
            where = f"Go struct field .{part} of type string"
            return f"{_UNREADABLE}json: cannot unmarshal {kind_of(given)} into {where}"
    return ""


def _check_builtin(value: Json, gvk: GroupVersionKind, name: str, field_validation: str) -> None:
    version, kind = value.get("apiVersion") or "", value.get("kind") or gvk.kind
    if not version:  # the internal version, whose fields have other names
        unknown = [f'unknown field "{one}"' for one in sorted(value) if one not in ("apiVersion", "kind")]
        if field_validation == "Strict" and unknown:
            raise PatchedTypeError(f"strict decoding error: {', '.join(unknown)}")
        refusal = errors.nameless(name)
        refusal.warnings = tuple(unknown) if field_validation == "Warn" else ()
        raise refusal
    if version.count("/") > 1:
        raise PatchedTypeError(f"unexpected GroupVersion string: {version}")
    named = GroupVersionKind.of(version, kind)
    if not is_builtin(named):
        raise PatchedTypeError(
            f'no kind "{kind}" is registered for version "{version}" in scheme "{_SCHEME}"'
        )
    if (named.group, named.kind) != (gvk.group, gvk.kind):
        _check_readable(value, named)
        package = gvk.group.partition(".")[0] or "core"
        raise PatchedTypeError(
            f"converting ({named.version}.{kind}) to ({package}.{gvk.kind}): unknown conversion"
        )


def _check_readable(value: Json, named: GroupVersionKind) -> None:
    """Raise PatchedTypeError if an object is not even of the type that it says."""
    try:
        decode(sorted_keys(value), named, strict=False)
    except StatusError as error:
        raise PatchedTypeError(
            error.message.partition(f" cannot be handled as a {named.kind}: ")[2]
        ) from error


def _check_custom(
    value: Json, gvk: GroupVersionKind, name: str, is_served: Callable[[GroupVersionKind], bool]
) -> None:
    version, kind = value.get("apiVersion") or "", value.get("kind") or ""
    if not kind:
        text = compact(sorted_keys(value)).removesuffix("\n")
        raise PatchedTypeError(f"Object 'Kind' is missing in '{text}'")
    if not version:
        raise StatusError(500, "InternalError", _NO_VERSION)
    named = GroupVersionKind.of(version, kind)
    if (named.group, named.kind) == (gvk.group, gvk.kind) and is_served(named):
        return
    found = [field.invalid(FieldPath.of("kind"), kind, f"must be {gvk.kind}")] if kind != gvk.kind else []
    if version != gvk.api_version:
        found.append(field.invalid(FieldPath.of("apiVersion"), version, f"must be {gvk.api_version}"))
    raise errors.invalid(f"{kind}.{named.group}" if named.group else kind, name, found)
