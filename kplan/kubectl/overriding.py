"""``--overrides``: a patch of the object that a verb made, before it is sent.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/util/override_options.go
"""

import json
from collections.abc import Mapping
from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.errors import StatusError
from kplan.apiserver.patchbody import PatchType, PlainType
from kplan.apiserver.patching import apply_patch
from kplan.errors import UsageError
from kplan.kubectl.arguments import Arguments
from kplan.kubectl.flags import Flag

OVERRIDES: Final = (
    Flag("overrides", "Patch of the object that is made, as JSON.", metavar="PATCH"),
    Flag("override-type", "Type of this patch: json, merge or strategic.", metavar="TYPE", default="merge"),
)
_TYPES: Final[Mapping[str, PlainType]] = {
    "json": PatchType.JSON,
    "merge": PatchType.MERGE,
    "strategic": PatchType.STRATEGIC,
}


_NO_OBJECT: Final = (
    "couldn't get version/kind; json parse error: json: cannot unmarshal array into Go value of type struct { "
    'APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }'
)


def overridden(value: Json, arguments: Arguments) -> Json:
    """The object with the patch of the command line. Raises UsageError."""
    text, name = arguments.text("overrides"), arguments.text("override-type")
    if not text:
        return value
    if name not in _TYPES:
        raise UsageError(f"invalid override type: {name}")
    try:
        patch = json.loads(text)
        if isinstance(patch, list) and name != "json":
            raise UsageError(_NO_OBJECT if name == "merge" else "invalid JSON document")
        return apply_patch(
            value, patch, _TYPES[name], GroupVersionKind.of(value["apiVersion"], value["kind"])
        )
    except (ValueError, StatusError) as error:
        raise UsageError("Invalid JSON Patch") from error
