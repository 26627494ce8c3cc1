"""The patch kubectl apply sends: three-way, strategic for the kinds kubectl knows, JSON merge for all others.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/patcher.go
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.field import go_json
from kplan.apiserver.patch.go_values import compact, sorted_keys
from kplan.apiserver.patch.json_merge import MergePatchError, create_three_way_merge_patch
from kplan.apiserver.patch.patch_meta import GoStruct, OpenAPIV2, OpenAPIV3, PatchError
from kplan.apiserver.patch.strategic_diff import create_three_way_patch
from kplan.apiserver.patchbody import PatchType, PlainType
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.kubectl import last_applied
from kplan.kubectl.localpatch import patched_here
from kplan.kubectl.reading import Info
from kplan.kubectl.wording import ClientError, with_source
from kplan.masking.objects import concealed
from kplan.namedtuples import NamedTuple
from kplan.schema.merge import builtin

CLIENT_MANAGER: Final = "kubectl-client-side-apply"
SERVER_MANAGER: Final = "kubectl"
Warn = Callable[[str], None]

_READINGS: Final = ((OpenAPIV3, "openapi v3 spec"), (OpenAPIV2, "openapi spec"))


class Patch(NamedTuple):
    """A patch and its type; an empty one is never sent."""

    value: Json
    type: PlainType


def three_way(
    modified: Json, current: Json, gvk: GroupVersionKind, warn: Warn, shown: Callable[[], Json] | None = None
) -> Patch:
    """Compute the patch from the live object to the manifest. Raises ClientError.

    An error quotes the live object whole, which is ``shown`` if ``current`` has not all of it.
    """
    original: Json = {}
    try:
        original = last_applied.original_configuration(current)
        shape = builtin(gvk)
        if shape is None:
            return Patch(create_three_way_merge_patch(original, modified, current), PatchType.MERGE)
        for reading, document in _READINGS:
            try:
                return Patch(
                    create_three_way_patch(original, modified, current, reading(shape)), PatchType.STRATEGIC
                )
            except PatchError as error:
                warn(f"warning: error calculating patch from {document}: {error}")
        return Patch(
            create_three_way_patch(original, modified, current, GoStruct(shape)), PatchType.STRATEGIC
        )
    except (PatchError, MergePatchError, ClientError) as error:
        live = shown() if shown else current
        texts = f"original:\n{last_applied.original_text(current)}\nmodified:\n{compact(modified)}\ncurrent:\n{compact(live)}"
        raise ClientError(f"creating patch with:\n{texts}\nfor: {error}") from error


def patch(
    info: Info,
    modified: Json,
    current: Json,
    server: Server,
    warn: Warn,
    *,
    dry_run: bool,
    manager: str,
    lock: bool = False,
    field_validation: str = "Warn",
    note: Callable[[Json], object] = bool,
) -> Answer | None:
    """Send the patch, and ``note`` it before; None if there is nothing to send. Raises StatusError or ClientError.

    ``lock`` makes the live object's resourceVersion part of the patch.
    """
    try:
        computed = three_way(
            modified, current, info.resource.gvk, warn, partial(_whole, info, server, current)
        )
        if not computed.value:
            return None
        note(computed.value)
        return server.patch(
            info.key,
            _locked(computed.value, current) if lock else computed.value,
            computed.type,
            api_version=info.resource.api_version,
            dry_run=dry_run,
            manager=manager,
            field_validation=field_validation,
        )
    except (StatusError, ClientError) as error:
        raise with_source(error, "patching", info.source) from error


def patched_locally(info: Info, modified: Json, current: Json, warn: Warn) -> Json | None:
    """The live object with the patch applied, without the server; None if nothing changes. Raises ClientError."""
    computed = three_way(modified, current, info.resource.gvk, warn)
    return patched_here(current, computed.value, computed.type) if computed.value else None


def applying(error: StatusError | ClientError, info: Info, sent: Json) -> StatusError | ClientError:
    """An error of a patch as kubectl apply tells it:
    with the patch and what it was for, and no value that nobody should read.
    """
    shown = concealed({**sent, "kind": info.resource.kind})
    text = go_json(sorted_keys({name: shown[name] for name in sent})) if sent else ""
    return with_source(error, f"applying patch:\n{text}\nto:\n{info.described}\nfor:", info.source)


def retrieving(error: StatusError | ClientError, info: Info) -> StatusError | ClientError:
    """An error of the request for the live object, as kubectl apply tells it."""
    return with_source(
        error, f"retrieving current configuration of:\n{info.described}\nfrom server for:", info.source
    )


def _whole(info: Info, server: Server, current: Json) -> Json:
    """The live object with all managers of its fields."""
    return server.show(info.key, info.resource.api_version) or current


def _locked(value: Json, current: Json) -> Json:
    metadata = value.get("metadata")
    names = metadata if isinstance(metadata, dict) else {}
    return {**value, "metadata": {**names, "resourceVersion": current["metadata"].get("resourceVersion")}}
