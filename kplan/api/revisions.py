"""ControllerRevisions: the snapshots of templates that StatefulSets and DaemonSets keep, their names and their order.

Upstream: pkg/controller/history/controller_history.go
"""

import json
from collections.abc import Iterable, Sequence

from kplan.api.metadata import labels_of
from kplan.api.object import Json
from kplan.api.owners import new_controller_ref
from kplan.api.podtemplate.hash import fnv1_32, safe_encode
from kplan.api.walk import mapping

HASH_LABEL = "controller.kubernetes.io/hash"
POD_REVISION_LABEL = "controller-revision-hash"
"""The label that names the revision a pod was made from."""

_NAME_LENGTH = 223


def template_patch(template: Json) -> Json:
    """The data of a revision: a patch that puts the template back as a whole."""
    return {"spec": {"template": {**template, "$patch": "replace"}}}


def template_of(revision: Json) -> Json:
    """The template a revision remembers."""
    template = mapping(revision, "data", "spec", "template")
    return {key: value for key, value in template.items() if key != "$patch"}


def new_revision(owner: Json, labels: Json, data: Json, number: int, collisions: int) -> Json:
    """A revision of an owner's template, named by the hash of its data."""
    digest = data_hash(data, collisions)
    revision: Json = {
        "apiVersion": "apps/v1",
        "kind": "ControllerRevision",
        "metadata": {
            "name": revision_name(owner["metadata"]["name"], digest),
            "namespace": owner["metadata"]["namespace"],
            "labels": {**labels, HASH_LABEL: digest},
            "ownerReferences": [new_controller_ref(owner)],
        },
        "data": data,
        "revision": number,
    }
    if owner["metadata"].get("annotations"):
        revision["metadata"]["annotations"] = dict(owner["metadata"]["annotations"])
    return revision


def revision_name(prefix: str, digest: str) -> str:
    """The name of a revision; a long prefix is cut."""
    return f"{prefix[:_NAME_LENGTH]}-{digest}"


def data_hash(data: Json, collisions: int) -> str:
    """The hash of a revision's data, as Go's encoder would write them."""
    return safe_encode(str(fnv1_32(go_json(data).encode() + str(collisions).encode())))


def go_json(value: Json) -> str:
    """Compact JSON with sorted keys and the escapes of Go's encoder."""
    text = json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


def number(revision: Json) -> int:
    """The revision's number."""
    return int(revision.get("revision") or 0)


def oldest_first(revisions: Iterable[Json]) -> list[Json]:
    """By number, then creation, then name."""
    return sorted(
        revisions,
        key=lambda item: (
            number(item),
            item["metadata"].get("creationTimestamp") or "",
            item["metadata"]["name"],
        ),
    )


def next_number(revisions: Sequence[Json]) -> int:
    """The number after the last of revisions in order."""
    return number(revisions[-1]) + 1 if revisions else 1


def same(one: Json, other: Json) -> bool:
    """Whether two revisions hold the same template; hash labels that differ decide it at once."""
    hashes = [labels_of(item).get(HASH_LABEL) for item in (one, other)]
    if all(hashes) and hashes[0] != hashes[1]:
        return False
    return bool(one.get("data") == other.get("data"))
