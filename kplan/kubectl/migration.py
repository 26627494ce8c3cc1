"""From client-side to server-side apply: the first server-side apply takes over what earlier client-side ones own.

The annotation gets a manager of its own so that nothing drops it; the fields of the client-side manager move to the
server-side one, and a second apply can then remove what the manifest has left out.

Upstream: staging/src/k8s.io/kubectl/pkg/cmd/apply/apply.go, staging/src/k8s.io/client-go/util/csaupgrade/upgrade.go
"""

from collections.abc import Sequence
from typing import Any, Final

from kplan.api.object import Json
from kplan.apiserver.patch.field_set import FieldSet, field
from kplan.apiserver.patch.last_applied import LAST_APPLIED
from kplan.apiserver.patchbody import PatchType
from kplan.apiserver.request import Answer
from kplan.apiserver.server import Server
from kplan.kubectl.reading import Info

ANNOTATION_MANAGER: Final = "kubectl-last-applied"
_ANNOTATION: Final = (field("metadata"), field("annotations"), field(LAST_APPLIED))


def keep_annotation(info: Info, answer: Answer, server: Server, *, dry_run: bool) -> Answer:
    """Give the annotation an applier of its own, if it is there and has none. Raises StatusError."""
    annotation = (answer.stored["metadata"].get("annotations") or {}).get(LAST_APPLIED)
    if annotation is None or _owners(answer.stored, "Apply"):
        return answer
    names = {"name": info.name, **({"namespace": info.namespace} if info.namespace else {})}
    body = {
        "apiVersion": info.resource.api_version, "kind": info.resource.kind,
        "metadata": {**names, "annotations": {LAST_APPLIED: annotation}},
    }  # fmt: skip
    return server.patch(
        info.key, body, PatchType.APPLY, api_version=info.resource.api_version, manager=ANNOTATION_MANAGER,
        dry_run=dry_run,
    )  # fmt: skip


def migrate(info: Info, value: Json, server: Server, manager: str, *, dry_run: bool) -> bool:
    """Move the fields of client-side managers to ``manager``; False if there are none. Raises StatusError."""
    entries = value["metadata"].get("managedFields") or []
    moved = entries
    for name in sorted({entry["manager"] for entry in _owners(value, "Update")}):
        moved = _moved(moved, name, manager)
    if moved == entries:
        return False
    operations = [
        {"op": "replace", "path": "/metadata/managedFields", "value": moved},
        {
            "op": "replace",
            "path": "/metadata/resourceVersion",
            "value": value["metadata"].get("resourceVersion"),
        },
    ]
    server.patch(
        info.key,
        operations,
        PatchType.JSON,
        api_version=info.resource.api_version,
        manager=manager,
        dry_run=dry_run,
    )
    return True


def _owners(value: Json, operation: str) -> list[Json]:
    """The entries of an operation that own the annotation."""
    entries = value["metadata"].get("managedFields") or ()
    return [one for one in entries if one.get("operation") == operation and _ANNOTATION in _fields(one)]


def _fields(entry: Json) -> FieldSet:
    try:
        return FieldSet.from_fields(entry.get("fieldsV1") or {})
    except ValueError:
        return FieldSet()


def _is(entry: Json, name: str, operation: str) -> bool:
    return (
        entry.get("manager") == name and entry.get("operation") == operation and not entry.get("subresource")
    )


def _moved(entries: Sequence[Json], source: str, target: str) -> list[Json]:
    """The managed fields with the entry of a client-side manager merged into the server-side one's."""
    index = _first(entries, lambda entry: _is(entry, target, "Apply"))
    if index is None:
        index = _first(entries, lambda entry: _is(entry, source, "Update"))
    if index is None:
        return list(entries)
    chosen = {**entries[index], "manager": target, "operation": "Apply"}
    same_version = [
        one for one in entries if _is(one, source, "Update") and one["apiVersion"] == chosen["apiVersion"]
    ]
    fields = _fields(chosen) | _fields(same_version[0]) if same_version else _fields(chosen)
    united = [*entries[:index], {**chosen, "fieldsV1": fields.to_fields()}, *entries[index + 1 :]]
    return [one for one in united if not _is(one, source, "Update")]


def _first(entries: Sequence[Json], wanted: Any) -> int | None:
    return next((index for index, entry in enumerate(entries) if wanted(entry)), None)
