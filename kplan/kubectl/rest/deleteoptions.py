"""How to delete, as the body of a request says it.

Upstream: staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/validation/validation.go (ValidateDeleteOptions)
"""

from typing import Final

from kplan.api.gvk import GroupVersionKind
from kplan.api.object import Json
from kplan.apiserver.decode import unreadable
from kplan.apiserver.deletion import DeleteOptions
from kplan.apiserver.errors import invalid
from kplan.apiserver.field import not_supported
from kplan.apiserver.unmarshal import Fatal, Unmarshaler
from kplan.errors import UsageError
from kplan.fieldpath import FieldPath
from kplan.schema import layouts

_KIND: Final = GroupVersionKind("", "v1", "DeleteOptions")
_POLICIES: Final = ("Foreground", "Background", "Orphan")


def delete_options(body: Json) -> DeleteOptions:
    """Read and check them. Raises StatusError 400 or 422, and UsageError if they ask for what is not answered."""
    try:
        read: Json = Unmarshaler(layouts.bundled(), strict=False).read("meta/v1.DeleteOptions", body)
    except Fatal as error:
        raise unreadable(_KIND, str(error)) from None
    policy, conditions = read.get("propagationPolicy"), read.get("preconditions") or {}
    if policy is not None and policy not in _POLICIES:
        wrong = not_supported(FieldPath.of("propagationPolicy"), policy, (*_POLICIES, "nil"))
        raise invalid("DeleteOptions.meta.k8s.io", "", [wrong])
    if read.get("dryRun"):
        raise UsageError("--raw takes no dryRun in the body", hint="delete with --dry-run=server")
    return DeleteOptions(
        policy or "", read.get("gracePeriodSeconds"), conditions.get("uid") or "", conditions.get("resourceVersion") or "",
    )  # fmt: skip
