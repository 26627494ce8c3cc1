"""Patches that kubectl applies itself: of files with ``--local``, and of live objects in a dry run of the client.

Nothing checks what comes out but that it has a kind.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/patch/patch.go (getPatchedJSON)
"""

import json
from typing import Any

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patch.go_values import compact, sorted_keys
from kplan.apiserver.patch.json_merge import merge_patch
from kplan.apiserver.patch.json_patch import JsonPatchError, json_patch
from kplan.apiserver.patch.patch_meta import GoStruct, PatchError
from kplan.apiserver.patch.strategic_merge import strategic_merge_patch
from kplan.apiserver.patchbody import PatchType, PlainType, fields_of, operations_of
from kplan.apiserver.validation.gojson import decode_error
from kplan.kubectl.wording import ClientError
from kplan.schema.merge import builtin


def patched_here(value: Json, patch: Any, patch_type: PlainType) -> Json:
    """The object with a patch applied. Raises ClientError."""
    gvk = GroupVersionKind.of(str(value.get("apiVersion") or ""), str(value["kind"]))
    try:
        patched = _patched(value, patch, patch_type, gvk)
    except JsonPatchError as error:
        raise ClientError(_json_problem(str(error))) from error
    except PatchError as error:
        raise ClientError(str(error)) from error
    except StatusError as error:
        raise ClientError(problem_here(error.message, PatchType.JSON)) from error
    if not isinstance(patched, dict):
        raise ClientError(decode_error(json.dumps(patched), "unstructured.detector"))
    if not isinstance(patched.get("kind"), str) or not patched["kind"]:
        text = compact(sorted_keys(patched)).removesuffix("\n")
        raise ClientError(f"Object 'Kind' is missing in '{text}'")
    return patched


def _patched(value: Json, patch: Any, patch_type: PlainType, gvk: GroupVersionKind) -> Any:
    if patch_type is PatchType.JSON:
        return json_patch(value, operations_of(patch))
    if isinstance(patch, list) and patch_type is PatchType.MERGE:  # a list takes the place of the object
        raise ClientError(decode_error(json.dumps(patch), "unstructured.detector"))
    if not isinstance(patch, dict) and (patch is not None or patch_type is PatchType.MERGE):
        raise ClientError(problem_here("", patch_type))
    if patch_type is PatchType.MERGE:
        return merge_patch(value, patch or {})
    shape = builtin(gvk)
    if shape is None:
        raise ClientError(
            f"strategic merge patch is not supported for {gvk.group}/{gvk.version}, Kind={gvk.kind} locally, "
            "try --type merge"
        )
    return strategic_merge_patch(value, fields_of(patch, patch_type), GoStruct(shape))


def problem_here(text: str, patch_type: PlainType) -> str:
    """The error of kubectl for a patch that is not JSON of its kind, derived from the server's."""
    if patch_type is PatchType.JSON:
        text = text.removeprefix("error decoding patch: ")
        patch = text.replace("type []handlers.jsonPatchOp", "type jsonpatch.Patch")
        return patch.replace("handlers.jsonPatchOp", "jsonpatch.Operation")
    return "Invalid JSON Patch" if patch_type is PatchType.MERGE else "invalid JSON document"


def _json_problem(text: str) -> str:
    """A key that is not there is told in kubectl's own words."""
    _, found, key = text.partition("doc is missing key: ")
    return f"Object to be patched is missing field ({key})" if found else text


def title_of(value: Json) -> str:
    """``deployment.apps/web``, by what the object itself says; one without a name is ``<unknown>``."""
    group = str(value.get("apiVersion") or "").rpartition("/")[0]
    metadata = value.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else ""
    return f"{value['kind']}{'.' if group else ''}{group}".lower() + f"/{name or '<unknown>'}"
